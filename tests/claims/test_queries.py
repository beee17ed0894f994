"""The reads behind the screens: pages that neither skip nor repeat a row, filters, what a judgement list says."""

import random
from collections.abc import Callable

import pytest
from django.test.utils import CaptureQueriesContext

from claims import articlequeries, narrowing, queries
from claims.bench import workbench
from claims.choices import Form, ReviewKind, State
from claims.models import ClaimState
from claims.narrowing import Filters
from claims.services import assigning, reviewing
from claims.services.reviewing import Judgement
from factcheck.lib import paging
from tests.factories import (
    Step,
    add_appearance,
    make_article_version,
    make_claim,
    make_outlet,
    make_run,
    make_speaker,
    make_story_claim,
    make_user,
)

pytestmark = pytest.mark.django_db

ROWS_A_PAGE = 3


@pytest.fixture(autouse=True)
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paging, "PAGE_ROWS", ROWS_A_PAGE)


def claims_on(page: paging.Page[queries.ClaimRow]) -> list[int]:
    return [row.case.pk for row in page.rows]


def walk(filters: Filters) -> tuple[list[list[int]], list[list[int]]]:
    """Every page from the first to the last, and the pages met on the way back."""
    page = queries.claim_page(filters)
    there, back = [claims_on(page)], []
    while page.after:
        page = queries.claim_page(filters, after=page.after)
        there.append(claims_on(page))
    while page.before:
        page = queries.claim_page(filters, before=page.before)
        back.append(claims_on(page))
    return there, back


@pytest.mark.parametrize("state", [State.QUEUED, ""], ids=["queue", "all claims"])
def test_pages_forward_and_back_give_every_claim_once_in_order(state: str) -> None:
    seed = random.randrange(10**9)
    print(f"seed {seed}")
    rng = random.Random(seed)
    version = make_article_version()
    claims = [make_claim(version, priority=rng.choice([10, 50, 90])) for _ in range(11)]
    expected = [claim.pk for claim in reversed(claims)]
    if state:
        cases = ClaimState.objects.in_bulk([claim.pk for claim in claims])
        expected = sorted(cases, key=lambda claim: (-cases[claim].priority, claim))
    there, back = walk(Filters(state=state))
    assert [claim for page in there for claim in page] == expected
    assert [len(page) for page in there] == [3, 3, 3, 2]
    assert back[::-1] == there[:-1]


@pytest.mark.parametrize("key", ["", "x", "80", "80.", "-1.2", "1.x", "9" * 40 + ".1", "1." + "9" * 40])
def test_a_key_that_makes_no_sense_is_the_first_page(key: str) -> None:
    claim = make_claim()
    for where in ("before", "after"):
        assert claims_on(queries.claim_page(Filters(state=State.QUEUED), **{where: key})) == [claim.pk]


def test_before_the_first_row_is_the_first_page() -> None:
    claim = make_claim()
    assert claims_on(queries.claim_page(Filters(), before=str(claim.pk))) == [claim.pk]


@pytest.fixture
def newsroom() -> dict[str, int]:
    """Four claims, told apart by every filter."""
    post, wire = make_outlet("Lakeside Post"), make_outlet("Northern Wire")
    text = "The bridge is shut.\nThe mill burned down.\nRates will be raised.\nIt opened in 1931.\n"
    at_post, at_wire = make_article_version(text, outlet=post), make_article_version(text, outlet=wire)
    made = {
        "bridge": make_claim(at_post, content="The bridge is shut", speaker="Ada Rill", form=Form.DIRECT),
        "mill": make_claim(at_post, content="The mill burned down", speaker="Bo Lund", state=State.NEW),
        "rates": make_claim(at_wire, content="Rates will be raised", speaker="Ada Marsh", checkable=False),
        "opening": make_claim(
            at_wire,
            content="It opened in 1931",
            form=Form.OWN_VOICE,
            speaker=make_speaker("Northern Wire", "outlet", wire),
            veracity="true",
            state=State.IN_CROSS_CHECK,
        ),
    }
    return {name: claim.pk for name, claim in made.items()}


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (lambda: Filters(state=State.NEW), ["mill"]),
        (lambda: Filters(outlet=make_outlet("Northern Wire")), ["opening", "rates"]),
        (lambda: Filters(speaker="ada"), ["rates", "bridge"]),
        (lambda: Filters(speaker="nobody"), []),
        (lambda: Filters(form=Form.OWN_VOICE), ["opening"]),
        (lambda: Filters(checkable=False), ["rates"]),
        (lambda: Filters(veracity="true"), ["opening"]),
        (lambda: Filters(words="burning mills"), ["mill"]),
        (lambda: Filters(words='"bridge is shut"'), ["bridge"]),
        (lambda: Filters(words="bridge OR opened"), ["opening", "bridge"]),
        (lambda: Filters(words="' ) & !"), []),
        (lambda: Filters(speaker="ada", form=Form.DIRECT, words="bridge"), ["bridge"]),
    ],
)
def test_filters(newsroom: dict[str, int], filters: Callable[[], Filters], expected: list[str]) -> None:
    found = claims_on(queries.claim_page(filters()))
    assert found == [newsroom[name] for name in expected]


@pytest.mark.parametrize("few", [0, 1000], ids=["common", "rare"])
@pytest.mark.parametrize("state", [State.QUEUED, ""], ids=["queue", "all claims"])
def test_words_are_found_alike_whether_common_or_rare(
    state: str, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(narrowing, "FEW_CLAIMS", few)
    version = make_article_version()
    claims = [
        make_claim(version, text=f"The {'dam' if n % 2 else 'mill'} is old", priority=n) for n in range(10)
    ]
    there, back = walk(Filters(state=state, words="dam"))
    assert there == [[claims[n].pk for n in (9, 7, 5)], [claims[n].pk for n in (3, 1)]]
    assert back == there[:1]


def test_a_list_asks_as_many_questions_for_many_rows_as_for_one(django_assert_num_queries) -> None:
    version = make_article_version()
    make_claim(version, speaker="Ada Rill")
    with django_assert_num_queries(5) as one:  # cases, first appearances, their hops, who has them, tags
        queries.claim_page(Filters())
    for _ in range(ROWS_A_PAGE):
        make_claim(version, speaker="Ada Rill")
    with django_assert_num_queries(5) as many:
        assert len(queries.claim_page(Filters()).rows) == ROWS_A_PAGE
    for asked in (one, many):
        assert not any(word in sql(asked) for word in ("COUNT(", "OFFSET"))


def sql(asked: CaptureQueriesContext) -> str:
    return " ".join(query["sql"].upper() for query in asked.captured_queries)


def test_the_workbench_asks_as_many_questions_for_many_claims_as_for_one(
    django_assert_max_num_queries,
) -> None:
    claim = make_story_claim()
    version = claim.appearances.get().version
    for _ in range(20):
        make_claim(version, speaker="Bo Lund")
    reader = make_user()
    with django_assert_max_num_queries(15):
        bench = workbench(claim.pk, viewer=reader)
    assert bench is not None
    assert len(bench.beside) == 21


def test_a_row_shows_the_chain_and_who_has_the_claim() -> None:
    rosa = make_user("rosa", "reviewer")
    claim = make_story_claim()
    assigning.take_claim(by=rosa, claim_id=claim.pk)
    (row,) = queries.claim_page(Filters()).rows
    assert [(step.name, step.role) for step in row.steps] == [
        ("Mira Tolland", "speaker"),
        ("Radio Brook", "medium"),
        ("Northern Wire", "relay"),
        ("Lakeside Post", "publisher"),
    ]
    assert row.held_by == rosa
    assert [(assignment.claim, mine.case.pk) for assignment, mine in queries.my_claims(rosa)] == [
        (claim, claim.pk)
    ]


def test_in_its_own_voice_the_publisher_is_who_says_it() -> None:
    claim = make_claim(
        form=Form.OWN_VOICE, hops=[Step("relay", "Northern Wire"), Step("publisher", "Lakeside Post")]
    )
    (row,) = queries.claim_page(Filters()).rows
    assert row.case.pk == claim.pk
    assert [(step.name, step.role) for step in row.steps] == [
        ("Northern Wire", "relay"),
        ("Lakeside Post", "speaker"),
    ]


def test_the_workbench_of_a_claim() -> None:
    rosa = make_user("rosa", "reviewer")
    claim = make_story_claim()
    version = claim.appearances.get().version
    following = make_claim(version, content="The dam was finished in 1954", form=Form.OWN_VOICE)
    for verdict in ("false", "half_true"):
        case = ClaimState.objects.get(pk=claim.pk)
        reviewing.record_review(
            by=rosa, claim_id=claim.pk, expected_version=case.version, judgements=[Judgement(verdict)]
        )
    bench = workbench(claim.pk, viewer=make_user())
    assert bench is not None
    assert [review.verdict for review in bench.reviews] == ["half_true", "false"]
    standing = bench.standing(ReviewKind.VERACITY)
    assert standing is not None
    assert standing.verdict == "half_true"
    assert bench.superseded >= {bench.reviews[1].pk}
    assert bench.standing(ReviewKind.ATTRIBUTION) is None
    assert bench.neighbours() == (None, following.pk)
    assert bench.assignment is not None
    assert bench.assignment.reviewer == rosa
    words = {span.role: version.text[span.start : span.end] for span in bench.spans if span.claim == claim.pk}
    assert words["cue"] == "said"


def test_a_claim_that_appears_twice_is_shown_in_the_appearance_asked_for() -> None:
    claim = make_story_claim()
    again = add_appearance(
        claim,
        make_article_version("They say the dam holds.", outlet="Daily Lantern"),
        content="the dam holds",
    )
    first = workbench(claim.pk, viewer=make_user())
    second = workbench(claim.pk, viewer=make_user(), appearance_id=again.pk)
    assert first is not None
    assert second is not None
    assert first.appearance.version.article.outlet.name == "Lakeside Post"
    assert second.appearance == again
    assert second.elsewhere == [first.appearance]


def test_no_workbench_for_no_claim() -> None:
    assert workbench(999_999, viewer=make_user()) is None


def test_articles_with_their_latest_extraction() -> None:
    version = make_article_version(title="The dam at Lakeside")
    make_run(version, claims=2)
    make_run(version, claims=7)
    make_article_version("Other text.", title="Elsewhere", outlet="Northern Wire")
    rows = articlequeries.article_page().rows
    assert [row.article.title for row in rows] == ["Elsewhere", "The dam at Lakeside"]
    assert [row.run.claims if row.run else None for row in rows] == [None, 7]
    assert [row.article.title for row in articlequeries.article_page(title="DAM at").rows] == [
        "The dam at Lakeside"
    ]
    assert [
        row.article.title for row in articlequeries.article_page(outlet=make_outlet("Northern Wire")).rows
    ] == ["Elsewhere"]


def test_an_article_at_its_current_and_at_an_older_version() -> None:
    old = make_article_version("The first text.")
    new = make_article_version("The second text.", article=old.article)
    view = articlequeries.article_view(old.article_id)
    assert view is not None
    assert view.version == new
    assert [version.number for version in view.versions] == [2, 1]
    older = articlequeries.article_view(old.article_id, number=1)
    assert older is not None
    assert older.version == old
    assert articlequeries.article_view(old.article_id, number=3) is None
    assert articlequeries.article_view(999_999) is None
