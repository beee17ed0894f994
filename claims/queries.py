"""Reads, named after the screen that needs them."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import (
    Prefetch,
    Sum,
)

from claims import workflow
from claims.checks import Checks
from claims.choices import Form, HopRole, State
from claims.cuts import newest_cut, queue_cut
from claims.models import (
    Appearance,
    Assignment,
    ClaimState,
    ClaimTag,
    Hop,
    HopCheck,
    Speaker,
    Tag,
    Tally,
)
from claims.narrowing import Filters, narrowed
from factcheck.lib.paging import Page
from factcheck.models import User

DENIAL = "denial"  # the extractor's name for a cue that denies, in Appearance.decided_by
UNSURE_BELOW = 0.6  # of a speaker's or a hop's confidence: the screens say that the extractor was not sure


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


def version_appearances(version_id: int) -> list[Appearance]:
    """The claims of one text, in its order, each with its case, speaker and chain."""
    return list(
        Appearance.objects.filter(version_id=version_id)
        .select_related("claim__case", "claim__speaker")
        .prefetch_related(Prefetch("hops", queryset=Hop.objects.order_by("position")))
        .order_by("position")
    )
