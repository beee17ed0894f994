"""Where a statement was made, as its words name it: "in a joint statement", "on Twitter", "told a news conference"."""

from .document import Token
from .finite import is_finite, is_time
from .lexicon import PERSONAL, SUBORDINATORS, words
from .nouns import bare
from .types import Hop, Span

PLATFORMS = {
    "twitter": "Twitter", "tweet": "Twitter", "tweets": "Twitter", "facebook": "Facebook", "instagram": "Instagram",
    "telegram": "Telegram", "youtube": "YouTube", "tiktok": "TikTok", "weibo": "Weibo", "wechat": "WeChat",
    "linkedin": "LinkedIn", "snapchat": "Snapchat", "bluesky": "Bluesky", "x": "X", "mastodon": "Mastodon",
    "threads": "Threads", "reddit": "Reddit", "substack": "Substack", "whatsapp": "WhatsApp", "vkontakte": "VKontakte",
    "truth": "Truth Social", "patreon": "Patreon", "parler": "Parler", "gab": "Gab", "odnoklassniki": "Odnoklassniki",
}  # fmt: skip
VEHICLES = words(
    "statement interview letter email e-mail memo conference briefing speech testimony affidavit filing lawsuit "
    "report op-ed podcast address blog hearing indictment complaint message note study video broadcast "
    "transcript book memoir communique communiqué paper article announcement column essay editorial remarks post "
    "documentary declaration ruling debate call livestream webinar newsletter posting thread emails letters messages texts "
    "tweets posts memos"
)
VEHICLE_MODIFIERS = {
    ("conference", "news"): "news conference", ("conference", "press"): "press conference",
    ("statement", "joint"): "joint statement", ("report", "case"): "case report", ("study", "case"): "case study",
    ("release", "press"): "press release", ("release", "news"): "news release", ("post", "blog"): "blog post",
    ("message", "text"): "text message", ("address", "televised"): "televised address",
    ("call", "conference"): "conference call", ("call", "earnings"): "earnings call",
    ("filing", "court"): "court filing", ("filing", "regulatory"): "regulatory filing",
}  # fmt: skip
SINGULAR = {
    "e-mail": "email", "emails": "email", "letters": "letter", "messages": "message", "texts": "text message",
    "posts": "post", "memos": "memo",
}  # fmt: skip
LONGEST_VEHICLE = 8  # tokens from "in" to "statement"
CORRESPONDENTS = words("correspondent reporter anchor host presenter editor columnist")
CALLS = words("conference earnings")  # "on a conference call", but not "on a phone call"
WRITTEN = words("email e-mail letter memo text fax")
CARRIED_WORDS = words("remarks comments words")  # "in remarks carried by X": X hands them on
PARTNER_LEADS = words("to with on by for in via")
NUMBERED = frozenset(
    {"Channel", "Radio", "Kanal", "Canal", "TV", "Rai", "Kanava", "Program", "Sky"}
)  # "Kanal 9"
AUDIENCES = words(
    "staff employees shareholders colleagues customers investors members parents students residents supporters donors "
    "readers subscribers lawmakers congress parliament"
)  # "an email to staff": a vehicle named with whom it was for
OUTER = words(
    "caption series comments section message thread video clip reel story"
)  # "the caption of an Instagram post"


def name_on(tokens: list[Token], start: int, end: int) -> tuple[str, Span]:
    """A name from `start`, at least to `end`, over further capitals and "correspondent Ann Doe"."""
    while (
        end < len(tokens)
        and tokens[end].is_word
        and not is_time(tokens[end])
        and not tokens[end - 1].text.endswith("'s")
    ):
        joins = (
            end > start
            and end + 1 < len(tokens)
            and tokens[end].lower in ("of", "and")
            and tokens[end + 1].is_capital
        )

        if not (tokens[end].is_capital or joins or (end > start and tokens[end].lower in CORRESPONDENTS)):
            break
        end += 1
    if start < end < len(tokens) and tokens[end].text.isdecimal() and tokens[end - 1].text in NUMBERED:
        end += 1
    if end == start:
        return "", (0, 0)
    if tokens[end - 1].lower in ("of", "and"):
        end -= 1
    return " ".join(token.text for token in tokens[start:end]), (tokens[start].start, tokens[end - 1].end)


def vehicle_noun(tokens: list[Token], i: int, outside: list[bool]) -> int:
    """Where the vehicle's noun stands behind its preposition, or -1."""
    for j in range(i + 1, min(len(tokens), i + LONGEST_VEHICLE + 1)):
        token = tokens[j]
        word = bare(token.text)
        if (
            not outside[j]
            or not (token.is_word or token.text == "-")
            or token.lower in SUBORDINATORS | PERSONAL
        ):
            return -1
        if word in ("x", "gab", "threads", "truth") and not (
            token.is_capital and (word != "truth" or (j + 1 < len(tokens) and tokens[j + 1].text == "Social"))
        ):
            return -1
        if token.is_capital and word in SINGULAR:
            return -1  # "Sleep Letters"
        if word == "call" and bare(tokens[j - 1].text) not in CALLS:
            return -1
        press_release = word == "release" and bare(tokens[j - 1].text) in ("press", "news")
        if (
            word in VEHICLES
            or press_release
            or (word in PLATFORMS and tokens[i].lower in ("on", "to", "in", "via"))
        ):
            return j
        if token.lower in ("of", "on", "to") and bare(tokens[j - 1].text) in OUTER:
            continue
        if token.lower in PARTNER_LEADS or token.lower in ("of", "at", "from") or is_finite(tokens, j):
            return -1
    return -1


def vehicle_hop(tokens: list[Token], start: int, at: int, cue: Span | None) -> Hop | None:
    noun = bare(tokens[at].text)
    if noun == "release" and at and bare(tokens[at - 1].text) in ("press", "news"):
        return Hop(
            f"{bare(tokens[at - 1].text)} release",
            "medium",
            (tokens[min(start, at)].start, tokens[at].end),
            cue,
        )
    if noun not in VEHICLES and noun not in PLATFORMS:
        return None
    before = bare(tokens[at - 1].text) if at > 0 else ""
    label = VEHICLE_MODIFIERS.get((noun, before)) or PLATFORMS.get(noun) or SINGULAR.get(noun, noun)
    end = at
    if noun in WRITTEN | {"message", "note"} and at + 2 < len(tokens) and tokens[at + 1].lower == "to":
        whom = at + 3 if tokens[at + 2].lower in ("its", "the", "his", "her", "their") else at + 2
        if whom < len(tokens) and tokens[whom].lower in AUDIENCES:
            label, end = f"{label} to {tokens[whom].lower}", whom
    return Hop(label, "medium", (tokens[min(start, at)].start, tokens[end].end), cue)


def told_conference(tokens: list[Token], i: int, outside: list[bool]) -> Hop | None:
    """ "told a news conference"."""
    at = vehicle_noun(tokens, i, outside)
    if at < 0 or bare(tokens[at].text) not in ("conference", "briefing", "hearing"):
        return None
    return vehicle_hop(tokens, i + 1, at, (tokens[i].start, tokens[i].end))


def platform_at(tokens: list[Token], start: int) -> str:
    """The platform named from a token on: "X", "his Truth Social account"; "" when it is none."""
    i = start
    while i < len(tokens) and tokens[i].lower in ("his", "her", "their", "its", "the", "a", "an"):
        i += 1
    if i >= len(tokens):
        return ""
    word = bare(tokens[i].text)
    if word == "truth" and not (i + 1 < len(tokens) and tokens[i + 1].text == "Social"):
        return ""
    return PLATFORMS.get(word, "") if tokens[i].is_capital else ""
