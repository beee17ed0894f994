"""Through whom a claim reached the page: medium (where it was said), relay (who reported it), publisher."""

import re
from dataclasses import dataclass

from .contents import Draft
from .cast import Cast
from .coreference import Resolved
from .nouns import DOCUMENTS, GENERIC_OUTLETS, STUDIES, bare, head_noun
from .document import Document, Sentence, Token
from .lexicon import DETERMINERS, PERSONAL, POSSESSIVES, SUBORDINATORS, known_outlet, outlet_key, words
from .phrases import is_finite, is_time, phrase_end
from .relations import Relation
from .types import Hop, Span

OUTLET_ENDINGS = words("news times post tv radio magazine newspaper journal tribune herald gazette telegraph channel network agency weekly daily press chronicle mail express")
VEHICLES = {
    "statement": "statement", "interview": "interview", "letter": "letter", "email": "email", "e-mail": "email",
    "memo": "memo", "tweet": "Twitter", "tweets": "Twitter", "conference": "news conference", "briefing": "briefing",
    "speech": "speech", "testimony": "testimony", "affidavit": "affidavit", "filing": "filing", "lawsuit": "lawsuit",
    "report": "report", "op-ed": "op-ed", "podcast": "podcast", "press-release": "press release",
    "release": "press release", "address": "speech", "blog": "blog", "hearing": "hearing", "rally": "rally",
    "indictment": "indictment", "complaint": "complaint", "message": "message", "note": "note", "study": "study",
    "twitter": "Twitter", "facebook": "Facebook", "instagram": "Instagram", "telegram": "Telegram",
    "youtube": "YouTube", "tiktok": "TikTok", "weibo": "Weibo", "wechat": "WeChat", "linkedin": "LinkedIn",
    "video": "video", "broadcast": "broadcast", "transcript": "transcript", "book": "book", "memoir": "memoir",
    "communique": "communique", "communiqué": "communiqué", "paper": "paper", "article": "article",
    "announcement": "announcement", "column": "column", "essay": "essay", "editorial": "editorial",
}
PLATFORMS = words("twitter facebook instagram telegram youtube tiktok weibo wechat linkedin")
RELAY_CUES = words("citing via quoting")
RELAY_PARTICIPLES = words("obtained reviewed seen cited quoted reported published carried released viewed")


@dataclass(frozen=True, slots=True)
class Chain:
    """Hops before the publisher, in order; `explicit` when the claim's own sentence states them."""

    hops: tuple[Hop, ...] = ()
    explicit: bool = False


class Chains:
    """Finds each claim's hops, then carries them over the same speaker's other statements."""

    def __init__(self, document: Document, cast: Cast, outlet: str) -> None:
        self.document = document
        self.cast = cast
        self.outlet = outlet
        self.agency = next((s.dateline_agency for s in document.sentences if s.dateline_agency), "")
        if self.agency and self.is_publisher(self.agency):
            self.agency = ""
        if self.agency and not known_outlet(self.agency) and not self.agency.isupper():
            self.agency = ""

    def is_publisher(self, name: str) -> bool:
        mine, theirs = known_outlet(self.outlet) or self.outlet, known_outlet(name) or name
        return outlet_key(mine).casefold() == outlet_key(theirs).casefold()

    def explicit_hops(self, draft: Draft, speaker: Resolved) -> list[Hop]:
        """The hops the claim's own sentence states."""
        if draft.relation is None or draft.continues:
            return []
        sentence = draft.sentence
        hidden = draft.content
        tokens = sentence.tokens
        outside = [not any(s <= t.start < e for s, e in hidden) for t in tokens]
        media: list[Hop] = []
        relays: list[Hop] = []
        cue_start = draft.cue[0][0] if draft.cue else -1
        for i, token in enumerate(tokens):
            if not outside[i] or token.quoted:
                continue
            lower = token.lower
            if token.start == cue_start and draft.relation.base == "tweet":
                media.append(Hop("Twitter", "medium", None, (token.start, token.end)))
            if lower in RELAY_CUES or lower in RELAY_PARTICIPLES and i + 1 < len(tokens) and tokens[i + 1].lower in ("by", "in", "on"):
                hop = self.relay_at(tokens, i, lower)
                if hop:
                    (media if hop.role == "medium" else relays).append(hop)
            elif lower in ("told", "tells", "telling", "tell"):
                hop = self.addressee(tokens, i)
                if hop:
                    media.append(hop)
            elif lower in ("in", "on", "at", "to", "with", "through", "during", "by"):
                hop = self.vehicle(tokens, i, outside, draft)
                if hop:
                    media.append(hop)
            elif lower == "according" and token.start != cue_start:
                hop = self.relay_at(tokens, i + 1, lower)
                if hop:
                    relays.append(hop)
        media += self.of_source(draft, speaker)
        for frame in draft.frames:
            relays += self.of_frame(frame)
        return self.tidy(media, relays, speaker)

    def tidy(self, media: list[Hop], relays: list[Hop], speaker: Resolved) -> list[Hop]:
        """One medium, the outlet before its vehicle; nobody twice, nor the page's own outlet or the speaker."""
        outlets = [hop for hop in media if self.is_outlet(hop.name)]
        kept: list[Hop] = (outlets or media)[:1]
        for hop in relays:
            kept.append(hop)
        result: list[Hop] = []
        seen: set[str] = set()
        for hop in kept:
            key = outlet_key(known_outlet(hop.name) or hop.name).casefold()
            same_as_speaker = bool(speaker.name) and key == outlet_key(known_outlet(speaker.name) or speaker.name).casefold()
            if not hop.name or self.is_publisher(hop.name) or key in seen or same_as_speaker:
                continue
            seen.add(key)
            result.append(hop)
        return result

    def is_outlet(self, name: str) -> bool:
        parts = name.split()
        return bool(parts) and (bool(known_outlet(name)) or parts[-1].lower() in OUTLET_ENDINGS and parts[-1][0].isupper() or is_correspondent(name))

    def with_wire(self, hops: list[Hop]) -> tuple[Hop, ...]:
        """The agency of the dateline relays everything on the page, unless it is already there."""
        if not self.agency:
            return tuple(hops)
        wire = outlet_key(known_outlet(self.agency) or self.agency).casefold()
        if any(outlet_key(known_outlet(h.name) or h.name).casefold() == wire for h in hops):
            return tuple(hops)
        return (*hops, Hop(self.agency, "relay"))

    # ---- patterns ----

    def relay_at(self, tokens: list[Token], i: int, cue: str) -> Hop | None:
        """ "citing TASS", "via USA Today", "obtained by Variety", "published on RT"."""
        start = i + 1
        while start < len(tokens) and tokens[start].lower in ("by", "in", "on", "to", "today", "monday", "first"):
            start += 1
        if start >= len(tokens):
            return None
        name, span = self.outlet_name(tokens, start)
        if not name:
            return None
        if cue not in RELAY_CUES and cue not in ("according",) and not self.is_outlet(name):
            return None
        if cue == "citing" and not self.is_outlet(name) and not tokens[start].is_capital:
            return None
        role = "medium" if tokens[start - 1].lower in ("on", "in") and cue in ("published", "carried", "released") else "relay"
        cue_span = (tokens[i - 1 if cue == "according" else i].start, tokens[start - 1].end)
        return Hop(name, role, span, cue_span)  # type: ignore[arg-type]

    def outlet_name(self, tokens: list[Token], start: int) -> tuple[str, Span]:
        """The outlet named from a position on; the last one named before for "the outlet"."""
        begin = start
        if start < len(tokens) and tokens[start].lower in DETERMINERS | POSSESSIVES:
            start += 1
        for length in (5, 4, 3, 2, 1):
            for at in (begin, start):
                if at + length <= len(tokens):
                    name = " ".join(t.text for t in tokens[at : at + length]).removesuffix("'s").removesuffix("’s")
                    if known_outlet(name) and tokens[at].is_capital:
                        longer = at + length
                        while longer < len(tokens) and tokens[longer].is_capital and tokens[longer].is_word and not is_time(tokens[longer]):
                            longer += 1
                        if longer > at + length:
                            name = " ".join(t.text for t in tokens[at:longer])
                        return name, (tokens[at].start, tokens[longer - 1].end)
        if start < len(tokens) and tokens[start].lower in GENERIC_OUTLETS and start > begin:
            outlet = self.cast.last_outlet(tokens[start].start)
            return (self.cast.fullest_outlet(outlet), (tokens[begin].start, tokens[start].end)) if outlet else ("", (0, 0))
        end = phrase_end(tokens, start, len(tokens), apposition=False)
        stop = start
        while stop < end and (tokens[stop].is_capital or tokens[stop].lower in ("of", "the", "and", "&") and stop + 1 < end and tokens[stop + 1].is_capital or tokens[stop].lower == "the" and stop + 1 < end) and not is_time(tokens[stop]):
            stop += 1
        if stop == start:
            return "", (0, 0)
        return " ".join(t.text for t in tokens[start:stop]), (tokens[start].start, tokens[stop - 1].end)

    def addressee(self, tokens: list[Token], i: int) -> Hop | None:
        start = i + 1
        if start >= len(tokens) or tokens[start].quoted or tokens[start].lower in PERSONAL:
            return None
        name, span = self.outlet_name(tokens, start)
        if not name:
            return None
        if is_person_of_outlet(tokens, span, name) or self.is_outlet(name):
            return Hop(name, "medium", span, (tokens[i].start, tokens[i].end))
        return None

    def vehicle(self, tokens: list[Token], i: int, outside: list[bool], draft: Draft) -> Hop | None:
        """ "in a statement", "in an interview with X", "on Twitter", "at a news conference"."""
        lower = tokens[i].lower
        j = i + 1
        noun, at = "", -1
        while j < len(tokens) and j <= i + 8 and outside[j] and not tokens[j].quoted:
            word = bare(tokens[j].text)
            if not tokens[j].is_word and tokens[j].text not in "-" or tokens[j].lower in SUBORDINATORS | PERSONAL:
                break
            if word in VEHICLES and not (word in PLATFORMS and lower not in ("on", "to", "in", "via")):
                noun, at = word, j
                break
            if tokens[j].lower in ("of", "for", "in", "on", "at", "with", "to", "from", "by") or is_finite(tokens, j):
                break
            j += 1
        if not noun:
            if lower in ("to", "with", "on") and i + 1 < len(tokens) and not is_time(tokens[i + 1]):
                name, span = self.outlet_name(tokens, i + 1)
                if name and (known_outlet(name) or tokens[i + 2 if i + 2 < len(tokens) else i].lower in GENERIC_OUTLETS) and self.near_cue(tokens, i, draft):
                    return Hop(name, "medium", span, (tokens[i].start, tokens[i].end))
            if lower in ("on", "to") and i + 2 < len(tokens) and tokens[i + 1].lower == "social" and tokens[i + 2].lower == "media":
                return Hop("social media", "medium", (tokens[i + 1].start, tokens[i + 2].end), (tokens[i].start, tokens[i].end))
            return None
        if lower in ("to", "by", "with") and noun not in PLATFORMS:
            return None
        cue = (tokens[i].start, tokens[i].end)
        k = at + 1
        while k < len(tokens) and k <= at + 8 and tokens[k].text not in ",;:" and not tokens[k].quoted:
            if tokens[k].lower in ("to", "with", "on", "by", "for", "in", "via") and k + 1 < len(tokens) and not is_time(tokens[k + 1]):
                name, span = self.outlet_name(tokens, k + 1)
                if name and (self.is_outlet(name) or bare(name) in PLATFORMS):
                    return Hop(VEHICLES.get(bare(name), name), "medium", span, cue)
                if name and noun == "interview" and tokens[k].lower in ("on", "with") and tokens[k + 1].is_capital and bare(tokens[k + 1].text) not in ("Mr",):
                    return Hop(name, "medium", span, cue)
            k += 1
        words_ = " ".join(t.text for t in tokens[i + 1 : at + 1])
        name, span = self.outlet_name(tokens, i + 1)
        if name and self.is_outlet(name) and not is_time(tokens[i + 1]) and noun not in ("statement",):
            return Hop(name, "medium", span, cue)
        label = VEHICLES[noun]
        if noun == "conference" and "press" in words_.lower().split():
            label = "press conference"
        if noun == "statement" and "joint" in words_.lower().split():
            label = "joint statement"
        if noun == "report" and "case" in words_.lower().split():
            label = "case report"
        if noun in PLATFORMS:
            label = VEHICLES[noun]
        return Hop(label, "medium", (tokens[at].start, tokens[at].end), cue)

    def near_cue(self, tokens: list[Token], i: int, draft: Draft) -> bool:
        if not draft.cue:
            return False
        return 0 <= tokens[i].start - draft.cue[0][1] <= 60

    def of_source(self, draft: Draft, speaker: Resolved) -> list[Hop]:
        """ "The statement said": the document is the medium of its issuer's words; a study's is its journal."""
        if not draft.source or not draft.cue:
            return []
        span = draft.source[0]
        tokens = [t for t in draft.sentence.tokens if span[0] <= t.start < span[1]]
        noun = head_noun(tokens) if tokens else ""
        if noun not in DOCUMENTS or speaker.kind == "outlet":
            return []
        if noun in STUDIES:
            return []
        label = VEHICLES.get(noun, "statement" if noun == "agreement" else noun)
        return [Hop(label, "medium", span, None)]

    def of_frame(self, frame: Relation) -> list[Hop]:
        """ "Trend reports citing TASS", "CNN reported that ...": an outlet with a speaker behind it."""
        if not frame.source:
            return []
        span = frame.source[-1]
        name = self.document.words(span).removeprefix("the ").removeprefix("The ")
        cue = frame.cue[0] if frame.cue else None
        return [Hop(known_outlet(name) and name or name, "relay", span, cue)] if self.is_outlet(name) else []


def is_correspondent(name: str) -> bool:
    return bool(re.search(r"\b(?:correspondent|reporter)\b", name))


def is_person_of_outlet(tokens: list[Token], span: Span, name: str) -> bool:
    return is_correspondent(name)


def carry_over(entries: list[tuple[str, list[Hop], bool]]) -> list[list[Hop]]:
    """Carry stated chains over one speaker's other statements.

    `entries` holds (speaker, stated hops, a statement of its own) per claim in text order. A chain once stated holds for
    what the same speaker says later, until another is stated, and for what came before the first.
    """
    result: list[list[Hop]] = [list(hops) for _, hops, _ in entries]
    current: dict[str, list[Hop]] = {}
    waiting: dict[str, list[int]] = {}
    for i, (speaker, hops, _) in enumerate(entries):
        if not speaker:
            continue
        if hops:
            current[speaker] = hops
            for earlier in waiting.pop(speaker, []):
                result[earlier] = [Hop(h.name, h.role) for h in hops]
        elif speaker in current:
            result[i] = [Hop(h.name, h.role) for h in current[speaker]]
        else:
            waiting.setdefault(speaker, []).append(i)
    return result
