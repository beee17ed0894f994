"""For whom a document speaks: a statement for who issued it, a study for its authors, an indictment for prosecutors."""

from bisect import bisect_left
from collections.abc import Callable

from .cast import Cast, Resolved
from .clauses import clause_subject
from .document import Document, Sentence, Token
from .lexicon import known_outlet, words
from .names import name_runs
from .nouns import GROUP_WORDS, STUDIES, bare, core, head_noun, is_plural_phrase, role_words, without_article
from .pronouns import REACH, up_to_apposition
from .vehicles import PLATFORMS

HANDED_ON = words("obtained seen reviewed viewed received leaked read")
OF_PROSECUTORS = words("indictment charges charge complaint")
CHARGING = words("prosecutors prosecution")
FRESH = words("new recent latest")
Named = Callable[[list[Token]], Resolved | None]


class Issuers:
    """Finds who issued a document; `history` is who spoke where, `named` reads a phrase as a name."""

    def __init__(
        self, document: Document, cast: Cast, history: list[tuple[int, Resolved]], named: Named
    ) -> None:
        self.document = document
        self.cast = cast
        self.history = history
        self.named = named

    def issuer(self, head: list[Token], noun: str, plain: str, sentence: Sentence) -> Resolved:
        """A document speaks for its issuer; a study for its authors."""
        by = next((i for i, t in enumerate(head) if i and t.lower in ("by", "from")), -1)
        if by > 0 and head[by - 1].lower in HANDED_ON:
            by = -1  # "an audit obtained by X": not X's
            if noun not in STUDIES:
                return Resolved(plain, "unnamed", 0.4, "document")
        until = next((i for i in range(by + 1, len(head)) if head[i].lower == "for"), len(head))
        if by > 0 and (named := self.named(head[by + 1 : until])):
            return named
        owners = name_runs(core(head))
        if owners and known_outlet(owners[0].text):
            return Resolved(self.cast.fullest_outlet(owners[0].text), "outlet", 0.7, "issuer")
        if owners and bare(owners[0].text) in PLATFORMS:
            return Resolved(
                plain, "unnamed", 0.6, "post"
            )  # "a viral Facebook post": Facebook did not write it
        if owners and noun not in STUDIES and (named := self.named(owners[0].tokens)):
            return Resolved(named.name, named.kind, 0.65, "issuer", named.person)
        if noun in STUDIES:
            return Resolved(without_freshness(plain), "group", 0.6, "study")
        return self._who_issued(noun, sentence) or Resolved(plain, "unnamed", 0.4, "document")

    def _who_issued(self, noun: str, sentence: Sentence) -> Resolved | None:
        """The subject of the nearest sentence that speaks of the document, else who spoke by one last."""
        if self.history and self.history[-1][1].rule.startswith("issuer"):
            at = self.history[-1][0]
            if self.document.paragraphs[max(0, sentence.paragraph - 1)].start <= at:
                return self.history[-1][1]
        for number in range(sentence.number - 1, max(-1, sentence.number - REACH), -1):
            earlier = self.document.sentences[number]
            at = next((t.start for t in earlier.tokens if t.lower == noun), -1)
            charging = noun in OF_PROSECUTORS and any(t.lower in CHARGING for t in earlier.tokens)
            if at < 0 and not charging:
                continue
            if (group := self._plural_subject(earlier)) and (
                at >= 0 or group.name.split()[-1].lower() in CHARGING
            ):
                return group
            if at < 0:
                continue
            if issuer := self._first_named(earlier.start, at):
                return issuer
            break
        for _, earlier_speaker in reversed(self.history[-6:]):
            if earlier_speaker.kind in ("organization", "person"):
                name, kind = earlier_speaker.name, earlier_speaker.kind
                return Resolved(name, kind, 0.5, "issuer-before", earlier_speaker.person)
        return None

    def _plural_subject(self, sentence: Sentence) -> Resolved | None:
        """ "Prosecutors filed a complaint on Monday.": people who act are who issued it."""
        start, end = clause_subject(sentence.tokens, len(sentence.tokens), 0)
        head = up_to_apposition(sentence.tokens[start:end]) if start >= 0 else []
        if not head or not is_plural_phrase(head):
            return None
        noun = head_noun(head)
        people = noun in GROUP_WORDS or noun.removesuffix("s") in role_words()
        plain = without_article(self.document.words((head[0].start, head[-1].end)))
        return Resolved(plain, "group", 0.6, "issuer") if people else None

    def _first_named(self, start: int, end: int) -> Resolved | None:
        low = bisect_left(self.cast.organization_starts, start)
        high = bisect_left(self.cast.organization_starts, end)
        organizations = self.cast.organizations[low:high]
        lo, hi = bisect_left(self.cast.mention_starts, start), bisect_left(self.cast.mention_starts, end)
        people = self.cast.mentions[lo:hi]
        if organizations and (not people or organizations[0][0] < people[0][0]):
            return Resolved(organizations[0][1], "organization", 0.6, "issuer")
        if people:
            return Resolved(people[0][1].name, "person", 0.6, "issuer", people[0][1])
        return None


def without_freshness(plain: str) -> str:
    first, _, rest = plain.partition(" ")
    return rest if first.lower() in FRESH and rest else plain
