"""Which outlet a name or an address stands for."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import count, permutations
from threading import Barrier

import pytest
from django.db import connection
from django.utils import timezone

from articles.models import Outlet
from articles.services import outlets
from articles.services.outlets import ensure_outlets, resolve_outlet

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("known", "given"),
    [
        ("Lakeside Post", "LAKESIDE post"),
        ("İnterlake Xəbər", "interlake xəbər"),  # lower case in the database, two letters in Python
        ("ΛΙΜΝΗ", "λιμνη"),
        ("Озёрная Правда", "ОЗЁРНАЯ ПРАВДА"),
    ],
)
def test_a_name_is_one_outlet_however_it_is_capitalised(known: str, given: str) -> None:
    Outlet.objects.bulk_create([Outlet(name="Larn Courier"), Outlet(name="Brook Radio"), Outlet(name=known)])
    assert resolve_outlet(name=given).name == known
    assert resolve_outlet(url="https://lake.example/a", site_name=given).name == "lake.example"
    assert {name: outlet.name for name, outlet in ensure_outlets({given}).items()} == {given: known}


@pytest.mark.parametrize(
    "url", ["http://[::1", "https://" + "a" * 300 + ".example/dam", "mailto:desk@lake.example"]
)
def test_what_is_no_address_of_a_site_names_no_outlet(url: str) -> None:
    outlet = resolve_outlet(name="Lakeside Post", url=url)
    assert (outlet.name, outlet.domain) == ("Lakeside Post", "")


def test_a_page_whose_name_for_itself_is_endless_still_has_an_outlet() -> None:
    name = "Lakeside " * 50
    first = resolve_outlet(url="https://one.example/a", site_name=name)
    second = resolve_outlet(url="https://two.example/a", site_name=name)
    assert (first.domain, second.name, second.domain) == ("one.example", "two.example", "two.example")


def _at_the_same_moment(monkeypatch: pytest.MonkeyPatch, other: str) -> None:
    """Another worker makes the outlet `other` of lake.example just after this one has looked for the domain's outlet."""

    def nobody_yet(domain: str) -> None:
        Outlet.objects.bulk_create([Outlet(name=other, domain=domain)], ignore_conflicts=True)

    monkeypatch.setattr(outlets, "_owner_of", nobody_yet)


@pytest.mark.parametrize("known", [True, False])
def test_an_outlet_named_by_the_importer_stays_the_one_named(
    monkeypatch: pytest.MonkeyPatch, known: bool
) -> None:
    if known:
        Outlet.objects.create(name="Lakeside Post")
    _at_the_same_moment(monkeypatch, other="Larn Courier")
    outlet = resolve_outlet(name="Lakeside Post", url="https://lake.example/dam")
    assert outlet.name == "Lakeside Post"
    assert list(Outlet.objects.order_by("name").values_list("name", "domain")) == [
        ("Lakeside Post", ""),
        ("Larn Courier", "lake.example"),
    ]


def test_a_page_of_a_site_that_another_worker_has_just_met_is_that_sites(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _at_the_same_moment(monkeypatch, other="Larn Courier")
    assert resolve_outlet(url="https://lake.example/dam", site_name="The Lake").name == "Larn Courier"
    assert Outlet.objects.count() == 1


NAMES = ("", "Lakeside Post Sport", "Lakeside Post", "The Lakeside Post")


@pytest.mark.parametrize("order", list(permutations(NAMES))[::5])
def test_a_site_has_one_name_in_whatever_order_its_pages_are_read(order: tuple[str, ...]) -> None:
    for name in order:
        resolve_outlet(url="https://lake.example/dam", site_name=name)
    assert list(Outlet.objects.values_list("name", "domain")) == [("Lakeside Post", "lake.example")]


def test_a_name_that_somebody_gave_or_that_has_settled_stays() -> None:
    Outlet.objects.create(name="The Post of the Lake", domain="lake.example")
    assert resolve_outlet(url="https://lake.example/a", site_name="Post").name == "The Post of the Lake"
    settled = resolve_outlet(url="https://larn.example/a")
    Outlet.objects.filter(pk=settled.pk).update(created_at=timezone.now() - timedelta(days=2))
    assert resolve_outlet(url="https://larn.example/b", site_name="Larn Courier").name == "larn.example"
    section = resolve_outlet(url="https://brook.example/a", site_name="Brook Radio")
    assert resolve_outlet(url="https://sport.brook.example/a", site_name="Brook").name == section.name


@pytest.mark.django_db(transaction=True)
def test_workers_that_meet_a_site_at_once_make_one_outlet_of_one_name() -> None:
    start = Barrier(len(NAMES))

    def read(name: str) -> None:
        start.wait(10)
        try:
            resolve_outlet(url="https://lake.example/dam", site_name=name)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(NAMES)) as workers:
        list(workers.map(read, NAMES))
    assert list(Outlet.objects.values_list("name", "domain")) == [("Lakeside Post", "lake.example")]


def test_two_sites_that_go_by_one_name_are_two_outlets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outlets, "_named", one_that_comes_late(outlets._named))
    resolve_outlet(url="https://lake.example/a", site_name="News")
    second = resolve_outlet(url="https://larn.example/a", site_name="News")
    assert (second.name, second.domain) == ("larn.example", "larn.example")


def one_that_comes_late(named: Callable[[str], Outlet | None]) -> Callable[[str], Outlet | None]:
    """Looks for a name a moment before another worker makes it: the first look of a call finds nothing."""
    looks = count()
    return lambda name: None if next(looks) % 2 == 0 else named(name)
