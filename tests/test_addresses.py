"""Addresses made from what stands around their keys are those that Django makes."""

from django.urls import reverse, set_script_prefix

from factcheck.lib.addresses import address_of


def test_they_are_those_that_django_makes() -> None:
    for name, keys in (
        ("queue", ()),
        ("review", (12,)),
        ("review_part", (7, "comment-edit-31")),
        ("comment_change", (10**18, 3)),
        ("versions_compared", (5, 1, 2)),
    ):
        assert address_of(name, *keys) == reverse(name, args=keys)


def test_a_site_below_another_ones_root_has_its_own() -> None:
    assert address_of("review", 12) == "/review/12/"
    set_script_prefix("/desk/")
    try:
        assert address_of("review", 12) == reverse("review", args=[12]) == "/desk/review/12/"
    finally:
        set_script_prefix("/")
