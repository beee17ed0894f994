"""The inbox's screens, without a browser."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from claims.choices import NoticeKind
from claims.models import Claim, ClaimState, Digest, Notice
from claims.services import assigning, notices, talking
from factcheck.models import User
from tests.factories import make_claim, make_story_claim, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def rosa() -> User:
    return make_user("rosa", "reviewer", email="rosa@desk.example")


@pytest.fixture
def desk(rosa: User, client: Client) -> Client:
    client.force_login(rosa)
    return client


def body(response: Any) -> str:
    return " ".join(response.content.decode().split())


def mention(by: User, claim: Claim, text: str = "@rosa, look at <this>.") -> Notice:
    talking.add_comment(by=by, claim_id=claim.pk, text=text)
    return Notice.objects.latest("pk")


def test_an_empty_inbox_says_what_comes_in(desk: Client) -> None:
    assert "Nothing new concerns you." in body(desk.get("/inbox/"))
    assert "mentions, answers" in body(desk.get("/inbox/?show=all"))
    assert "nav__count" not in body(desk.get("/queue/"))


def test_strangers_are_sent_to_the_login_page(client: Client) -> None:
    for address in ("/inbox/", "/inbox/digest/"):
        assert client.get(address).status_code == 302


def test_what_concerns_the_reader_links_to_the_comment_and_is_read_once_opened(
    desk: Client, ben: User
) -> None:
    claim = make_story_claim()
    notice = mention(ben, claim)
    page = body(desk.get("/inbox/"))
    assert "ben mentioned you" in page
    assert "@rosa, look at &lt;this&gt;." in page
    link = f"/review/{claim.pk}/#comment-{notice.comment_id}"
    assert f'href="{link}"' in page
    assert '<span class="nav__count">1<span class="visually-hidden"> unread</span></span>' in page
    opened = body(desk.get(link.split("#", maxsplit=1)[0]))
    assert f'id="comment-{notice.comment_id}"' in opened
    assert "nav__count" not in opened  # read already as the page is made
    assert "Nothing new concerns you." in body(desk.get("/inbox/"))
    everything = body(desk.get("/inbox/?show=all"))
    assert "ben mentioned you" in everything
    assert "data-unread" not in everything


def test_what_others_are_told_is_not_shown_nor_marked(desk: Client, rosa: User, ben: User) -> None:
    claim = make_story_claim()
    theirs = mention(rosa, claim, "@ben, look.")
    assert "rosa mentioned you" not in body(desk.get("/inbox/?show=all"))
    desk.get(f"/review/{claim.pk}/")
    desk.post(f"/inbox/{theirs.pk}/read/")
    desk.post("/inbox/read/")
    theirs.refresh_from_db()
    assert theirs.read_at is None


def test_marking_one_and_all_as_read(desk: Client, ben: User) -> None:
    claim = make_claim()
    first, second = mention(ben, claim), mention(ben, claim)
    back = desk.post(f"/inbox/{first.pk}/read/?show=all&after={second.pk}")
    assert back["Location"] == f"/inbox/?show=all&after={second.pk}"
    page = body(desk.get("/inbox/"))
    assert page.count("Mark as read</button>") == 1
    assert f'name="through" value="{second.pk}"' in page
    later = mention(ben, claim)
    answer = desk.post("/inbox/read/", {"through": second.pk}, follow=True)
    assert "1 marked as read." in body(answer)
    assert list(Notice.objects.filter(read_at=None)) == [later]
    assert "All of it was read already." in body(
        desk.post("/inbox/read/", {"through": second.pk}, follow=True)
    )


@pytest.mark.parametrize("count", [1, 130])
def test_a_page_costs_the_same_however_much_there_is(
    desk: Client, rosa: User, count: int, django_assert_num_queries: Any
) -> None:
    claim = make_claim()
    for number in range(count):
        notices.tell(
            [rosa.pk], NoticeKind.OVERDUE, claim_id=claim.pk, key=f"k{number}", moment=timezone.now()
        )
    with django_assert_num_queries(4) as asked:  # session, user, the page, the count in the bar
        page = body(desk.get("/inbox/"))
    assert not any("OFFSET" in query["sql"] for query in asked)
    assert ("99+" in page) == (count > 99)
    assert page.count('class="inbox__row"') == min(count, 50)
    if count > 50:
        assert 'rel="next"' in page


def test_addresses_that_make_no_sense_are_no_error(desk: Client) -> None:
    for query in ("after=x", "before=%00", "show=nonsense", "after=99999999999999999999"):
        assert desk.get(f"/inbox/?{query}").status_code == 200
    assert desk.post("/inbox/999/read/", follow=True).status_code == 200
    assert desk.post("/inbox/read/", {"through": "x"}).status_code == 302


def test_a_digest_is_chosen_on_a_page_of_its_own(desk: Client, rosa: User) -> None:
    assert "rosa@desk.example" in body(desk.get("/inbox/digest/"))
    assert "Saved." in body(desk.post("/inbox/digest/", {"pace": "weekly"}, follow=True))
    assert Digest.objects.get(user=rosa).pace == "weekly"
    assert desk.post("/inbox/digest/", {"pace": "hourly"}).status_code == 422
    User.objects.update(email="")
    refused = desk.post("/inbox/digest/", {"pace": "daily"})
    assert refused.status_code == 422
    assert "Your account has no e-mail address" in body(refused)
    assert Digest.objects.get(user=rosa).pace == "weekly"
    desk.post("/inbox/digest/", {"pace": "off"})
    assert Digest.objects.get(user=rosa).due_at is None


def test_a_due_date_is_set_on_the_workbench_and_shown(client: Client, rosa: User) -> None:
    eve = make_user("eve", "editor")
    claim = make_story_claim()
    client.force_login(rosa)
    assert "Due date …" not in body(client.get(f"/review/{claim.pk}/"))
    assigning.take_claim(by=rosa, claim_id=claim.pk)
    client.force_login(eve)
    assert "Due date …" in body(client.get(f"/review/{claim.pk}/"))
    day = timezone.localdate() + timedelta(days=2)
    version = ClaimState.objects.get().version
    page = body(
        client.post(
            f"/review/{claim.pk}/move/due/", {"version": version, "due": day.isoformat()}, follow=True
        )
    )
    due = timezone.localtime(ClaimState.objects.get().due_at)
    assert (due.date(), due.hour, due.minute) == (day, 23, 59)
    assert f'due <time datetime="{due.isoformat()}">{due.day} {due:%b} 23:59' in page
    opened = client.get(f"/review/{claim.pk}/?open=due&open=history").content.decode()
    assert f'value="{day.isoformat()}"' in opened
    assert "set its due date" in opened
    assert "overdue" not in body(client.get("/claims/?due=week")).split("<tbody>")[1]
    client.force_login(rosa)
    assert "eve wants it done by" in body(client.get("/inbox/"))
    ClaimState.objects.update(due_at=timezone.now() - timedelta(days=1))
    assert ">overdue</span>" in body(client.get("/claims/?due=overdue"))
    client.force_login(eve)
    client.post(f"/review/{claim.pk}/move/due/", {"version": version, "due": ""})
    assert ClaimState.objects.get().due_at is None
