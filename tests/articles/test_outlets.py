"""Which outlet a name or an address stands for."""

import pytest

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
