"""Reads, named after the screen that needs them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import (
    Exists,
    OuterRef,
    Prefetch,
    Subquery,
    Sum,
)
from django.utils.text import Truncator

from articles.models import Article, ArticleVersion
from claims import decisions, workflow
from claims.checks import Checks, last_checks, lineage_of
from claims.choices import Form, HopRole, ProposalState, ReviewKind, ReviewStage, SpanRole, State
from claims.cuts import newest_cut, queue_cut
from claims.highlighting import MarkSpan
from claims.models import (
    Appearance,
    Assignment,
    AuditEvent,
    Claim,
    ClaimState,
    ClaimTag,
    EvidenceLink,
    ExtractionProposal,
    FactCheck,
    Hop,
    HopCheck,
    Lineage,
    PriorMatch,
    Review,
    Speaker,
    Tag,
    Tally,
    verdict_label,
)
from claims.narrowing import Filters, narrowed
from claims.panes import Listed, digest, listed_claims, version_spans
from factcheck.lib.paging import Page
from factcheck.models import User

HISTORY_EVENTS = 100
DENIAL = "denial"  # the extractor's name for a cue that denies, in Appearance.decided_by
UNSURE_BELOW = 0.6  # of a speaker's or a hop's confidence: the screens say that the extractor was not sure
# A claim in these was never approved, unless it was sent back, and then its draft waits.
BEFORE_WRITING = (State.NEW, State.QUEUED, State.DISMISSED, State.DUPLICATE)
CUE_CHARACTERS = 40  # of a cue, where it labels its speaker


@dataclass(frozen=True, slots=True)
class Step:
    """One agent on a claim's way to the page. `role` is "speaker" or a HopRole; `label` says it in words.

    `confidence` and `decided_by` are the extractor's: how sure it was of this agent, and by which of its steps.
    """

    name: str
    role: str
    label: str
    kind: str = ""
    confidence: float | None = None
    decided_by: str = ""
    position: int = 0  # of a hop, in its chain
    check: HopCheck | None = None  # the last one

    @property
    def is_unsure(self) -> bool:
        return is_unsure(self.confidence)


@dataclass(slots=True)
class ClaimRow:
    """A line of a claim list. `appearance` is the claim's first, with its article."""

    case: ClaimState
    appearance: Appearance | None = None
    steps: list[Step] = field(default_factory=list)
    held_by: User | None = None
    tags: list[Tag] = field(default_factory=list)

    @property
    def is_denied(self) -> bool:
        return self.appearance is not None and is_denied(self.appearance)


# ---- Lists of claims -------------------------------------------------------------------------------

_CASES = ClaimState.objects.select_related("claim", "speaker", "outlet").defer("claim__search")


def claim_page(filters: Filters, *, before: str = "", after: str = "") -> Page[ClaimRow]:
    """Claims newest first; the queue in the order in which it is handed out. `before`/`after`: keys of a Page."""
    cases = narrowed(_CASES, filters)
    found = (
        queue_cut(cases, before, after) if filters.state == State.QUEUED else newest_cut(cases, before, after)
    )
    return Page(claim_rows(found.rows), found.before, found.after)


def claim_rows(cases: Sequence[ClaimState]) -> list[ClaimRow]:
    """The lines for these cases: four more queries, however many."""
    claims = [case.pk for case in cases]
    hops = Prefetch("hops", queryset=Hop.objects.order_by("position"))
    first: dict[int, Appearance] = {}
    appearances = Appearance.objects.filter(claim_id__in=claims).order_by("-pk")
    for appearance in (
        appearances.select_related("version__article").defer("version__text").prefetch_related(hops)
    ):
        first[appearance.claim_id] = appearance
    held = {
        assignment.claim_id: assignment.reviewer
        for assignment in Assignment.objects.filter(claim_id__in=claims, ended_at=None).select_related(
            "reviewer"
        )
    }
    tags = tags_of(claims)
    rows = []
    for case in cases:
        appearance_or_none = first.get(case.pk)
        steps = chain_steps(appearance_or_none, case.speaker) if appearance_or_none else []
        rows.append(ClaimRow(case, appearance_or_none, steps, held.get(case.pk), tags.get(case.pk, [])))
    return rows


def tags_of(claims: Sequence[int]) -> dict[int, list[Tag]]:
    """The tags of each of these claims that has any, by name."""
    found: dict[int, list[Tag]] = {}
    for link in ClaimTag.objects.filter(claim_id__in=claims).select_related("tag").order_by("tag__name"):
        found.setdefault(link.claim_id, []).append(link.tag)
    return found


def offered_states() -> list[State]:
    """The states worth asking a list for: those that a move leads to or from, and any that has claims."""
    counted = Tally.objects.filter(dimension="state").values("key").annotate(total=Sum("n"))
    held = set(counted.filter(total__gt=0).values_list("key", flat=True))
    return [state for state in State if state in workflow.reachable_states() or state in held]


def my_claims(user: User) -> list[tuple[Assignment, ClaimRow]]:
    """What `user` has under review, the lease that runs out first at the top."""
    assignments = list(Assignment.objects.filter(reviewer=user, ended_at=None).order_by("leased_until"))
    cases = _CASES.in_bulk([a.claim_id for a in assignments])
    rows = {row.case.pk: row for row in claim_rows(list(cases.values()))}
    return [
        (assignment, rows[assignment.claim_id]) for assignment in assignments if assignment.claim_id in rows
    ]


def is_denied(appearance: Appearance) -> bool:
    """Whether the cue denies the claim's words ("denied having paid"), so that they are no assertion of the speaker.

    The claim's reason "denial" is wider: it also stands for words that themselves call something untrue.
    """
    return appearance.decided_by == DENIAL


def is_unsure(confidence: float | None) -> bool:
    """Whether the extractor was so little sure that a reviewer should look; what nobody measured is not in doubt."""
    return confidence is not None and confidence < UNSURE_BELOW


def chain_steps(
    appearance: Appearance, speaker: Speaker | None, cue: str = "", checks: Checks | None = None
) -> list[Step]:
    """The chain as a path: who said it, by which words where `cue` gives them, then each hop, with its check of `checks`.

    In its own voice, the publisher itself is who says it.
    """
    hops = [
        Step(
            hop.name,
            hop.role,
            hop.get_role_display(),
            "",
            hop.confidence,
            hop.decided_by,
            hop.position,
            (checks or {}).get((hop.role, hop.name)),
        )
        for hop in appearance.hops.all()
    ]
    sure, by = appearance.speaker_confidence, appearance.speaker_by
    if appearance.form == Form.OWN_VOICE:
        return [
            Step(hop.name, "speaker", "own voice", "", sure, by) if hop.role == HopRole.PUBLISHER else hop
            for hop in hops
        ]
    said = f"“{cue}”" if cue else "speaker"
    if speaker is None:
        return [Step("Speaker not known", "speaker", said, "unnamed"), *hops]
    return [Step(speaker.name, "speaker", said, speaker.kind, sure, by), *hops]


# ---- The workbench ---------------------------------------------------------------------------------


@dataclass(slots=True)
class Workbench:
    """All that the review screen of one claim shows."""

    case: ClaimState
    appearance: Appearance
    beside: list[Listed]  # every claim of the same version, in the text's order
    elsewhere: list[Appearance]  # the claim's other appearances
    steps: list[Step]
    spans: list[MarkSpan]
    reviews: list[Review]  # newest first, superseded ones too
    evidence: list[EvidenceLink]  # withdrawn ones too, last
    events: list[AuditEvent]  # newest first
    assignment: Assignment | None
    decision: decisions.Decision
    is_elsewhere: bool  # another desk has, or may have, checked it

    fact_checks: list[FactCheck]  # what is written or published about it, per language

    @property
    def claim(self) -> Claim:
        return self.case.claim

    @property
    def version(self) -> ArticleVersion:
        return self.appearance.version

    @property
    def article(self) -> Article:
        return self.appearance.version.article

    @property
    def superseded(self) -> set[int | None]:
        """Keys of the reviews that a later one superseded."""
        return {review.supersedes_id for review in self.reviews}

    def standing(self, kind: str, stage: str = ReviewStage.AUTHOR) -> Review | None:
        """The judgement of this kind that nobody superseded; an attribution verdict is this appearance's.

        Where nobody has judged the appearance in this text, it is that of the one in the text before.
        """
        superseded = self.superseded
        of_kind = [
            one for one in self.reviews if (one.kind, one.stage) == (kind, stage) and one.pk not in superseded
        ]
        if kind == ReviewKind.VERACITY:
            return next(iter(of_kind), None)
        judged = {one.appearance_id: one for one in of_kind}
        return next((judged[pk] for pk in self.lineage() if pk in judged), None)

    def lineage(self) -> list[int]:
        """Keys of this appearance and of those in earlier texts that it is again, the latest first."""
        return lineage_of([self.appearance, *self.elsewhere])

    @property
    def words(self) -> str:
        """The claim's words in this text, on one line."""
        text, claim = self.version.text, self.claim.pk
        own = [one for one in self.spans if (one.claim, one.role) == (claim, SpanRole.CONTENT)]
        return " … ".join(" ".join(text[one.start : one.end].split()) for one in own)

    @property
    def list_digest(self) -> str:
        """What the list of claims shows, but for which of them is the current one."""
        names = [verdict_label(one.veracity) + verdict_label(one.attribution) for one in self.beside]
        return digest(self.version.pk, self.beside, names)

    @property
    def text_digest(self) -> str:
        """What the pane of the text shows, but for the marks of the current claim."""
        version, article = self.version, self.article
        told = (version.title, version.byline, version.published_at, version.published_on, version.language)
        is_current = article.current_id == version.pk
        # Marks are numbered as the claims stand in the list.
        numbers = [one.claim_id for one in self.beside]
        return digest(version.pk, told, str(article), str(article.outlet), is_current, numbers, self.spans)

    def last_edit(self) -> AuditEvent | None:
        """The latest change of this appearance's reading by a person that nobody has undone, as far as the events go."""
        undone = {event.after.get("undoes") for event in self.events if event.verb == "undo"}
        return next(
            (
                event
                for event in self.events
                if event.verb in ("edit", "split")
                and event.object_id == self.appearance.pk
                and event.pk not in undone
            ),
            None,
        )

    def neighbours(self) -> tuple[int | None, int | None]:
        """The claims before and after this one in the text."""
        order = list(dict.fromkeys(appearance.claim_id for appearance in self.beside))
        here = order.index(self.claim.pk)
        return (
            order[here - 1] if here else None,
            order[here + 1] if here + 1 < len(order) else None,
        )


def workbench(claim_id: int, *, viewer: User, appearance_id: int | None = None) -> Workbench | None:
    """The review screen of a claim as `viewer` may see it, on the given appearance or else its first. None: no such claim, or nowhere to show it."""
    case = (
        ClaimState.objects.select_related("claim__speaker__outlet", "speaker", "outlet", "author")
        .annotate(is_elsewhere=Exists(PriorMatch.objects.filter(claim=OuterRef("pk"))))
        .defer("claim__search")
        .filter(pk=claim_id)
        .first()
    )
    proposed = ExtractionProposal.objects.filter(appearance=OuterRef("pk"), state=ProposalState.OPEN)
    appearances = list(
        Appearance.objects.filter(claim_id=claim_id)
        .annotate(rereading=Subquery(proposed.values("run")[:1]))  # the run that would have it otherwise
        .select_related("version__article__outlet", "run")
        .prefetch_related("spans", Prefetch("hops", queryset=Hop.objects.order_by("position")))
        .order_by("pk")
    )
    if case is None or not appearances:
        return None
    for one in appearances:
        one.claim = case.claim
    appearance = next((one for one in appearances if one.pk == appearance_id), _as_it_is_now(appearances))
    reviews = decisions.visible_reviews(Review.objects.filter(claim_id=claim_id), viewer).select_related(
        "reviewer"
    )
    links = (
        decisions.with_told_stances(EvidenceLink.objects.filter(claim_id=claim_id), viewer)
        .select_related(
            "evidence__watch",
            "evidence__snapshot",
            "evidence__version__article",
            "snapshot",
            "added_by",
            "withdrawn_by",
        )
        .defer("evidence__version__text")
    )
    events = AuditEvent.objects.filter(claim_id=claim_id).select_related("actor").order_by("-pk")
    spans = version_spans(appearance.version_id)
    return Workbench(
        case=case,
        appearance=appearance,
        beside=listed_claims(appearance.version_id),
        elsewhere=[one for one in appearances if one.pk != appearance.pk],
        steps=chain_steps(
            appearance,
            case.speaker,
            cue_words(appearance.version.text, spans, claim_id),
            last_checks([appearance, *appearances]),
        ),
        spans=spans,
        reviews=list(reviews.order_by("-pk")),
        evidence=sorted(links.order_by("pk"), key=lambda link: link.withdrawn_at is not None),
        events=decisions.visible_events(events[:HISTORY_EVENTS], case, viewer),
        decision=decisions.decision(case, viewer=viewer),
        is_elsewhere=case.is_elsewhere,
        fact_checks=fact_checks_of(case),
        assignment=Assignment.objects.filter(claim_id=claim_id, ended_at=None)
        .select_related("reviewer")
        .first(),
    )


def fact_checks_of(case: ClaimState) -> list[FactCheck]:
    """What is written or published about a claim; nothing is before the editors approve it, so that nothing is asked then."""
    if case.state in BEFORE_WRITING:
        return []
    rows = FactCheck.objects.filter(claim=case.pk).select_related("current").order_by("language")
    return list(rows.defer("body", "current__body", "current__facts", "current__search"))


def went_into(claim_id: int) -> int | None:
    """The claim that this one, which stands in no text any more, was merged into or split off from."""
    case = ClaimState.objects.filter(pk=claim_id).first()
    if case is None or case.duplicate_of_id is not None:
        return case.duplicate_of_id if case else None
    split = Lineage.objects.filter(target=claim_id).order_by("-pk").first()
    return split.source_id if split else None


def _as_it_is_now(appearances: Sequence[Appearance]) -> Appearance:
    """A claim's first appearance, as its article has it now, where it does."""
    first = appearances[0]
    current = first.version.article.current_id
    return next((one for one in appearances if one.version_id == current), first)


def cue_words(text: str, spans: Iterable[MarkSpan], claim_id: int) -> str:
    """The words that ascribe the claim, on one short line; "" where there are none."""
    cues = [
        " ".join(text[span.start : span.end].split())
        for span in spans
        if (span.claim, span.role) == (claim_id, SpanRole.CUE)
    ]
    return Truncator(" … ".join(dict.fromkeys(cues))).chars(CUE_CHARACTERS)


def version_appearances(version_id: int) -> list[Appearance]:
    """The claims of one text, in its order, each with its case, speaker and chain."""
    return list(
        Appearance.objects.filter(version_id=version_id)
        .select_related("claim__case", "claim__speaker")
        .prefetch_related(Prefetch("hops", queryset=Hop.objects.order_by("position")))
        .order_by("position")
    )
