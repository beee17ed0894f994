"""Telling people at the desk what concerns them, in the transaction that causes it; and what they have read of it.

Nobody is told of what they did themselves. What time brings (due dates, deadlines, leases) is claims.services.reminding's.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from claims.choices import NoticeKind
from claims.models import Assignment, AuditEvent, Comment, EvidenceLink, Notice, Reply
from factcheck.lib.errors import Missing
from factcheck.models import User

NOTE_CHARACTERS = 500
OF_EVIDENCE = (NoticeKind.EVIDENCE_CHANGED, NoticeKind.EVIDENCE_GONE)
OF_DUE_DATE = (NoticeKind.DUE_SET, NoticeKind.DUE_SOON, NoticeKind.OVERDUE)
OF_WAITING_REPLY = (NoticeKind.REPLY_DUE, NoticeKind.REPLY_MISSING)


# ---- Telling ----------------------------------------------------------------------------------------


def tell(
    recipients: Iterable[int | None],
    kind: NoticeKind,
    *,
    claim_id: int,
    key: str,
    by: User | None = None,
    comment: Comment | None = None,
    reply: Reply | None = None,
    link: EvidenceLink | None = None,
    note: str = "",
    moment: datetime | None = None,
) -> None:
    """Tells each of `recipients` (keys of users; None is nobody) but `by`; whoever was told under `key` before is not again."""
    told = dict.fromkeys(pk for pk in recipients if pk is not None and (by is None or pk != by.pk))
    Notice.objects.bulk_create(
        [
            Notice(
                recipient_id=pk,
                kind=kind,
                claim_id=claim_id,
                by=by,
                comment=comment,
                reply=reply,
                link=link,
                note=note.strip()[:NOTE_CHARACTERS],
                moment=moment,
                key=key,
            )
            for pk in told
        ],
        ignore_conflicts=True,
    )


def tell_of_event(
    recipients: Iterable[int | None],
    kind: NoticeKind,
    event: AuditEvent,
    *,
    link: EvidenceLink | None = None,
    note: str = "",
    moment: datetime | None = None,
) -> None:
    """Tells of what an audit event of a claim records; undoing that withdraws it."""
    assert event.claim_id is not None, "only events of claims concern somebody"
    tell(
        recipients,
        kind,
        claim_id=event.claim_id,
        key=key_of(event),
        by=event.actor,
        link=link,
        note=note,
        moment=moment,
    )


def tell_assigned(
    assignment: Assignment, *, by: User | None, note: str = "", kind: NoticeKind = NoticeKind.ASSIGNED
) -> None:
    """Tells whoever has a claim now that it is theirs. `by=None` is the workbench itself."""
    tell(
        [assignment.reviewer_id],
        kind,
        claim_id=assignment.claim_id,
        key=f"assigned:{assignment.pk}",
        by=by,
        note=note,
        moment=assignment.leased_until,
    )


def key_of(event: AuditEvent) -> str:
    return f"event:{event.pk}"


# ---- Withdrawing ------------------------------------------------------------------------------------


def withdraw(
    *kinds: NoticeKind,
    claim_id: int,
    recipient_id: int | None = None,
    comment: Comment | None = None,
    reply: Reply | None = None,
    link: EvidenceLink | None = None,
    event: AuditEvent | None = None,
) -> None:
    """Takes notices of a claim back that do not hold any more and that nobody has read: of `kinds`, or of all, and of what is given."""
    unread = Notice.objects.filter(claim=claim_id, read_at=None)
    if kinds:
        unread = unread.filter(kind__in=kinds)
    if event is not None:
        unread = unread.filter(key=key_of(event))
    given = {"recipient_id": recipient_id, "comment": comment, "reply": reply, "link": link}
    unread.filter(**{name: value for name, value in given.items() if value is not None}).delete()


# ---- Reading ----------------------------------------------------------------------------------------


@transaction.atomic
def mark_read(*, by: User, notice_id: int) -> Notice:
    """Marks one of one's own notices as read. Raises Missing."""
    notice = Notice.objects.select_for_update().filter(recipient=by, pk=notice_id).first()
    if notice is None:
        raise Missing("notice_not_found", "That is not in your inbox any more: reload the page.")
    if notice.read_at is None:
        notice.read_at = timezone.now()
        notice.save(update_fields=["read_at"])
    return notice


def mark_all_read(*, by: User, through: int | None = None) -> int:
    """Marks one's notices up to the one with key `through` as read, so that none is that came in meanwhile; returns how many."""
    return _mark(_unread(by) if through is None else _unread(by).filter(pk__lte=through))


def mark_claim_read(*, by: User, claim_id: int) -> int:
    """Who opens a claim has read what they were told of it; returns how many. Where nothing is unread, nothing is written."""
    return _mark(_unread(by).filter(claim=claim_id))


@transaction.atomic
def _mark(unread: QuerySet[Notice]) -> int:
    """What somebody is just withdrawing is passed over: a reader waits for nobody."""
    keys = list(unread.select_for_update(skip_locked=True).order_by().values_list("pk", flat=True))
    return Notice.objects.filter(pk__in=keys).update(read_at=timezone.now()) if keys else 0


def _unread(user: User) -> QuerySet[Notice]:
    return Notice.objects.filter(recipient=user, read_at=None)
