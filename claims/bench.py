"""Reads of the review screen of one claim: the claim's case, its text, and all that was said and done about it.

What a claim has none of is not asked for: its case comes with which of it there is. What is asked for on every step is
compiled once (factcheck.lib.prepared).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.utils.text import Truncator
from django.utils.translation import get_language

from articles.models import Article, ArticleVersion
from claims import decisions, ledger
from claims.checks import last_checks, lineage_of
from claims.choices import LineageKind, ProposalState, ReviewKind, ReviewStage, SpanRole
from claims.highlighting import MarkSpan
from claims.models import (
    Appearance,
    Assignment,
    AuditEvent,
    Claim,
    ClaimState,
    ClaimTag,
    Comment,
    Contradiction,
    Correction,
    CrossCheck,
    DeskSettings,
    EvidenceLink,
    ExtractionProposal,
    FactCheck,
    Hop,
    HopCheck,
    Lineage,
    Notice,
    PriorMatch,
    Reply,
    Review,
    Span,
    SpeakerRole,
    Tag,
    Vote,
)
from claims.panes import Listed, Shown, digest, listed_claims, shown_of, version_spans
from claims.priorreads import matches_of
from claims.queries import Step, chain_steps
from claims.talk import NOTHING_SAID, Talk, talk_about
from factcheck.lib.prepared import Prepared
from factcheck.models import User

HISTORY_EVENTS = 100
CUE_CHARACTERS = 40  # of a cue, where it labels its speaker


@dataclass
class Workbench:
    """All that the review screen of one claim shows."""

    case: ClaimState
    appearance: Appearance
    shown: Shown  # of the panes beside the decision
    elsewhere: list[Appearance]  # the claim's other appearances
    steps: list[Step]
    reviews: list[Review]  # newest first, superseded ones too
    evidence: list[EvidenceLink]  # withdrawn ones too, last
    events: list[AuditEvent]  # newest first
    assignment: Assignment | None
    decision: decisions.Decision
    talk: Talk
    tags: list[Tag]
    roles_then: list[SpeakerRole]  # what the speaker was on the day the text came out
    contradictions: list[tuple[Contradiction, Claim]]
    fact_checks: list[FactCheck]  # what is written or published about it, per language
    matches: list[PriorMatch]  # what other desks checked that is this claim, or may be
    has_unread: bool  # notices about the claim, of whoever looks

    @property
    def claim(self) -> Claim:
        return self.case.claim

    @property
    def version(self) -> ArticleVersion:
        return self.appearance.version

    @property
    def article(self) -> Article:
        return self.appearance.version.article

    @cached_property
    def beside(self) -> list[Listed]:
        """Every claim of the same version, in the text's order."""
        return listed_claims(self.version.pk)

    @cached_property
    def spans(self) -> list[MarkSpan]:
        """Of every claim of the version."""
        return version_spans(self.version.pk)

    @cached_property
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
        return " … ".join(_words_as(self.appearance, SpanRole.CONTENT))

    @cached_property
    def list_digest(self) -> str:
        """What the list of claims shows, but for which of them is the current one."""
        names = DeskSettings.seen().labels, get_language()
        return digest(self.version.pk, self.shown.list_name, names)

    @cached_property
    def text_digest(self) -> str:
        """What the pane of the text shows, but for the marks of the current claim."""
        version, article = self.version, self.article
        told = (version.title, version.byline, version.published_at, version.published_on, version.language)
        is_current = article.current_id == version.pk
        # Marks are numbered as the claims stand in the list.
        numbers, marks = self.shown.claims, self.shown.text_name
        return digest(version.pk, told, str(article), str(article.outlet), is_current, numbers, marks)

    @cached_property
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

    @cached_property
    def order(self) -> list[int]:
        """The claims of the text, each once."""
        return list(dict.fromkeys(self.shown.claims))

    @property
    def number(self) -> int:
        """Of the claim in its text, from 1."""
        return self.order.index(self.claim.pk) + 1

    def neighbours(self) -> tuple[int | None, int | None]:
        """The claims before and after this one in the text."""
        order, here = self.order, self.number - 1
        return (
            order[here - 1] if here else None,
            order[here + 1] if here + 1 < len(order) else None,
        )


def workbench(claim_id: int, *, viewer: User, appearance_id: int | None = None) -> Workbench | None:
    """The review screen of a claim as `viewer` may see it, on the given appearance or else its first. None: no such claim, or nowhere to show it."""
    case: Any = next(iter(_CASE(claim_id, viewer.pk)), None)
    appearances = _appearances(claim_id) if case else []
    if case is None or not appearances:
        return None
    case.speaker = case.claim.speaker  # the case's copy of it
    for one in appearances:
        one.claim = case.claim
    appearance = next((one for one in appearances if one.pk == appearance_id), _as_it_is_now(appearances))
    checks = last_checks([appearance, *appearances]) if case.has_hop_checks else {}
    cue = Truncator(" … ".join(dict.fromkeys(_words_as(appearance, SpanRole.CUE)))).chars(CUE_CHARACTERS)
    links = _LINKS(claim_id, viewer.pk) if case.has_evidence else []
    return Workbench(
        case=case,
        appearance=appearance,
        shown=shown_of(appearance.version_id),
        elsewhere=[one for one in appearances if one.pk != appearance.pk],
        steps=chain_steps(appearance, case.speaker, cue, checks),
        reviews=_REVIEWS(claim_id, viewer.pk) if case.has_reviews else [],
        evidence=sorted(links, key=lambda link: link.withdrawn_at is not None),
        events=decisions.visible_events(_EVENTS(claim_id), case, viewer),
        assignment=next(iter(_ASSIGNMENT(claim_id)), None) if case.is_held else None,
        decision=decisions.decision(
            case,
            viewer=viewer,
            checks=case.has_checks,
            votes=case.has_votes,
            corrections=case.has_corrections,
        ),
        talk=talk_about(claim_id, comments=case.has_comments, replies=case.has_replies)
        if case.has_comments or case.has_replies
        else NOTHING_SAID,
        tags=[link.tag for link in _TAGS(claim_id)] if case.has_tags else [],
        roles_then=ledger.roles_then(appearance, case.speaker) if case.has_roles else [],
        contradictions=ledger.contradictions_with(claim_id) if case.has_contradictions else [],
        fact_checks=fact_checks_of(claim_id) if case.has_fact_checks else [],
        matches=matches_of(claim_id) if case.has_matches else [],
        has_unread=case.has_unread,
    )


def fact_checks_of(claim_id: int) -> list[FactCheck]:
    """What is written or published about a claim, without the texts of it."""
    rows = FactCheck.objects.filter(claim=claim_id).select_related("current").order_by("language")
    return list(rows.defer("body", "current__body", "current__facts", "current__search"))


def went_into(claim_id: int) -> int | None:
    """The claim that this one, which stands in no text any more, was merged into or split off from."""
    case = ClaimState.objects.filter(pk=claim_id).first()
    if case is None or case.duplicate_of_id is not None:
        return case.duplicate_of_id if case else None
    split = Lineage.objects.filter(target=claim_id).order_by("-pk").first()
    return split.source_id if split else None


# ---- What is asked for on every step ---------------------------------------------------------------


def _case(claim: int, viewer: int) -> QuerySet[ClaimState]:
    """The case, and what there is about its claim."""
    own = OuterRef("pk")
    merged = Lineage.objects.filter(kind=LineageKind.MERGED, target=OuterRef(own), undone_at=None)
    with_merged = Q(claim=own) | Q(claim__in=merged.values("source"))
    return (
        ClaimState.objects.filter(pk=claim)
        .select_related("claim__speaker__outlet", "author")
        .defer("claim__search")
        .annotate(
            is_held=Exists(Assignment.objects.filter(claim=own, ended_at=None)),
            has_reviews=Exists(Review.objects.filter(claim=own)),
            has_evidence=Exists(EvidenceLink.objects.filter(claim=own)),
            has_hop_checks=Exists(HopCheck.objects.filter(appearance__claim=own)),
            has_checks=Exists(CrossCheck.objects.filter(claim=own, undone_at=None)),
            has_votes=Exists(Vote.objects.filter(claim=own, undone_at=None)),
            has_corrections=Exists(Correction.objects.filter(claim=own, undone_at=None)),
            has_comments=Exists(Comment.objects.filter(with_merged)),
            has_replies=Exists(Reply.objects.filter(with_merged)),
            has_tags=Exists(ClaimTag.objects.filter(claim=own)),
            has_roles=Exists(SpeakerRole.objects.filter(speaker=OuterRef("claim__speaker"))),
            has_contradictions=Exists(
                Contradiction.objects.filter(Q(first=own) | Q(second=own), withdrawn_at=None)
            ),
            has_fact_checks=Exists(FactCheck.objects.filter(claim=own)),
            has_matches=Exists(PriorMatch.objects.filter(claim=own)),
            has_unread=Exists(Notice.objects.filter(claim=own, recipient=viewer, read_at=None)),
        )
    )


def _claim_appearances(claim: int) -> QuerySet[Appearance]:
    proposed = ExtractionProposal.objects.filter(appearance=OuterRef("pk"), state=ProposalState.OPEN)
    return (
        Appearance.objects.filter(claim=claim)
        .annotate(rereading=Subquery(proposed.values("run")[:1]))  # the run that would have it otherwise
        .select_related("version__article__outlet", "run")
        .order_by("pk")
    )


def _links(claim: int, viewer: int) -> QuerySet[EvidenceLink]:
    return (
        decisions.with_told_stances(EvidenceLink.objects.filter(claim=claim), viewer)
        .select_related(
            "evidence__watch",
            "evidence__snapshot",
            "evidence__version__article",
            "snapshot",
            "added_by",
            "withdrawn_by",
        )
        .defer("evidence__version__text")
        .order_by("pk")
    )


_CASE = Prepared(_case)
_APPEARANCES = Prepared(_claim_appearances)
_SPANS = Prepared(lambda claim: Span.objects.filter(appearance__claim=claim))
_HOPS = Prepared(lambda claim: Hop.objects.filter(appearance__claim=claim).order_by("position"))
_REVIEWS = Prepared(
    lambda claim, viewer: (
        decisions.visible_reviews(Review.objects.filter(claim=claim), viewer)
        .select_related("reviewer")
        .order_by("-pk")
    )
)
_LINKS = Prepared(_links)
_EVENTS = Prepared(
    lambda claim: (
        AuditEvent.objects.filter(claim=claim).select_related("actor").order_by("-pk")[:HISTORY_EVENTS]
    )
)
_ASSIGNMENT = Prepared(
    lambda claim: Assignment.objects.filter(claim=claim, ended_at=None).select_related("reviewer")
)
_TAGS = Prepared(
    lambda claim: ClaimTag.objects.filter(claim=claim).select_related("tag").order_by("tag__name")
)


def _appearances(claim_id: int) -> list[Appearance]:
    """Every appearance of a claim with its spans and hops, as if these were prefetched."""
    appearances = _APPEARANCES(claim_id)
    for name, rows in (("spans", _SPANS(claim_id)), ("hops", _HOPS(claim_id))):
        for one in appearances:
            own = getattr(one, name).all()
            own._result_cache = [row for row in rows if row.appearance_id == one.pk]
            one.__dict__.setdefault("_prefetched_objects_cache", {})[name] = own
    return appearances


def _as_it_is_now(appearances: Sequence[Appearance]) -> Appearance:
    """A claim's first appearance, as its article has it now, where it does."""
    first = appearances[0]
    current = first.version.article.current_id
    return next((one for one in appearances if one.version_id == current), first)


def _words_as(appearance: Appearance, role: str) -> Iterable[str]:
    """The words of each of its spans in that role, on one line each."""
    text = appearance.version.text
    spans = sorted((span.start, span.end) for span in appearance.spans.all() if span.role == role)
    return [" ".join(text[start:end].split()) for start, end in spans]
