"""Through whom a claim reached the page: medium (where it was said), relay (who reported it), publisher."""

import re

from .carrying import Stated
from .cast import Cast, Resolved
from .contents import Draft
from .document import Document, Sentence, Token
from .finite import is_time
from .lexicon import (
    ADVERBS,
    DETERMINERS,
    MONTHS,
    PASSIVE,
    PERSONAL,
    POSSESSIVES,
    WEEKDAYS,
    known_outlet,
    lexicon,
    words,
)
from .nouns import (
    DOCUMENTS,
    GENERIC_OUTLETS,
    STUDIES,
    bare,
    has_role,
    head_noun,
    is_name_token,
    is_organization_name,
    is_plural_word,
    without_article,
)
from .outlets import is_outlet_here, is_same_outlet, squeezed
from .phrases import subject_start
from .programs import affiliate_at, broadcaster_at, journal_at, owned_programme, programme_at
from .pronouns import up_to_apposition
from .relations import Relation
from .types import Hop, HopRole, Span
from .vehicles import (
    CARRIED_WORDS,
    CORRESPONDENTS,
    LONGEST_VEHICLE,
    PARTNER_LEADS,
    PLATFORMS,
    WRITTEN,
    name_on,
    platform_at,
    told_conference,
    vehicle_hop,
    vehicle_noun,
)

VEHICLE_LEADS = words("in on at through during via by with to")
TELLS = words("told tells telling tell")
APPEARING = words("speaking appearing talking")
RELAY_CUES = words("citing via quoting")
RELAY_PARTICIPLES = words(
    "obtained reviewed seen cited quoted reported published carried released viewed broadcast aired picked"
)
QUOTES = words("quoted cited quotes cites")
AIRED = words("published broadcast aired carried shown screened")
HANDED_ON = words("obtained reviewed seen viewed")
HEARERS = words("police prosecutors court jurors investigators detectives officers")
CALL_SIGN = re.compile(r"[WK][A-Z]{3}(?:-(?:TV|FM|AM))?")  # American stations
STATIONS_NOT = words("WADA WIPO KFOR KPMG")
APPEARED = words("published appeared appearing appears posted released")
NEAR_STUDY = 200  # characters from a study to where it was published
NEAR_CUE = 60  # characters after a cue in which "to the outlet" belongs to it


class Chains:
    """Finds the hops that each claim's sentence states."""

    def __init__(self, document: Document, cast: Cast, outlet: str) -> None:
        self.document = document
        self.cast = cast
        self.outlet = outlet
        self.wire = next((s.dateline_agency for s in document.sentences if s.dateline_agency), "")
        if self.wire and self.is_publisher(self.wire):
            self.wire = ""
        self.journal = find_journal(document)
        self.programmes: set[str] = set()
        self.rests_on_cited = False

    def is_publisher(self, name: str) -> bool:
        """The page's own outlet, also by part of its name: "The Post"."""
        parts = set(without_article(name).split())
        if squeezed(name) == squeezed(self.outlet):
            return True
        return is_same_outlet(name, self.outlet) or (bool(parts) and parts < set(self.outlet.split()))

    def stated(self, draft: Draft, speaker: Resolved) -> Stated:
        """The hops of a claim that has a cue; empty for own voice and quotations that run on."""
        key = speaker.name if draft.relation is not None and speaker.name != "unnamed" else ""
        if draft.relation is None or draft.continues:
            return Stated(key)
        self.rests_on_cited = speaker.rule == "cited"
        media, relays = self._of_words(draft)
        if self.rests_on_cited and draft.source:  # "TASS reported, citing the governor": TASS handed it on
            name = without_article(self.document.words(draft.source[0]))
            cue = draft.cue[0] if draft.cue else None
            relays.append(
                Hop(self.cast.fullest_outlet(name) or name, "relay", draft.source[0], cue, 0.85, "frame")
            )
        document = self._of_document(draft, speaker)
        media += document
        for frame in draft.frames:
            relays += self._of_frame(frame)
        hops = self._tidy(media, relays, speaker)
        if not hops and (is_perfect(draft) or is_elsewhere(draft)):
            return Stated("")  # "has said", "told police": another time than what was just told
        same = bool(hops) and self._is_met_before(hops[0])
        return Stated(key, hops, bool(document) or same, same, days_of(draft), draft.relation.base == "write")

    def _is_met_before(self, hop: Hop) -> bool:
        """ "in the interview": the vehicle was told of before."""
        if hop.span is None or hop.cue is None or is_outlet_here(self.document, hop.name):
            return False
        return self.document.text[hop.span[0] : hop.span[1]].lower().startswith("the ")

    def with_wire(self, hops: tuple[Hop, ...]) -> tuple[Hop, ...]:
        """The agency of the dateline relays everything on the page, unless it is already there."""
        if not self.wire or any(is_same_outlet(hop.name, self.wire) for hop in hops):
            return hops
        return (*hops, Hop(self.wire, "relay", confidence=0.9, decided_by="dateline"))

    def _tidy(self, media: list[Hop], relays: list[Hop], speaker: Resolved) -> tuple[Hop, ...]:
        """One medium, an outlet rather than a vehicle; nobody twice, nor the publisher or the speaker."""
        outlets = [hop for hop in media if self.is_outlet(hop.name) or is_correspondent(hop.name)]
        seen = [self.outlet, speaker.name]
        kept: list[Hop] = []
        for hop in [*(outlets or media)[:1], *relays]:
            if not any(is_same_outlet(hop.name, name) for name in seen) and not self.is_publisher(hop.name):
                seen.append(hop.name)
                kept.append(hop)
        return tuple(kept)

    # ---- what the words around the cue say ----

    def _of_words(self, draft: Draft) -> tuple[list[Hop], list[Hop]]:
        """(media, relays) named in the sentence outside the content."""
        tokens = draft.sentence.tokens
        outside = [
            not any(s <= token.start < e for s, e in draft.content) and not token.quoted for token in tokens
        ]
        media: list[Hop] = []
        relays: list[Hop] = []
        for i, _token in enumerate(tokens):
            hop = self._hop_at(tokens, i, outside, draft) if outside[i] else None
            if hop:
                (media if hop.role == "medium" else relays).append(hop)
        return media, relays

    def _hop_at(self, tokens: list[Token], i: int, outside: list[bool], draft: Draft) -> Hop | None:
        token = tokens[i]
        lower = token.lower
        own_cue = bool(draft.cue) and token.start == draft.cue[0][0]
        if own_cue and draft.relation and draft.relation.base == "tweet":
            return Hop("Twitter", "medium", None, (token.start, token.end))
        following = tokens[i + 1].lower if i + 1 < len(tokens) else ""
        if lower in QUOTES and draft.relation and draft.relation.manner == "quoted-as":
            return self._quoter(tokens, i)
        if lower in RELAY_CUES or (
            lower in RELAY_PARTICIPLES and following in ("by", "in", "on", "first", "up")
        ):
            relay = self._relay(tokens, i)
            return relay or (self._vehicle(tokens, i, outside, draft) if lower == "via" else None)
        if lower == "according" and following == "to" and not own_cue:
            return self._relay(tokens, i)
        if lower in TELLS:
            return self._addressee(tokens, i) or told_conference(tokens, i, outside)
        if lower in APPEARING and following in ("to", "on", "with"):
            return self._addressee(tokens, i + 1)
        if lower in VEHICLE_LEADS:
            return self._vehicle(tokens, i, outside, draft)
        if own_cue and draft.relation and draft.relation.manner == "participle" and i:
            return vehicle_hop(tokens, i - 1, i - 1, None)
        return None

    def _relay(self, tokens: list[Token], i: int) -> Hop | None:
        """ "citing TASS", "via USA Today", "obtained by Variety"; "published on RT" is a medium."""
        if self.rests_on_cited and tokens[i].lower in RELAY_CUES - {"via"}:
            return None
        start = i + 1
        while start < len(tokens) and tokens[start].lower in ("first", "up", "by", "in", "on", "to"):
            start += 1
        lead, cue = tokens[start - 1].lower, tokens[i].lower
        name, span = self._outlet_at(tokens, start)
        if not name:
            name, span = self._kind_of_outlet(tokens, start)
        trusted = cue in RELAY_CUES | HANDED_ON
        generic = broadcaster_at(tokens, start) if not self.is_outlet(name) else ("", span)
        if generic[0]:
            name, span = generic
            role: HopRole = "medium" if lead in ("on", "in") else "relay"
            return Hop(name, role, span, (tokens[i].start, tokens[start - 1].end), 0.75)
        named = is_outlet_here(self.document, name) or (
            trusted and span != (0, 0) and tokens[start].is_capital
        )
        if not named or (
            cue == "citing"
            and not is_outlet_here(self.document, name)
            and not name.replace(" ", "").isalpha()
        ):
            return None
        role = "medium" if lead in ("on", "in") and cue in RELAY_PARTICIPLES - {"reported"} else "relay"
        return Hop(name, role, span, (tokens[i].start, tokens[start - 1].end), self.trust(name))

    def _quoter(self, tokens: list[Token], i: int) -> Hop | None:
        """ "The paper quoted X as saying": its subject hands the words on."""
        if i and tokens[i - 1].lower in PASSIVE:
            by = next((k for k in range(i + 1, min(len(tokens) - 1, i + 6)) if tokens[k].lower == "by"), -1)
            name, span = self._kind_of_outlet(tokens, by + 1) if by > 0 else ("", (0, 0))
            if by > 0 and not name:
                name, span = self._outlet_at(tokens, by + 1)
            return Hop(name, "relay", span, (tokens[i].start, tokens[i].end)) if name else None
        start = subject_start(tokens, i, 0)
        if start < 0:
            return None
        name, span = self._outlet_at(tokens, start)
        named = name and span[1] <= tokens[i].start and tokens[i - 1].lower not in PASSIVE
        return Hop(name, "relay", span, (tokens[i].start, tokens[i].end)) if named else None

    def _addressee(self, tokens: list[Token], i: int) -> Hop | None:
        """ "told Reuters", "told the paper", "told VOA correspondent Ann Doe", "told the “Night Shift” podcast"."""
        if i + 1 >= len(tokens) or tokens[i + 1].lower in PERSONAL:
            return None
        cue = (tokens[i].start, tokens[i].end)
        if programme := self._programme(tokens, i + 1, cue):
            return programme
        if tokens[i + 1].quoted:
            return None
        name, span = self._outlet_at(tokens, i + 1)
        if not (self.is_outlet(name) or is_correspondent(name)):
            state, at = broadcaster_at(tokens, i + 1)
            if state:
                return Hop(state, "medium", at, cue, 0.75)
            kind = self._kind_of_outlet(tokens, i + 1)
            name, span = kind if kind[0] else self._unknown_outlet(tokens, i)
        return Hop(name, "medium", span, cue, self.trust(name)) if name else None

    def _programme(self, tokens: list[Token], start: int, cue: Span, lead: str = "") -> Hop | None:
        name, span = programme_at(tokens, start, lead=lead)
        if not name:
            return None
        self.programmes.add(name)
        return Hop(name, "medium", span, cue, 0.75)

    def is_outlet(self, name: str) -> bool:
        return name in self.programmes or is_outlet_here(self.document, name)

    def trust(self, name: str) -> float:
        """How sure it is that a name is an outlet's: one anybody knows, one the text calls so, one that only hears."""
        if known_outlet(name):
            return 0.9
        return 0.8 if self.is_outlet(name) else 0.6

    def _unknown_outlet(self, tokens: list[Token], i: int) -> tuple[str, Span]:
        """ "told Northern Wire": a name after "told", without article, that is nobody's and no place's."""
        if tokens[i].lower not in TELLS or not is_name_token(tokens[i + 1]):
            return "", (0, 0)
        name, span = name_on(tokens, i + 1, i + 1)
        if CALL_SIGN.fullmatch(name) and name not in STATIONS_NOT:
            return name, span
        parts = name.split()
        person = self.cast.person_called(parts[-1]) or self.cast.person_called(name)
        known = person or has_role(name) or is_organization_name(name) or parts[-1] in lexicon().places
        return ("", (0, 0)) if known or is_plural_word(parts[-1].lower()) else (name, span)

    def _kind_of_outlet(self, tokens: list[Token], start: int) -> tuple[str, Span]:
        """ "Norwegian broadcaster NRK", "the Aftenblad newspaper": an outlet known by what it is called."""
        for k in range(start, min(len(tokens) - 1, start + 5)):
            if tokens[k].quoted or not tokens[k].is_word:
                break
            if tokens[k].lower in GENERIC_OUTLETS or tokens[k].lower == "agency":
                name, span = name_on(tokens, k + 1, k + 1)
                if name:
                    return name, span
                first = next((j for j in range(start, k) if tokens[j].is_capital), k)
                return name_on(tokens, first, first)
        return "", (0, 0)

    def _carrier_at(self, tokens: list[Token], start: int) -> tuple[str, Span]:
        """A broadcaster by its kind of name, or an outlet by what it is called: "with the weekly Prisma"."""
        named = broadcaster_at(tokens, start)
        return named if named[0] else self._kind_of_outlet(tokens, start)

    def _outlet_at(self, tokens: list[Token], begin: int) -> tuple[str, Span]:
        """(name, span) of what is named from a token on; the outlet met last for "the outlet"."""
        start = begin
        while start < len(tokens) and tokens[start].lower in DETERMINERS | POSSESSIVES:
            start += 1
        if start >= len(tokens) or tokens[start].quoted:
            return "", (0, 0)
        if start > begin and tokens[start].lower in GENERIC_OUTLETS:
            if tokens[begin].lower in ("this", "our"):
                return self.outlet, (tokens[begin].start, tokens[start].end)  # "told this newspaper"
            last = self.cast.last_outlet(tokens[start].start)
            return self.cast.fullest_outlet(last) or last, (tokens[begin].start, tokens[start].end)
        the = "The " if start > begin and tokens[begin].lower == "the" else ""
        station, span = affiliate_at(tokens, start)
        if station:
            self.programmes.add(station)
            return station, span
        if (owned := owned_programme(tokens, start))[0]:
            return owned
        for length in range(5, 0, -1):
            named = tokens[start : start + length]
            name = the + " ".join(token.text for token in named).removesuffix("'s").removesuffix("’s")
            if len(named) == length and named[0].is_capital and known_outlet(name):
                return name_on(tokens, start, start + length)
        return name_on(tokens, start, start)

    def _vehicle(self, tokens: list[Token], i: int, outside: list[bool], draft: Draft) -> Hop | None:
        """ "in a statement", "in an interview with X", "on Twitter", "at a news conference"."""
        lead = tokens[i].lower
        cue = (tokens[i].start, tokens[i].end)
        at = vehicle_noun(tokens, i, outside)
        if at < 0:
            return self._direct_outlet(tokens, i, cue, draft)
        written = lead == "by" and at == i + 1 and bare(tokens[at].text) in WRITTEN
        if lead in ("to", "by", "with") and bare(tokens[at].text) not in PLATFORMS and not written:
            return None
        handed = bare(tokens[at].text) in CARRIED_WORDS and at + 2 < len(tokens)
        if handed and tokens[at + 1].lower in RELAY_PARTICIPLES and tokens[at + 2].lower == "by":
            return None  # "in remarks carried by X": a relay, found by its own cue
        if (programme := self._programme(tokens, i + 1, cue, lead)) and bare(
            tokens[at].text
        ) not in PLATFORMS:
            return programme
        for k in range(at + 1, min(len(tokens) - 1, at + LONGEST_VEHICLE + 1)):
            if tokens[k].text in ",;:" or tokens[k].quoted:
                break
            if tokens[k].lower not in PARTNER_LEADS or is_time(tokens[k + 1]):
                continue
            airs = tokens[k - 1].lower in AIRED
            if tokens[k].lower == "by" and tokens[k - 1].lower in RELAY_PARTICIPLES and not airs:
                break  # "a letter obtained by Politico": a relay, found by its own cue
            if programme := self._programme(tokens, k + 1, cue, tokens[k].lower):
                return programme
            name, span = self._outlet_at(tokens, k + 1)
            if platform := platform_at(tokens, k + 1):
                return Hop(platform, "medium", span, cue, 0.85)
            interviewed = bare(tokens[at].text) == "interview" and tokens[k].lower == "on" and span != (0, 0)
            if self.is_outlet(name) or interviewed:
                return Hop(name, "medium", span, cue, self.trust(name))
            name, span = self._carrier_at(tokens, k + 1)
            if name:
                return Hop(name, "medium", span, cue, 0.75)
        name, span = self._outlet_at(tokens, i + 1)
        if self.is_outlet(name):
            return Hop(name, "medium", span, cue, self.trust(name))
        name, span = broadcaster_at(tokens, i + 1)
        if name:
            return Hop(name, "medium", span, cue, 0.75)
        return vehicle_hop(tokens, i + 1, at, cue)

    def _direct_outlet(self, tokens: list[Token], i: int, cue: Span, draft: Draft) -> Hop | None:
        """ "claimed to the outlet", "said on CNN", "took to social media"."""
        following = [token.lower for token in tokens[i + 1 : i + 3]]
        if following == ["social", "media"]:
            return Hop("social media", "medium", (tokens[i + 1].start, tokens[i + 2].end), cue)
        near = bool(draft.cue) and 0 <= tokens[i].start - draft.cue[0][1] <= NEAR_CUE
        if tokens[i].lower == "in":
            name, span = journal_at(tokens, i + 1)
            return Hop(name, "medium", span, cue, 0.8) if name else None
        if near and tokens[i].lower == "on" and (programme := self._programme(tokens, i + 1, cue, "on")):
            return programme
        if near and tokens[i].lower == "on" and (aired := broadcaster_at(tokens, i + 1))[0]:
            return Hop(aired[0], "medium", aired[1], cue, 0.75)
        if (
            tokens[i].lower not in ("to", "with", "on")
            or not near
            or i + 1 >= len(tokens)
            or is_time(tokens[i + 1])
            or tokens[i - 1].lower == "according"
        ):
            return None
        name, span = self._outlet_at(tokens, i + 1)
        return Hop(name, "medium", span, cue, self.trust(name)) if self.is_outlet(name) else None

    # ---- what the source and the frame say ----

    def _of_document(self, draft: Draft, speaker: Resolved) -> list[Hop]:
        """ "The statement said": a document is the medium of its issuer's words, a journal that of a study's."""
        if not draft.source or speaker.kind == "outlet":
            return []
        span = draft.source[0]
        tokens = [token for token in draft.sentence.tokens if span[0] <= token.start < span[1]]
        tokens = up_to_apposition(tokens)
        noun = head_noun(tokens) if tokens else ""
        if speaker.rule == "post":
            platform = next(PLATFORMS[bare(t.text)] for t in tokens if bare(t.text) in PLATFORMS)
            return [Hop(platform, "medium", span, None, 0.7, "document")]
        if noun in STUDIES and speaker.rule == "study":
            name, at = journal_beside(draft.sentence, span)
            if name:
                return [Hop(name, "medium", at)]
            return [Hop(self.journal, "medium", None, None, 0.6, "journal")] if self.journal else []
        if noun in STUDIES - {"report"}:
            return []  # "a poll by X": hers, but no place where she said it
        if noun not in DOCUMENTS or speaker.rule == "document" or is_in_name(tokens, speaker.name, noun):
            return []
        label = PLATFORMS.get(noun) or ("statement" if noun == "agreement" else noun)
        return [Hop(label, "medium", span, None, 0.7, "document")]

    def _of_frame(self, frame: Relation) -> list[Hop]:
        """ "Trend reports citing TASS", "CNN reported that ...": an outlet with a speaker behind it."""
        if not frame.source:
            return []
        name = without_article(self.document.words(frame.source[-1]))
        return (
            [Hop(name, "relay", frame.source[-1], frame.cue[0] if frame.cue else None, 0.85, "frame")]
            if is_outlet_here(self.document, name)
            else []
        )


def days_of(draft: Draft) -> frozenset[str]:
    """The days and months named beside a claim's cue, outside its content: "told CNN on Monday"."""
    if not draft.cue:
        return frozenset()
    end = draft.cue[-1][1]
    return frozenset(
        token.lower.rstrip(".")
        for token in draft.sentence.tokens
        if end <= token.start <= end + NEAR_CUE
        and token.lower in WEEKDAYS | MONTHS - {"may"}
        and not any(s <= token.start < e for s, e in draft.content)
    )


def is_perfect(draft: Draft) -> bool:
    """ "has said", "have long argued"."""
    if not draft.cue:
        return False
    before = [token for token in draft.sentence.tokens if token.end <= draft.cue[0][0]]
    while before and (before[-1].lower in ADVERBS or before[-1].lower.endswith("ly")):
        before.pop()
    return bool(before) and before[-1].lower in ("has", "have", "had")


def is_elsewhere(draft: Draft) -> bool:
    """ "told police", "told the court": said to people who publish nothing."""
    if not draft.cue or not draft.relation or draft.relation.base != "tell":
        return False
    after = [token for token in draft.sentence.tokens if token.start >= draft.cue[-1][1]][:3]
    heard = next((token.lower for token in after if token.lower not in DETERMINERS | POSSESSIVES), "")
    return heard in HEARERS


def is_correspondent(name: str) -> bool:
    return bool(CORRESPONDENTS & set(name.split()))


def is_in_name(tokens: list[Token], name: str, noun: str) -> bool:
    """ "The U.S. Geological Survey said": an institution's name, no survey."""
    last = next((token for token in reversed(tokens) if bare(token.text) == noun), None)
    return last is not None and last.is_capital and last is not tokens[0] and noun in name.lower().split()


def journal_beside(sentence: Sentence, span: Span) -> tuple[str, Span]:
    """ "The study, published Monday in Nature, found": the journal told of in a study's own sentence."""
    tokens = sentence.tokens
    for i, token in enumerate(tokens):
        if token.lower in APPEARED and not token.quoted and abs(token.start - span[0]) < NEAR_STUDY:
            for k in range(i + 1, min(len(tokens) - 1, i + 8)):
                if tokens[k].text in ",;" or tokens[k].quoted:
                    break
                if tokens[k].lower in ("in", "on", "by"):
                    name, at = journal_at(tokens, k + 1, surely=tokens[k].lower == "in")
                    if name:
                        return name, at
    return "", (0, 0)


def find_journal(document: Document) -> str:
    """ "published in the journal X": where the study that an article tells of appeared."""
    for sentence in document.sentences:
        for i, token in enumerate(sentence.tokens[:-1]):
            if token.lower == "journal" and sentence.tokens[i + 1].is_capital:
                return journal_name(sentence, i + 1)
    return ""


def journal_name(sentence: Sentence, i: int) -> str:
    name, _ = name_on(sentence.tokens, i, i)
    return name
