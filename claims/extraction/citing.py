"""Whom an outlet's report rests on: "TASS reported, citing the governor", "with reference to the General Staff"."""

from collections.abc import Callable

from .cast import Resolved
from .document import Sentence, Token
from .lexicon import words
from .nouns import DOCUMENTS, head_noun
from .phrases import phrase_end
from .types import Span

CITES = words("citing quoting")
REFERENCES = words("reference referring")
NO_SPEAKERS = words(
    "data figures records documents evidence images footage example examples need law laws poll polls"
)
UNSAID = words("its his her their our no any")


def cited_span(sentence: Sentence, cue: Span) -> tuple[Span, Span] | None:
    """(who is cited, the words that cite) beside the cue of an outlet's report; None when nobody is."""
    tokens = sentence.tokens
    for i, token in enumerate(tokens):
        if token.quoted or i + 1 >= len(tokens):
            continue
        start = -1
        if token.lower in CITES and (i == 0 or tokens[i - 1].text in ",—–(" or token.start >= cue[0]):
            start = i + 1
        elif token.lower in REFERENCES and tokens[i + 1].lower == "to":
            start = i + 2
        if start < 0 or start >= len(tokens) or tokens[start].quoted or tokens[start].lower in UNSAID:
            continue
        end = cited_end(tokens, start)
        phrase = tokens[start:end]
        noun = head_noun(phrase) if phrase else ""
        if not phrase or noun in NO_SPEAKERS or noun in DOCUMENTS:
            return None
        return (phrase[0].start, phrase[-1].end), (token.start, tokens[start - 1].end)
    return None


def cited_end(tokens: list[Token], start: int) -> int:
    end = phrase_end(tokens, start, len(tokens))
    for i in range(start, max(end, start)):
        if i > start and tokens[i].text in ",;:—–":
            return i
    return end


def behind_outlet(
    speaker: Resolved, sentence: Sentence, cue: list[Span], resolve: Callable[[Span, Sentence], Resolved]
) -> Resolved:
    """Who an outlet cites, when it cites anybody but another outlet; else the outlet itself."""
    if speaker.kind != "outlet" or not cue:
        return speaker
    found = cited_span(sentence, cue[0])
    if found is None:
        return speaker
    who = resolve(found[0], sentence)
    if (
        not who.name
        or who.kind in ("outlet", "")
        or who.rule in ("document", "study")
        or who.name == speaker.name
    ):
        return speaker
    return Resolved(who.name, who.kind, min(who.confidence, 0.65), "cited", who.person)
