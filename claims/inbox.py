"""Reads of the inbox: a page of notices, how many are unread, and what each says in words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import date_format

from claims.choices import NoticeKind
from claims.cuts import newest_cut
from claims.models import Notice
from factcheck.lib.paging import Page
from factcheck.lib.prepared import prepared_row
from factcheck.models import User

COUNTED = 100  # unread ones; with more, the bar says "99+"
URGENT = frozenset(
    {
        NoticeKind.OVERDUE,
        NoticeKind.REPLY_MISSING,
        NoticeKind.LEASE_ENDING,
        NoticeKind.EVIDENCE_GONE,
        NoticeKind.WEBHOOK_OFF,
    }
)


@dataclass(frozen=True, slots=True)
class Told:
    """A notice as it is shown. `words`: what happened, a sentence without its dot; `quote`: what somebody wrote with it."""

    notice: Notice
    words: str
    quote: str
    is_urgent: bool


def inbox_page(user: User, *, unread: bool, before: str = "", after: str = "") -> Page[Told]:
    """The notices of `user`, or the unread ones, newest first: one query. `before`/`after`: keys of a Page."""
    notices = with_all(Notice.objects.filter(recipient=user))
    if unread:
        notices = notices.filter(read_at=None)
    found = newest_cut(notices, before, after)
    return Page(tell_all(found.rows), found.before, found.after)


_UNREAD = f"""
    SELECT count(*) FROM (SELECT 1 FROM {Notice._meta.db_table}
                           WHERE recipient_id = %s AND read_at IS NULL LIMIT {COUNTED}) AS unread"""  # noqa: S608 - ours


def unread_count(user: User) -> int:
    """How many unread notices `user` has, up to COUNTED: one query on an index of just those."""
    (n,) = prepared_row(_UNREAD, user.pk)
    return int(n)


def with_all(notices: QuerySet[Notice]) -> QuerySet[Notice]:
    return notices.select_related("claim", "webhook", "by", "comment", "reply", "link__evidence").defer(
        "claim__search"
    )


def tell_all(notices: Iterable[Notice]) -> list[Told]:
    return [
        Told(one, words_of(one), one.comment.text if one.comment else one.note, one.kind in URGENT)
        for one in notices
    ]


def by_kind(told: Sequence[Told]) -> list[tuple[str, list[Told]]]:
    """In the order of NoticeKind: its label, and what is of it."""
    groups = [(kind.label, [one for one in told if one.notice.kind == kind]) for kind in NoticeKind]
    return [(str(label), group) for label, group in groups if group]


def words_of(notice: Notice) -> str:
    """What happened, for whom it concerns. It never tells a verdict."""
    who = str(notice.by) if notice.by else "The workbench"
    when = date_format(timezone.localtime(notice.moment), "j M H:i") if notice.moment else ""
    asked = notice.reply.asked if notice.reply else ""
    document = str(notice.link.evidence) if notice.link else ""
    return {
        NoticeKind.ASSIGNED: f"{who} gave it to you",
        NoticeKind.RESUMED: f"{who} took it off hold; it is yours again",
        NoticeKind.SENT_BACK: f"{who} sent it back"
        if notice.note
        else f"{who} came to another verdict in the cross-check",
        NoticeKind.MENTION: f"{who} mentioned you",
        NoticeKind.ANSWER: f"{who} answered where you commented",
        NoticeKind.REPLY_DUE: f"The reply of {asked} is wanted by {when}",
        NoticeKind.REPLY_MISSING: f"{asked} has not replied by {when}",
        NoticeKind.REPLY_ENTERED: f"{who} entered what {asked} answered",
        NoticeKind.DUE_SET: f"{who} wants it done by {when}",
        NoticeKind.DUE_SOON: f"It is due {when}",
        NoticeKind.OVERDUE: f"It was due {when}",
        NoticeKind.LEASE_ENDING: f"It is yours until {when}: judge it, or take it again to keep it",
        NoticeKind.LEASE_OVER: f"It was yours until {when}, and went back to where it waits",
        NoticeKind.EDITED: "An article changed its words since you judged it",
        NoticeKind.EVIDENCE_CHANGED: f"The words that you quoted are not there any more: {document}"
        if notice.link and notice.link.quote_gone_at
        else f"Evidence that you linked has changed: {document}",
        NoticeKind.EVIDENCE_GONE: f"Evidence that you linked is gone: {document}",
        NoticeKind.WEBHOOK_OFF: "It did not answer for too long and was turned off",
    }[NoticeKind(notice.kind)]
