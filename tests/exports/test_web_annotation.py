"""Exports as annotations keep to the musts of the W3C Web Annotation Data Model (REC 23 February 2017)."""

import base64
import hashlib
import json
import re
from typing import Any

import pytest

from claims.models import Appearance
from factcheck.models import User
from tests.exports.test_exports import made
from tests.factories import STORY, make_article_version, make_claim, make_story_claim, make_user

pytestmark = pytest.mark.django_db

MOTIVATIONS = {
    "assessing", "bookmarking", "classifying", "commenting", "describing", "editing", "highlighting", "identifying",
    "linking", "moderating", "questioning", "replying", "tagging",
}  # fmt: skip
SELECTORS = {"TextPositionSelector": {"start", "end"}, "TextQuoteSelector": {"exact"}}
IRI = re.compile(r"[a-z][a-z0-9+.-]*:\S+")
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def breaches(collection: dict[str, Any]) -> list[str]:
    """What of the model's musts (sections 3.1 to 5.2) a collection does not keep to."""
    found = []

    def must(holds: object, what: str) -> None:
        if not holds:
            found.append(what)

    must("http://www.w3.org/ns/anno.jsonld" in as_list(collection.get("@context")), "3.1 context")
    must(IRI.fullmatch(collection.get("id", "")), "5.1 one id, an IRI")
    must("AnnotationCollection" in as_list(collection.get("type")), "5.1 type")
    must(isinstance(collection.get("total", 0), int) and collection.get("total", 0) >= 0, "5.1 total")
    if not collection.get("total"):
        return found
    page = collection.get("first")
    must(page, "5.1 a first page")
    must(IRI.fullmatch(page.get("id", "")), "5.2 a page's id")
    must("AnnotationPage" in as_list(page.get("type")), "5.2 a page's type")
    must(isinstance(page.get("items"), list) and page["items"], "5.2 one annotation or more, as an array")
    must(len(page["items"]) == collection["total"], "5.1 total counts all")
    must(len({one["id"] for one in page["items"]}) == len(page["items"]), "3.1 an id is one annotation's")
    for one in page["items"]:
        must(IRI.fullmatch(one.get("id", "")), "3.1 one id, an IRI")
        must("Annotation" in as_list(one.get("type")), "3.1 type")
        must(one.get("target"), "3.1 one target or more")
        must(set(as_list(one.get("motivation", []))) <= MOTIVATIONS, "3.3.5 motivations of the model")
        must(MOMENT.fullmatch(one["created"]), "3.3.2 xsd:dateTime in UTC")
        for body in as_list(one["body"]):
            if body["type"] == "TextualBody":
                must(isinstance(body.get("value"), str), "3.2.4 exactly one value")
            else:
                must(IRI.fullmatch(body.get("source", "")), "4 exactly one source")
            must(set(as_list(body.get("purpose", []))) <= MOTIVATIONS, "3.3.5 purposes of the model")
        for target in as_list(one["target"]):
            must(IRI.fullmatch(target.get("source", "")), "4 exactly one source, an IRI")
            for selector in as_list(target["selector"]):
                must(SELECTORS[selector["type"]] <= set(selector), f"4.2 {selector['type']}")
                if selector["type"] == "TextPositionSelector":
                    must(0 <= selector["start"] < selector["end"], "4.2.5 non-negative integers")
            state = target["state"]
            must(state["type"] == "TimeState", "4.3.1 type")
            must(
                ("sourceDate" in state) != ("sourceDateStart" in state), "4.3.1 a date, or a stretch of time"
            )
            must(MOMENT.fullmatch(state["sourceDate"]), "4.3.1 xsd:dateTime in UTC")
            must(IRI.fullmatch(state["cached"]), "4.3.1 where it is cached")
    return found


@pytest.fixture
def rhea() -> User:
    return make_user("rhea", "reviewer")


def test_it_keeps_to_the_model_and_leads_back_to_the_words(rhea: User) -> None:
    claim = make_story_claim(veracity="false")
    Appearance.objects.update(attribution="confirmed")
    version = make_article_version("The lake is deep, and it is cold.", url="https://post.example/lake")
    make_claim(version, content=["The lake is deep", "it is cold"], text="The lake is deep … it is cold")
    collection = json.loads(made(rhea, file_format="webannotation"))
    assert breaches(collection) == []
    items = collection["first"]["items"]
    assert [one["motivation"] for one in items] == ["assessing", "identifying", "tagging", "assessing"]
    told = [body["value"] for body in items[0]["body"]]
    assert told == [claim.text, "False", "veracity:false", "Confirmed at primary", "attribution:confirmed"]
    position, quote = items[0]["target"]["selector"]
    assert STORY[position["start"] : position["end"]] == quote["exact"]
    assert STORY[: position["start"]].endswith(quote["prefix"])
    assert STORY[position["end"] :].startswith(quote["suffix"])
    assert [target["source"] for target in items[3]["target"]] == ["https://post.example/lake"] * 2
    name = items[0]["target"]["state"]["id"].removeprefix("ni:///sha-256;")
    assert base64.urlsafe_b64decode(name + "=") == hashlib.sha256(STORY.encode()).digest()


def test_of_nothing_there_is_a_collection_without_a_page(rhea: User) -> None:
    collection = json.loads(made(rhea, file_format="webannotation"))
    assert (collection["total"], "first" in collection) == (0, False)
    assert breaches(collection) == []


def test_the_checks_find_what_is_missing(rhea: User) -> None:
    make_story_claim()
    collection = json.loads(made(rhea, file_format="webannotation"))
    del collection["first"]["items"][0]["target"]["source"]
    collection["first"]["items"][1]["motivation"] = "shouting"
    assert breaches(collection) == ["4 exactly one source, an IRI", "3.3.5 motivations of the model"]
