"""The benchmark of imports, as small as it gets: it measures what it says, and leaves nothing behind."""

import pytest

from articles.models import ImportJob
from articles.parsing import parse
from benchmarks import importing, importscreens, pages
from benchmarks.importing import ImportCost, report
from factcheck.celery import app
from factcheck.models import User


def test_pages_are_as_large_as_real_ones_and_each_its_own() -> None:
    made = [pages.page(number) for number in range(30)]
    assert made[3] == pages.page(3)
    assert all(pages.SMALLEST <= len(data) < 1.2 * pages.LARGEST for data, _ in made)
    texts = [parse(data, url=f"https://a.example/{n}") for n, (data, _) in enumerate(made)]
    for number, (article, (_, words)) in enumerate(zip(texts, made, strict=True)):
        assert abs(len(article.text.split()) - words) < 0.1 * words, "the article, and little else"
        assert f"case {number}" in article.title
        assert article.published_at is not None
    assert len({article.text for article in texts}) == 30


def test_the_report_adds_up_and_marks_what_misses_its_target() -> None:
    stages = dict.fromkeys(importing.ORDER, 0.0) | {
        "parse": 5.0,
        "extract": 3.0,
        "store": 1.0,
        "postgres": 1.0,
    }
    cost = ImportCost(
        pages=100, page_bytes=90_000, words=450, claims=2_000, workers=2, wall=20.0, stages=stages
    )
    told = report(cost)
    assert "20 s, 5.0 articles a second, 100.0 CPU-ms an article" in told
    assert told.splitlines()[-1] == "work 80.0 CPU-ms, overhead 20.0 CPU-ms: 20.0%! (target: at most 15%)"
    cheap = ImportCost(
        pages=100,
        page_bytes=1,
        words=1,
        claims=1,
        workers=1,
        wall=1.0,
        stages=stages | {"store": 0, "postgres": 0.5},
    )
    assert "!" not in report(cheap).splitlines()[-1]


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_pages_go_all_the_way_and_every_stage_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "WARM_UP", 3)
    User.objects.create_user("ada")
    # A connection to another broker is there already, as in any process that has sent something.
    with app.connection_for_write() as given, app.producer_pool.acquire(block=True) as producer:
        assert producer.connection.as_uri() == given.as_uri()
    cost = importing.run(pages_wanted=8, workers=1)
    assert cost.claims > 8
    assert set(cost.stages) == set(importing.ORDER)
    for stage in ("parse", "extract", "store", "record", "tasks and rows", "postgres"):
        assert cost.stages[stage] > 0, stage
    assert min(cost.stages.values()) >= -0.05  # ticks of a hundredth of a second
    assert list(User.objects.values_list("username", flat=True)) == ["ada"]
    assert not ImportJob.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_every_screen_is_measured(superuser_of_screens: User) -> None:
    importscreens.fill(superuser_of_screens, items=200, jobs=2)
    names = []
    for operation in importscreens.screens(superuser_of_screens, items=200):
        operation.run()
        names.append(operation.name)
    assert len(names) == len(set(names)) > 10


@pytest.fixture
def superuser_of_screens(transactional_db: None) -> User:
    return User.objects.create_superuser("ada")
