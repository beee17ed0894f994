"""A new text of an article has most claims of the one before: they go on, each with what the desk made of it.

What claims.reanchoring finds of the earlier text's appearances becomes appearances of the same claims in the new one,
together with what the extractor found there; what is lost goes on the orphan list, and a claim whose words changed
after the desk judged it is flagged to whoever judged it. All of it in the transaction that stores the reading.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import F, Q
from django.utils import timezone

from articles.models import ArticleVersion
from articles.notices import new_notice
from claims.choices import Anchoring, Edited, NoticeKind, OrphanState, ProposalKind, RunState, State
from claims.extraction import claim_text
from claims.extraction.types import ExtractedClaim, Extraction
from claims.models import (
    Appearance,
    Assignment,
    AuditEvent,
    Claim,
    ClaimState,
    EvidenceLink,
    ExtractionProposal,
    ExtractionRun,
    Orphan,
    Review,
    Rewording,
)
from claims.reanchoring import Anchor, Quotation, Span, reanchor
from claims.services import readings
from claims.services.notices import tell
from claims.services.readings import Reading
from claims.services.storing import Again, store_claims

# By these a person changes how a claim is told: what they left stands in the next text too, unless they say otherwise.
EDITS = ("accept_proposal",)
NOBODY_AT_IT = (State.NEW, State.QUEUED)
# What the claim and a person's edits keep from the earlier text, where the extractor would have it otherwise.
KEPT = ("speaker", "checkable")
KEPT_IF_EDITED = ("speaker", "chain", "form", "checkable")


@dataclass(slots=True)
class _Carried:
    """One appearance of the earlier text: how it stood, and where it is now."""

    previous: Appearance
    reading: Reading
    anchor: Anchor
    found: ExtractedClaim | None = None  # by the extractor, in the new text
    is_edited: bool = False  # by a person
    now: Appearance | None = None

    @property
    def claim(self) -> Claim:
        return self.previous.claim


def store_reading(run: ExtractionRun, found: Extraction) -> list[Appearance]:
    """Stores the first reading of a text: what the extractor found, and what the text before had.

    Returns the text's appearances. The article's row is locked by the caller.
    """
    before = _text_before(run.version)
    carried = _carried_from(before, run.version) if before else []
    if before is None or not carried:
        return store_claims(run, found.claims, found.language)
    here = [one for one in carried if one.anchor.kind != "lost"]
    _pair_up(here, found.claims)
    items: list[tuple[ExtractedClaim, _Carried | None]] = [(_item_of(one), one) for one in here]
    met = {id(one.found) for one in here}
    items += [(item, None) for item in found.claims if id(item) not in met]
    items.sort(key=lambda pair: (pair[0].content[0][0], pair[0].content[-1][1]))
    again = {
        index: Again(one.previous, Anchoring(one.anchor.kind), one.anchor.confidence, one.found is not None)
        for index, (_, one) in enumerate(items)
        if one
    }
    appearances = store_claims(run, [item for item, _ in items], found.language, again=again)
    for appearance, (_, one) in zip(appearances, items, strict=True):
        if one:
            one.now = appearance
    _propose_differences(run, here, found.language)
    _settle(before, run.version, carried, appearances)
    return appearances


# ---- What was there before -------------------------------------------------------------------------


def _text_before(version: ArticleVersion) -> ArticleVersion | None:
    """The text that this one followed; where nobody has read that, the one before it."""
    before = version.previous
    while before is not None:
        if ExtractionRun.objects.filter(version=before, state=RunState.DONE).exists():
            return before
        before = before.previous
    return None


def _carried_from(before: ArticleVersion, version: ArticleVersion) -> list[_Carried]:
    """The appearances of the text before, in its order, each with where it is now: four queries."""
    appearances = list(readings.with_all(Appearance.objects.filter(version=before)).order_by("position"))
    stood = [readings.as_it_stands(appearance) for appearance in appearances]
    anchors = reanchor(before.text, version.text, [_quotation(reading) for reading in stood])
    edited = set(
        AuditEvent.objects.filter(
            claim__in=[one.claim_id for one in appearances], verb__in=EDITS, actor__isnull=False
        ).values_list("claim_id", flat=True)
    )
    return [
        _Carried(appearance, reading, anchor, is_edited=appearance.claim_id in edited)
        for appearance, reading, anchor in zip(appearances, stood, anchors, strict=True)
    ]


def _quotation(reading: Reading) -> Quotation:
    return Quotation(_spans(reading["content"]), tuple(_beside(reading)))


def _beside(reading: Reading) -> list[Span]:
    """Every span of a reading but its content, in an order that `_moved` follows."""
    embedded = reading["embedded"]
    return [
        *_spans(reading["source"]),
        *_spans(reading["cue"]),
        *(span for hop in reading["chain"] for span in _spans(filter(None, (hop["span"], hop["cue"])))),
        *(_spans(embedded["content"]) if embedded else ()),
    ]


def _moved(reading: Reading, anchor: Anchor) -> Reading:
    """The reading with its spans where they are now; those beside the content that are nowhere are left out."""
    where = iter(anchor.beside)

    def next_span(span: Any) -> list[int] | None:
        place = next(where) if span else None
        return list(place) if place else None

    def next_spans(spans: Sequence[Any]) -> list[list[int]]:
        found = sorted(place for span in spans if (place := next_span(span)))
        return [one for at, one in enumerate(found) if at == 0 or found[at - 1][1] <= one[0]]

    moved = reading | {"content": [list(span) for span in anchor.content]}
    moved["source"], moved["cue"] = next_spans(reading["source"]), next_spans(reading["cue"])
    moved["chain"] = [
        hop | {"span": next_span(hop["span"]), "cue": next_span(hop["cue"])} for hop in reading["chain"]
    ]
    if embedded := reading["embedded"]:
        content = next_spans(embedded["content"])
        moved["embedded"] = embedded | {"content": content} if content else None
    return moved


def _spans(pairs: Any) -> tuple[Span, ...]:
    return tuple((start, end) for start, end in pairs)


# ---- What the extractor found of it ----------------------------------------------------------------


def _pair_up(here: Sequence[_Carried], items: Sequence[ExtractedClaim]) -> None:
    """Gives each carried claim what the extractor found of it: the most overlapping content first, each used once."""
    in_order = sorted(items, key=lambda item: item.content[0][0])
    starts = [item.content[0][0] for item in in_order]
    longest = max((item.content[-1][1] - item.content[0][0] for item in in_order), default=0)
    candidates = []
    for i, one in enumerate(here):
        first = bisect_left(starts, one.anchor.content[0][0] - longest)
        for j in range(first, bisect_left(starts, one.anchor.content[-1][1])):
            shared = readings.overlap(one.anchor.content, in_order[j].content)
            if shared >= readings.SAME:
                candidates.append((-shared, not _same_speaker(one.reading, in_order[j]), i, j))
    used: set[int] = set()
    for _, _, i, j in sorted(candidates):
        if here[i].found is None and j not in used:
            here[i].found = in_order[j]
            used.add(j)


def _same_speaker(reading: Reading, item: ExtractedClaim) -> bool:
    return bool(readings.seen(reading, "speaker") == readings.seen({"speaker": _speaker(item)}, "speaker"))


def _speaker(item: ExtractedClaim) -> dict[str, str] | None:
    return {"kind": item.speaker_kind, "name": item.speaker} if item.speaker else None


def _item_of(one: _Carried) -> ExtractedClaim:
    """A carried claim as it stands in the new text: as the extractor tells it there, but for its words where they are the
    same, and for what a person edited."""
    if one.found is None:
        return readings.as_claim(_moved(one.reading, one.anchor))
    content = one.found.content if one.anchor.kind == "fuzzy" else one.anchor.content
    if not one.is_edited:
        return replace(one.found, content=content)
    kept = readings.as_claim(_moved(one.reading, one.anchor))
    return replace(kept, content=content)


def _propose_differences(run: ExtractionRun, here: Sequence[_Carried], language: str) -> None:
    """What the extractor would have otherwise in claims that go on is proposed: a person decides, as on a re-reading."""
    proposals: list[ExtractionProposal] = []
    for one in here:
        if one.found is None or one.now is None:
            continue
        extracted = readings.as_found(run.version.text, one.found, language)
        # How it stands in the new text, without asking the database for what has just been written there.
        before = readings.as_found(run.version.text, _item_of(one), language)
        before |= {"text": one.claim.text} | {name: one.reading[name] for name in KEPT}
        wanted = KEPT_IF_EDITED if one.is_edited else KEPT
        changed = [name for name in readings.differences(before, extracted) if name in wanted]
        if changed:
            found = before | {name: extracted[name] for name in changed}
            if "checkable" in changed:
                found |= {name: extracted[name] for name in ("reasons", "score")}
            if "speaker" in changed:
                found |= {name: extracted[name] for name in ("speaker_confidence", "speaker_by")}
            proposals.append(
                ExtractionProposal(
                    run=run,
                    kind=ProposalKind.CHANGE,
                    appearance=one.now,
                    before=before,
                    found=found,
                    position=len(proposals) + 1,
                )
            )
    ExtractionProposal.objects.bulk_create(proposals, batch_size=1000)


# ---- What changed for the desk ---------------------------------------------------------------------


def _settle(
    before: ArticleVersion,
    version: ArticleVersion,
    carried: Sequence[_Carried],
    appearances: Sequence[Appearance],
) -> None:
    """Orphans, flags, and the new words of claims that nobody has been at."""
    here = {appearance.claim_id: appearance for appearance in reversed(appearances)}
    _close_orphans(version, here)
    changed = [
        one
        for one in carried
        if one.claim.case.state != State.DISMISSED
        and (_is_lost(one, here) or (one.now is not None and _new_words(one, version) != one.claim.text))
    ]
    if not changed:
        return
    claims = {one.claim.pk for one in changed}
    # Locked, in one order: nobody judges a claim while it is decided whether it has been judged.
    cases = {
        case.pk: case for case in ClaimState.objects.select_for_update().filter(pk__in=claims).order_by("pk")
    }
    judged = set(Review.objects.filter(claim__in=claims).values_list("claim_id", flat=True))
    judged |= {case.pk for case in cases.values() if case.state not in (*NOBODY_AT_IT, State.DISMISSED)}
    lost = [one for one in changed if one.now is None]
    Orphan.objects.bulk_create(
        [Orphan(appearance=one.previous, version=version, ambiguous=one.anchor.ambiguous) for one in lost],
        ignore_conflicts=True,
    )
    kind = Edited.NOTED if new_notice(before.text, version.text) else Edited.SILENT
    flagged = [one for one in changed if one.claim.pk in judged]
    Rewording.objects.bulk_create(
        [
            Rewording(claim=one.claim, before=one.previous, after=one.now, version=version, kind=kind)
            for one in flagged
        ],
        ignore_conflicts=True,
    )
    flagged_claims = {one.claim.pk for one in flagged}
    ClaimState.objects.filter(pk__in=flagged_claims).filter(Q(edited="") | Q(edited=Edited.NOTED)).update(
        edited=kind, version=F("version") + 1
    )
    _tell_judges(flagged_claims, version)
    reworded = _reword(changed, version, judged)
    counted = dict(ClaimState.objects.filter(pk__in=claims).values_list("pk", "version"))
    AuditEvent.objects.bulk_create(
        _event(
            "orphan" if one.now is None else "reword" if one in reworded else "edited",
            one,
            version,
            counted[one.claim.pk],
        )
        for one in changed
        if one in lost or one in flagged or one in reworded
    )


def _tell_judges(claims: set[int], version: ArticleVersion) -> None:
    """Tells whoever judged one of these claims, or has it, that the article changed its words."""
    theirs: dict[int, set[int]] = {claim: set() for claim in sorted(claims)}
    judged = Review.objects.filter(claim__in=claims).order_by().values_list("claim_id", "reviewer_id")
    held = Assignment.objects.filter(claim__in=claims, ended_at=None).order_by()
    for claim, person in [*judged, *held.values_list("claim_id", "reviewer_id")]:
        theirs[claim].add(person)
    for claim, people in theirs.items():
        tell(sorted(people), NoticeKind.EDITED, claim_id=claim, key=f"edited:{claim}:{version.pk}")


def _is_lost(one: _Carried, here: dict[int, Appearance]) -> bool:
    """Whether the claim is nowhere in the new text: the extractor may have found it where re-anchoring would not say."""
    return one.now is None and one.claim.pk not in here


def _new_words(one: _Carried, version: ArticleVersion) -> str:
    """The claim's words in the new text; its own where they only changed their place or their typography."""
    return one.claim.text if one.anchor.kind != "fuzzy" else claim_text(version.text, _item_of(one))


def _reword(changed: Sequence[_Carried], version: ArticleVersion, judged: set[int]) -> list[_Carried]:
    """Claims that nobody has been at take the words that their article has now. Returns whose."""
    wanted = [
        one for one in changed if one.now and one.found and not one.is_edited and one.claim.pk not in judged
    ]
    claims = [one.claim.pk for one in wanted]
    rests = set(EvidenceLink.objects.filter(claim__in=claims).values_list("claim_id", flat=True))
    wanted = [one for one in wanted if one.claim.pk not in rests and claims.count(one.claim.pk) == 1]
    for one in wanted:
        one.claim.text = _new_words(one, version)
    Claim.objects.bulk_update([one.claim for one in wanted], ["text"], batch_size=1000)
    ClaimState.objects.filter(pk__in=[one.claim.pk for one in wanted]).update(version=F("version") + 1)
    return wanted


def _close_orphans(version: ArticleVersion, here: dict[int, Appearance]) -> None:
    """A claim that was nowhere in an earlier text and is in this one again is no orphan any more."""
    orphans = list(
        Orphan.objects.filter(
            state=OrphanState.OPEN,
            appearance__version__article=version.article_id,
            appearance__claim__in=list(here),
        ).select_related("appearance")
    )
    for orphan in orphans:
        orphan.state, orphan.resolved_at = OrphanState.ANCHORED, timezone.now()
        orphan.found = here[orphan.appearance.claim_id]
    Orphan.objects.bulk_update(orphans, ["state", "resolved_at", "found"])


def _event(verb: str, one: _Carried, version: ArticleVersion, case_version: int) -> AuditEvent:
    return AuditEvent(
        actor=None,
        verb=verb,
        claim=one.claim,
        object_type=Appearance._meta.model_name or "",
        object_id=one.now.pk if one.now else one.previous.pk,
        before={"text": one.reading["text"]},
        after={
            "text": claim_text(version.text, _item_of(one)) if one.now else "",
            "text_version": version.number,
            "version": case_version,
        },
    )
