"""Reporting cues in one sentence: the verb, phrase or adverb that ascribes words to somebody."""

from dataclasses import dataclass

from .document import Token
from .finite import is_finite
from .lexicon import (
    ADVERBS,
    AUXILIARIES,
    DETERMINERS,
    MODALS,
    NEGATIONS,
    PASSIVE,
    PERFECT,
    POSSESSIVES,
    PREPOSITIONS,
    VerbForm,
    known_outlet,
    lexicon,
    words,
)

PARTICLES = {"point": ("out",), "rule": ("out",)}
REPORTED_BY = words("reported noted stated described explained")
EARLIER = words("first earlier previously originally initially recently also")
HEARSAY_ADVERBS = words("reportedly allegedly purportedly supposedly")
PASSIVE_BELIEF = words(
    "believed thought said reported alleged understood rumored rumoured feared suspected known claimed"
)
PASSIVE_VIEW = words("seen regarded viewed described portrayed hailed")
NOUNS = words(
    "report reports claim claims remark remarks allegation allegations accusation accusations suggestion suggestions assertion assertions rumor rumors rumour rumours complaint complaints insistence"
)

PLURALS = words(
    "people police authorities officials others some many most critics both they we you i those few several "
    "men women sides lawmakers media all half"
)
NOUN_LIKE = words(
    "report claim note comment call charge rule state reason view post hope fear demand promise remark question object doubt worry answer signal estimate"
) | words(
    "reports claims notes comments calls charges rules states reasons views posts hopes fears demands promises remarks questions objects doubts worries answers signals estimates shows finds"
)
VEHICLE_NOUNS = words("statement tweet letter report memo email post note message speech resolution article")


ADJECTIVE_ENDINGS = ("ing", "ive", "ous", "ful", "ible", "able", "al")
PERSON_ADJECTIVES = words(
    "detective executive representative relative operative native fugitive captive filing "
    "official rival general individual principal professional intellectual criminal cardinal admiral corporal marshal "
    "hospital tribunal journal capital council local national"
)
PARTICIPLE_LEADS = words("and while by twitter facebook")
LONGEST_NOUN = 5  # tokens
LONGEST_QUOTED = 16  # tokens between "quoted" and "as saying"


@dataclass(frozen=True, slots=True)
class Cue:
    """A cue's tokens [start, end), `verb` the token before which a subject ends, and its kind.

    kind: "active", "participle", "passive" (accused of), "belief" (is believed to), "view" (is seen
    as), "quoted-as" (quoted X as saying; `subject_end` is at "quoted"), "told" (investors have been told), "according", "adverb" (reportedly), "noun" (the claim that).
    """

    start: int
    end: int
    subject_end: int
    kind: str
    form: VerbForm | None = None


def find_cues(tokens: list[Token], *, headline: bool = False) -> list[Cue]:
    """All cue candidates outside quotation marks, in order."""
    found: list[Cue] = []
    lex = lexicon()
    for i, token in enumerate(tokens):
        if token.quoted:
            continue
        lower = token.lower
        if lower == "per" and is_per(tokens, i):
            found.append(Cue(i, i + 1, i, "according"))
        if lower == "according" and i + 1 < len(tokens) and tokens[i + 1].lower == "to":
            found.append(Cue(i, i + 2, i, "according"))
        elif lower in REPORTED_BY and is_reported_by(tokens, i):
            start = as_before(tokens, i)
            found.append(Cue(start, i + 2, start, "according"))
            continue
        elif lower in HEARSAY_ADVERBS:
            found.append(Cue(i, i + 1, i, "adverb"))
        elif (
            lower in NOUNS
            and i + 1 < len(tokens)
            and tokens[i + 1].lower == "that"
            and is_noun_here(tokens, i)
        ):
            found.append(Cue(i, i + 1, i, "noun"))
            continue
        form = lex.verbs.get(lower) or (lex.participles.get(lower))
        if form and (not token.is_capital or i == 0 or headline):
            cue = verb_cue(tokens, i, form)
            if cue:
                found.append(cue)
        elif lower == "put" and i + 1 < len(tokens) and tokens[i + 1].lower == "it":
            found.append(Cue(i, i + 2, before_verb(tokens, i)[0], "active", lex.verbs["say"]))
    return found


def is_per(tokens: list[Token], i: int) -> bool:
    """ "C, per Ann Doe" and "Per TMZ, C"; but Per Doe is somebody, and "per day" no source."""
    if i + 1 >= len(tokens) or not tokens[i + 1].is_capital:
        return False
    if i:
        return tokens[i - 1].text == ","
    end = next((k for k, token in enumerate(tokens) if token.text == ","), 1)
    return bool(known_outlet(" ".join(token.text for token in tokens[1:end])))


def is_reported_by(tokens: list[Token], i: int) -> bool:
    """ "as reported by X", "as first reported by X"."""
    return tokens[as_before(tokens, i)].lower == "as" and i + 1 < len(tokens) and tokens[i + 1].lower == "by"


def as_before(tokens: list[Token], i: int) -> int:
    """Where "as" should stand before "reported by"."""
    at = max(i - 1, 0)
    return at - 1 if at and tokens[at].lower in EARLIER else at


def is_noun_here(tokens: list[Token], i: int) -> bool:
    before = tokens[i - 1] if i else None
    if before is None:
        return True
    return (
        before.lower in DETERMINERS
        or before.lower in POSSESSIVES
        or before.lower in PREPOSITIONS
        or (before.lower in lexicon().verbs and not before.is_capital)
        or before.lower.endswith(("'s", "’s", "s’", "s'"))
        or before.lower
        in ("false", "repeated", "unfounded", "baseless", "deny", "denied", "rejected", "widespread")
    )


def before_verb(tokens: list[Token], i: int) -> tuple[int, frozenset[str]]:
    """(where the subject ends, the auxiliaries and adverbs between it and the verb)."""
    between: set[str] = set()
    while i > 0:
        lower = tokens[i - 1].lower
        if tokens[i - 1].quoted or (tokens[i - 1].is_capital and i > 1):
            break
        if (
            lower in AUXILIARIES
            or lower in ADVERBS
            or lower in NEGATIONS
            or lower == "to"
            or (
                lower.endswith("ly")
                and len(lower) > 4
                and lower not in ("family", "assembly", "ally", "daily")
            )
        ):
            between.add(lower)
            i -= 1
        else:
            break
    return i, frozenset(between)


def verb_cue(tokens: list[Token], i: int, form: VerbForm) -> Cue | None:
    end = i + 1
    while end < len(tokens) and tokens[end].lower in PARTICLES.get(form.base, ()):
        end += 1
    if form.base == "rule" and end == i + 1 and form.tense != "past":
        return None
    if form.base == "point" and end == i + 1:
        return None
    before = tokens[i - 1] if i else None
    if form.tense == "ing":
        return participle_cue(tokens, i, end, form)
    subject_end, between = before_verb(tokens, i)
    if form.base == "go":
        return None
    if form.tense == "participle" and not between & (PERFECT | PASSIVE):
        return None
    if between & PASSIVE and form.tense in ("past", "participle"):
        return passive_cue(tokens, i, end, form, subject_end)
    if "to" in between:
        at = subject_end
        went_on = at >= 2 and tokens[at - 1].lower == "on" and tokens[at - 2].lower in ("went", "goes")
        if not went_on:
            return None
        return Cue(at - 2, end, before_verb(tokens, at - 2)[0], "active", form)
    if between & NEGATIONS or between & (MODALS - {"would", "will"}):
        return None
    if form.base in ("deny", "reject", "dispute") and form.tense == "base" and before is None:
        return None
    if before is not None and not between and is_noun_position(tokens, i, form):
        return None
    if (
        form.tense == "base"
        and not between & (MODALS | AUXILIARIES)
        and not takes_plural(tokens, subject_end)
    ):
        return None
    return Cue(i, end, subject_end, "active", form)


def is_noun_position(tokens: list[Token], i: int, form: VerbForm) -> bool:
    """Whether "reports", "claims", "state" stand as nouns here."""
    before = tokens[i - 1]
    lower = before.lower
    if (
        lower in DETERMINERS - {"some", "many", "most", "all", "both", "several", "few", "this", "that"}
        or lower in POSSESSIVES
        or lower.endswith(("'s", "’s"))
    ):
        return True
    if form.tense in ("base", "s") and i + 1 < len(tokens) and is_verb_after_noun(tokens, i + 1):
        return True
    if tokens[i].lower in NOUN_LIKE:
        if lower.endswith("ing") and lower in lexicon().verbs:
            return True  # "rejecting reports that"
        if (
            lower.endswith(ADJECTIVE_ENDINGS)
            and lower not in PERSON_ADJECTIVES
            and not tokens[i - 1].is_capital
        ):
            return True  # "two investigative reports", "slashing comments"
        if form.tense == "s" and is_bare_noun(tokens, i - 1):
            return True  # "in battleground states"
        if lower in PREPOSITIONS or lower in ("and", "or") and form.tense == "base":
            return True

        following = tokens[i + 1].lower if i + 1 < len(tokens) else ""
        if following in ("of", "from", "by") and following not in form.takes and form.tense in ("s", "base"):
            return True
    return lower in PREPOSITIONS and form.tense != "past"


def is_bare_noun(tokens: list[Token], i: int) -> bool:
    """A common noun in the singular that nothing introduces, so that no "states" or "reports" can be its verb."""
    if not tokens[i].is_word or tokens[i].is_capital or tokens[i].quoted or tokens[i].lower in ("and", "but"):
        return False
    for k in range(i, max(-1, i - LONGEST_NOUN), -1):
        token = tokens[k]
        if not token.is_word or token.lower in PREPOSITIONS or token.lower in ("all", "both", "most", "many"):
            return k < i
        introduces = token.lower in DETERMINERS | POSSESSIVES | {
            "who",
            "which",
            "it",
            "he",
            "she",
            "one",
            "another",
        }
        if (
            token.is_capital
            or introduces
            or token.lower in ADVERBS
            or token.lower.endswith(("'s", "’s", "s'", "s’"))
        ):
            return False
    return False


def is_verb_after_noun(tokens: list[Token], i: int) -> bool:
    """ "criminal suspects could": an auxiliary or a past right after makes the word before it a noun."""
    lower = tokens[i].lower
    if not tokens[i].is_word or tokens[i].is_capital or "'" in lower or "’" in lower:
        return False
    return is_finite(tokens, i) and lower not in lexicon().base_verbs


def takes_plural(tokens: list[Token], subject_end: int) -> bool:
    """A base form ("say") needs a plural subject before it."""
    if subject_end <= 0:
        return False
    before = tokens[subject_end - 1]
    if before.text in ",—–)":
        return True
    if before.lower in ("and", "but"):
        return any(is_plural_verb(tokens, k) for k in range(1, subject_end - 1))
    if before.lower in PLURALS:
        return True
    return (
        before.lower.endswith("s")
        and not before.lower.endswith(("ss", "'s", "’s", "us", "is"))
        or before.is_capital
    )


def is_plural_verb(tokens: list[Token], i: int) -> bool:
    form = lexicon().verbs.get(tokens[i].lower)
    return form is not None and form.tense == "base" and not tokens[i].quoted and takes_plural(tokens, i)


def participle_cue(tokens: list[Token], i: int, end: int, form: VerbForm) -> Cue | None:
    """ "..., adding", "a statement warning", "is saying", "was quoted as saying"."""
    j = i
    while j > 0 and is_adverb(tokens[j - 1]):
        j -= 1
    if j == 0:
        return Cue(i, end, j, "participle", form)
    before = tokens[j - 1]
    if before.lower == "as":
        return quoted_as(tokens, j - 1, i, end, form)
    if before.lower in ("is", "are", "was", "were", "been"):
        subject_end, between = before_verb(tokens, i)
        return None if between & NEGATIONS else Cue(i, end, subject_end, "active", form)
    joined = (
        before.text in ",—–"
        or before.quoted
        or before.lower in PARTICIPLE_LEADS
        or before.lower in VEHICLE_NOUNS
    )
    told = end < len(tokens) and tokens[end].lower == "that" and before.is_word
    if joined or (told and (before.lower.endswith(("day", "s")) or before.is_capital)):
        return Cue(i, end, j, "participle", form)
    return None


def is_adverb(token: Token) -> bool:
    return (token.lower in ADVERBS or token.lower.endswith("ly")) and not token.quoted


def quoted_as(tokens: list[Token], as_at: int, i: int, end: int, form: VerbForm) -> Cue | None:
    """ "quoted X as saying", "X was quoted by TASS as saying": from the verb "quote" to the saying."""
    for k in range(as_at - 1, max(-1, as_at - LONGEST_QUOTED) - 1, -1):
        if (
            tokens[k].lower in ("quoted", "cited", "quotes", "cites", "quoting", "citing")
            and not tokens[k].quoted
        ):
            return Cue(i, end, k, "quoted-as", form)
    return None


def passive_cue(tokens: list[Token], i: int, end: int, form: VerbForm, subject_end: int) -> Cue | None:
    start = i
    while start > subject_end and (
        tokens[start - 1].lower in AUXILIARIES or tokens[start - 1].lower in ADVERBS
    ):
        start -= 1
    while start < i and tokens[start].lower in ADVERBS:
        start += 1
    lower = tokens[i].lower
    following = tokens[end].lower if end < len(tokens) else ""
    if any(tokens[k].lower in NEGATIONS for k in range(start, i)):
        return None
    if form.base == "accuse":
        return Cue(start, end, subject_end, "passive", form)
    if lower in PASSIVE_VIEW and following == "as":
        return Cue(start, end + 1, subject_end, "view", form)
    if lower in PASSIVE_BELIEF and following in ("to", "that"):
        return Cue(start, end, subject_end, "belief", form)
    if form.base == "tell" and following not in ("by", "to", "of", "about", ",", "."):
        return Cue(start, end, subject_end, "told", form)
    return None
