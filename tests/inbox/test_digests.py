"""The inbox by e-mail: once a period whatever runs twice, nothing lost when the mail server fails."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import Error, connection, transaction
from django.utils import timezone

from claims.choices import NoticeKind
from claims.models import Digest, Notice
from claims.services import digests, notices, talking
from factcheck.lib.errors import DomainError
from factcheck.models import User
from tests.factories import make_claim, make_user

pytestmark = pytest.mark.django_db


class BrokenServer(EmailBackend):
    """Refuses as long as `broken` says so."""

    broken = True

    def send_messages(self, messages: Any) -> int:
        if BrokenServer.broken:
            raise ConnectionRefusedError("no mail server here")
        return super().send_messages(messages)


@pytest.fixture
def broken_server(settings: Any) -> Iterator[type[BrokenServer]]:
    settings.EMAIL_BACKEND = f"{__name__}.BrokenServer"
    BrokenServer.broken = True
    yield BrokenServer
    BrokenServer.broken = True


@pytest.fixture
def ann(settings: Any) -> User:
    settings.SITE_URL = "https://desk.example"
    settings.DEFAULT_FROM_EMAIL = "desk@desk.example"
    return make_user("ann", "reviewer", email="ann@desk.example")


def long_ago() -> None:
    """What was told is a while ago, so that it is sent."""
    Notice.objects.update(at=timezone.now() - timedelta(hours=1))


def due_now(user: User, pace: str = "daily") -> None:
    digests.set_digest(by=user, pace=pace)
    Digest.objects.filter(pk=user.pk).update(due_at=timezone.now() - timedelta(minutes=1))


def tell(
    user: User, words: str = "The dam <holds> & leaks.", kind: NoticeKind = NoticeKind.ASSIGNED
) -> Notice:
    claim = make_claim(text=words)
    notices.tell([user.pk], kind, claim_id=claim.pk, key=f"k{claim.pk}", note="See “this”.")
    long_ago()
    return Notice.objects.latest("pk")


def send(user: User) -> bool:
    return digests.send_digest(user_id=user.pk)


# ---- What is sent ---------------------------------------------------------------------------------------


def test_a_digest_tells_what_is_unread_by_kind_with_links_that_lead_there(ann: User) -> None:
    claim = make_claim(text="The quay is shut.")
    comment = talking.add_comment(by=make_user("ben", "reviewer"), claim_id=claim.pk, text="@ann, <look>.")
    for words in ("The dam <holds> & leaks.", "The mill burned."):
        tell(ann, words)
    read = tell(ann, "She has seen this one.")
    notices.mark_read(by=ann, notice_id=read.pk)
    due_now(ann)
    assert send(ann)
    [message] = mail.outbox
    assert (message.to, message.from_email) == (["ann@desk.example"], "desk@desk.example")
    assert message.subject == "3 unread in your inbox at the factcheck desk"
    assert re.fullmatch(r"<digest-\d+-\d+@desk\.example>", message.message()["Message-ID"])
    text = message.body
    assert text.index("Handed over to you") < text.index("You were mentioned")
    assert text.count("Handed over to you\n") == 1
    assert "The dam <holds> & leaks." in text  # plain text is plain
    assert "@ann, <look>." in text
    assert f"https://desk.example/review/{claim.pk}/#comment-{comment.pk}" in text
    assert "She has seen this one." not in text
    assert "https://desk.example/inbox/digest/" in text
    html = message.alternatives[0][0]
    assert "The dam &lt;holds&gt; &amp; leaks." in html
    assert "<look>" not in html
    assert f'href="https://desk.example/review/{claim.pk}/#comment-{comment.pk}"' in html
    assert not re.search(r"<style|\sstyle=|<script|<img", html)


def test_it_is_off_until_somebody_wants_it_and_needs_an_address(ann: User) -> None:
    tell(ann)
    assert not send(ann)
    with pytest.raises(DomainError) as refused:
        digests.set_digest(by=make_user("ben", "reviewer"), pace="daily")
    assert refused.value.code == "no_email"
    with pytest.raises(DomainError) as refused:
        digests.set_digest(by=ann, pace="hourly")
    assert refused.value.code == "unknown_pace"
    due_now(ann)
    digests.set_digest(by=ann, pace="off")
    assert not send(ann)
    assert mail.outbox == []
    with pytest.raises(Error), transaction.atomic():
        Digest.objects.update(due_at=timezone.now())


def test_with_nothing_new_no_mail_comes_and_nothing_comes_twice(ann: User) -> None:
    due_now(ann)
    assert not send(ann)
    assert Digest.objects.get().due_at > timezone.now()
    tell(ann, "First.")
    due_now(ann)
    assert send(ann)
    due_now(ann)
    assert not send(ann)  # unread still, and sent already
    tell(ann, "Second.")
    due_now(ann)
    assert send(ann)
    assert [("First." in one.body, "Second." in one.body) for one in mail.outbox] == [
        (True, False),
        (False, True),
    ]


def test_a_long_one_has_the_latest_and_says_so(ann: User) -> None:
    claim = make_claim()
    for number in range(130):
        notices.tell([ann.pk], NoticeKind.MENTION, claim_id=claim.pk, key=f"k{number}")
    long_ago()
    due_now(ann)
    assert send(ann)
    [message] = mail.outbox
    assert message.subject.startswith("100+ unread")
    assert message.body.count("/review/") == 100
    assert "There is more" in message.body


# ---- Once a period --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pace", "now", "due"),
    [
        ("daily", "2026-03-03 06:59", "2026-03-03 07:00"),
        ("daily", "2026-03-03 07:00", "2026-03-04 07:00"),
        ("weekly", "2026-03-03 12:00", "2026-03-09 07:00"),  # a Tuesday
        ("weekly", "2026-03-09 06:00", "2026-03-09 07:00"),
        ("weekly", "2026-03-09 08:00", "2026-03-16 07:00"),
        ("daily", "2026-03-28 12:00", "2026-03-29 07:00"),  # the clocks change in between
    ],
)
def test_when_the_next_is_due(settings: Any, pace: str, now: str, due: str) -> None:
    settings.TIME_ZONE, settings.DIGEST_HOUR = "Europe/Berlin", 7
    zone = ZoneInfo("Europe/Berlin")
    with timezone.override(zone):
        at = digests.next_due(pace, datetime.fromisoformat(now).replace(tzinfo=zone))
        assert f"{timezone.localtime(at):%Y-%m-%d %H:%M}" == due


def test_a_period_has_one_mail_however_often_the_task_runs(ann: User) -> None:
    tell(ann)
    due_now(ann)
    assert [send(ann) for _ in range(3)] == [True, False, False]
    assert not digests.due_digests().exists()
    digest = Digest.objects.get()
    assert digest.sent_at is not None
    assert (digest.attempts, digest.busy_until, digest.through) == (0, None, Notice.objects.get().pk)


@pytest.mark.django_db(transaction=True)
def test_workers_at_once_send_one_mail(ann: User) -> None:
    tell(ann)
    due_now(ann)

    def work(_: int) -> bool:
        try:
            return send(ann)
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(work, range(12))) == 1
    assert len(mail.outbox) == 1


def test_a_worker_that_died_is_followed_by_another(ann: User) -> None:
    tell(ann)
    due_now(ann)
    assert digests._take(ann.pk) is not None  # and it dies here
    assert not send(ann)
    Digest.objects.update(busy_until=timezone.now() - timedelta(seconds=1))
    assert send(ann)


# ---- When the mail server fails ---------------------------------------------------------------------------


def test_a_mail_server_that_fails_loses_nothing(ann: User, broken_server: type[BrokenServer]) -> None:
    tell(ann, "The quay is shut.")
    due_now(ann)
    assert not send(ann)
    digest = Digest.objects.get()
    assert digest.error == "ConnectionRefusedError: no mail server here"
    assert digest.attempts == 1
    assert digest.busy_until > timezone.now()
    assert not send(ann)  # not at once
    broken_server.broken = False
    Digest.objects.update(busy_until=timezone.now())
    assert send(ann)
    assert "The quay is shut." in mail.outbox[0].body
    assert Digest.objects.get().error == ""


def test_after_many_tries_it_comes_with_the_next_one(ann: User, broken_server: type[BrokenServer]) -> None:
    tell(ann, "The quay is shut.")
    due_now(ann)
    for _ in range(digests.MOST_ATTEMPTS):
        assert not send(ann)
        Digest.objects.filter(busy_until__isnull=False).update(busy_until=timezone.now())
    digest = Digest.objects.get()
    assert digest.due_at > timezone.now()
    assert "no mail server" in digest.error
    broken_server.broken = False
    tell(ann, "The mill burned.")
    Digest.objects.update(due_at=timezone.now())
    assert send(ann)
    assert all(words in mail.outbox[0].body for words in ("The quay is shut.", "The mill burned."))


def test_whoever_changes_their_mind_while_it_is_sent_keeps_their_choice(ann: User) -> None:
    notice = tell(ann)
    due_now(ann)
    digest = digests._take(ann.pk)
    assert digest is not None
    digests.set_digest(by=ann, pace="off")
    digests._settle(digest, through=notice.pk)
    kept = Digest.objects.get()
    assert (kept.pace, kept.due_at, kept.through) == ("off", None, notice.pk)


def test_an_account_that_was_closed_gets_none(ann: User) -> None:
    tell(ann)
    due_now(ann)
    User.objects.update(is_active=False)
    assert not send(ann)
    assert mail.outbox == []
