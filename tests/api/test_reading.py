"""What the REST API tells: lists and their filters, claims with their chains, texts with their offsets."""

from typing import Any

import pytest

from claims.choices import State
from claims.models import Appearance
from tests.api.checking import CheckedClient
from tests.factories import (
    STORY,
    add_appearance,
    make_article_version,
    make_claim,
    make_outlet,
    make_run,
    make_speaker,
    make_story_claim,
)

pytestmark = pytest.mark.django_db


def ids(response: Any) -> list[int]:
    assert response.status_code == 200, response.content
    return [row["id"] for row in response.json()["results"]]


# ---- Appearances: the chain and the spans ----------------------------------------------------------


def test_a_chain_is_told_as_ordered_hops_with_the_words_that_name_them(viewer: CheckedClient) -> None:
    appearance = make_story_claim().appearances.get()
    told = viewer.get(f"/api/v1/appearances/{appearance.pk}/").json()
    assert [(hop["position"], hop["role"], hop["name"]) for hop in told["chain"]] == [
        (1, "medium", "Radio Brook"),
        (2, "relay", "Northern Wire"),
        (3, "publisher", "Lakeside Post"),
    ]
    relay = told["chain"][1]
    assert STORY[relay["span"]["start"] : relay["span"]["end"]] == "Northern Wire"
    assert STORY[relay["cue"]["start"] : relay["cue"]["end"]] == "citing"
    assert told["chain"][2]["outlet"] == told["article"]["outlet"]
    assert told["claim"]["speaker"]["name"] == "Mira Tolland"


def test_every_link_tells_how_sure_it_is_and_which_step_decided(viewer: CheckedClient) -> None:
    appearance = make_story_claim().appearances.get()
    told = viewer.get(f"/api/v1/appearances/{appearance.pk}/").json()
    assert (told["speaker_confidence"], told["speaker_by"], told["extractor"]) == (None, "", None)
    appearance.hops.filter(position=1).update(confidence=0.64, decided_by="carried-on")
    appearance.speaker_confidence, appearance.speaker_by = 0.4, "pronoun"
    appearance.run = make_run(appearance.version, claims=1)
    appearance.save()
    told = viewer.get(f"/api/v1/appearances/{appearance.pk}/").json()
    assert (told["speaker_confidence"], told["speaker_by"]) == (0.4, "pronoun")
    assert told["extractor"] == appearance.run.extractor
    hop = told["chain"][0]
    assert (hop["confidence"], hop["decided_by"]) == (0.64, "carried-on")


def test_spans_are_offsets_in_code_points_and_w3c_selectors(viewer: CheckedClient) -> None:
    text = "🌊 Floods 𝒏𝒐𝒘. “The dam holds,” said Tolland 🙂. More tomorrow."
    claim = make_claim(
        make_article_version(text), content="The dam holds", cue="said", source="Tolland", speaker="Tolland"
    )
    [told] = viewer.get(f"/api/v1/appearances/?claim={claim.pk}").json()["results"]
    by_role = {span["role"]: span for span in told["spans"]}
    assert list(by_role) == ["content", "cue", "source"]
    content = by_role["content"]
    start, end = content["start"], content["end"]
    assert text[start:end] == "The dam holds"
    assert content["selectors"] == [
        {"type": "TextPositionSelector", "start": start, "end": end},
        {
            "type": "TextQuoteSelector",
            "exact": "The dam holds",
            "prefix": "🌊 Floods 𝒏𝒐𝒘. “",
            "suffix": ",” said Tolland 🙂. More tomorrow."[:32],
        },
    ]


def test_appearances_of_a_text_come_in_its_order(viewer: CheckedClient) -> None:
    version = make_article_version()
    for words in ("The dam was finished", "in 1954"):
        make_claim(version, content=words)
    told = viewer.get(f"/api/v1/versions/{version.pk}/appearances/?page_size=1").json()
    assert [row["claim"]["text"] for row in told["results"]] == ["The dam was finished"]
    told = viewer.get(told["next"]).json()
    assert [row["claim"]["text"] for row in told["results"]] == ["in 1954"]
    assert told["next"] is None


def test_an_embedded_report_is_told_with_its_offsets(viewer: CheckedClient) -> None:
    appearance = make_story_claim().appearances.get()
    Appearance.objects.filter(pk=appearance.pk).update(
        embedded={"speaker": "Ana Ruiz", "content": [[3, 9], [12, 20]]}
    )
    told = viewer.get(f"/api/v1/appearances/{appearance.pk}/").json()["embedded"]
    assert told == {"speaker": "Ana Ruiz", "content": [{"start": 3, "end": 9}, {"start": 12, "end": 20}]}


# ---- Claims ----------------------------------------------------------------------------------------


def test_a_claim_is_told_with_all_that_belongs_to_it(viewer: CheckedClient, reviewer: CheckedClient) -> None:
    claim = make_story_claim()
    response = viewer.get(f"/api/v1/claims/{claim.pk}/")
    told = response.json()
    assert told["text"] == "The old dam holds twice the water it was built for"
    assert told["speaker"] == {"id": claim.speaker_id, "name": "Mira Tolland", "kind": "person"}
    assert (told["state"], told["veracity"], told["assignment"]) == ("queued", None, None)
    assert [hop["name"] for hop in told["appearances"][0]["chain"]] == [
        "Radio Brook",
        "Northern Wire",
        "Lakeside Post",
    ]
    assert response["ETag"] == '"1"' and told["version"] == 1
    assert told["moves"] == []  # a viewer may make none
    moves = reviewer.get(f"/api/v1/claims/{claim.pk}/").json()["moves"]
    assert [move["name"] for move in moves] == ["dismiss", "mark_duplicate", "hold", "take"]


def test_claims_are_listed_newest_first_and_narrowed(viewer: CheckedClient) -> None:
    version = make_article_version()
    post = version.article.outlet
    tolland = make_speaker("Mira Tolland")
    dam = make_claim(version, content="The old dam holds twice the water", speaker=tolland, form="direct")
    year = make_claim(version, content="The dam was finished in 1954", form="own-voice", checkable=False)
    elsewhere = make_claim(
        make_article_version("Rain fell on Brooktown.", outlet="Brooktown Echo"),
        state=State.IN_CROSS_CHECK,
        veracity="false",
    )

    def found(query: str) -> list[int]:
        return ids(viewer.get(f"/api/v1/claims/?{query}"))

    assert found("") == [elsewhere.pk, year.pk, dam.pk]
    assert found("state=in_cross_check") == [elsewhere.pk]
    assert found("veracity=false") == [elsewhere.pk]
    assert found("form=own-voice") == [year.pk]
    assert found("checkable=false") == [year.pk]
    assert found(f"speaker={tolland.pk}") == [dam.pk]
    assert found(f"outlet={post.pk}") == [year.pk, dam.pk]
    assert found(f"article={version.article_id}&form=direct") == [dam.pk]
    assert found(f"speaker={2**63 - 1}") == []


@pytest.mark.parametrize(
    ("words", "texts"),
    [
        ("dams", ["the dam was finished", "the old dam holds"]),  # stemmed, newest first
        ("dam -finished", ["the old dam holds"]),
        ('"old dam"', ["the old dam holds"]),
        ("holds or rain", ["rain fell", "the old dam holds"]),
        ("the", []),  # a stop word alone finds nothing
        ("' ) | & !! \\ <->", []),
    ],
)
def test_claims_are_found_by_their_words(viewer: CheckedClient, words: str, texts: list[str]) -> None:
    version = make_article_version()
    for text in ("the old dam holds", "the dam was finished", "rain fell"):
        make_claim(version, text=text)
    response = viewer.get("/api/v1/claims/", {"q": words})
    assert [row["text"] for row in response.json()["results"]] == texts


def test_my_claims_are_those_i_have(reviewer: CheckedClient, reviewer2: CheckedClient) -> None:
    mine, other = make_claim(), make_claim()
    reviewer.post(f"/api/v1/claims/{mine.pk}/take/")
    reviewer2.post(f"/api/v1/claims/{other.pk}/take/")
    assert ids(reviewer.get("/api/v1/claims/?mine=assigned")) == [mine.pk]


# ---- Paging ----------------------------------------------------------------------------------------


def test_following_next_walks_the_whole_list_once_though_rows_come_in(viewer: CheckedClient) -> None:
    version = make_article_version()
    there = [make_claim(version).pk for _ in range(7)]
    page = viewer.get("/api/v1/claims/?page_size=3").json()
    seen = [row["id"] for row in page["results"]]
    assert page["previous"] is None
    while page["next"]:
        make_claim(version)  # newer than all: never on a later page
        page = viewer.get(page["next"]).json()
        seen += [row["id"] for row in page["results"]]
    assert seen == there[::-1]
    back = viewer.get(page["previous"]).json()
    assert [row["id"] for row in back["results"]] == seen[3:6]


@pytest.mark.parametrize(("asked", "given"), [("2", 2), ("1000000000", 5)])
def test_page_size_is_capped(viewer: CheckedClient, asked: str, given: int) -> None:
    version = make_article_version()
    for _ in range(5):
        make_claim(version)
    assert len(ids(viewer.get(f"/api/v1/claims/?page_size={asked}"))) == given


# ---- Articles, speakers, outlets, me ---------------------------------------------------------------


def test_an_article_is_told_with_its_texts_and_claims(viewer: CheckedClient) -> None:
    first = make_article_version("The dam held.", url="https://lakeside.example/dam")
    second = make_article_version(STORY, article=first.article)
    claim = make_claim(second, content="The dam was finished in 1954", form="own-voice")
    make_run(second, claims=1)
    told = viewer.get(f"/api/v1/articles/{first.article_id}/").json()
    assert told["current"]["text"] == STORY
    assert told["current"]["extraction"]["claims"] == 1
    assert [line["number"] for line in told["versions"]] == [2, 1]
    assert [row["claim"]["id"] for row in told["appearances"]] == [claim.pk]
    assert ids(viewer.get(told["appearances_url"])) == [row["id"] for row in told["appearances"]]
    old = viewer.get(f"/api/v1/versions/{first.pk}/").json()
    assert (old["text"], old["number"], old["text_length"]) == ("The dam held.", 1, 13)


def test_articles_are_found_by_title_outlet_and_any_spelling_of_their_address(viewer: CheckedClient) -> None:
    address = "https://lakeside.example/dam"
    dam = make_article_version(url=address, title="The dam at Lakeside").article
    rain = make_article_version("Rain.", outlet="Brooktown Echo", title="Rain 100%_\\").article
    assert ids(viewer.get("/api/v1/articles/")) == [rain.pk, dam.pk]
    assert ids(viewer.get("/api/v1/articles/", {"q": "LAKE"})) == [dam.pk]
    assert ids(viewer.get("/api/v1/articles/", {"q": "%_\\"})) == [rain.pk]
    assert ids(viewer.get("/api/v1/articles/", {"outlet": rain.outlet_id})) == [rain.pk]
    assert ids(viewer.get("/api/v1/articles/", {"url": f"{address}?utm_source=x#top"})) == [dam.pk]
    assert ids(viewer.get("/api/v1/articles/", {"url": "not an address"})) == []


def test_speakers_are_found_by_a_part_of_their_name_and_counted(viewer: CheckedClient) -> None:
    tolland = make_speaker("Mira Tolland")
    echo = make_outlet("Brooktown Echo")
    official = make_speaker("a senior official", "unnamed", echo)
    version = make_article_version()
    make_claim(version, speaker=tolland, veracity="true")
    make_claim(version, speaker=tolland)
    assert ids(viewer.get("/api/v1/speakers/?q=toll")) == [tolland.pk]
    assert ids(viewer.get("/api/v1/speakers/?kind=unnamed")) == [official.pk]
    told = viewer.get(f"/api/v1/speakers/{tolland.pk}/").json()
    assert (told["claims"], told["judged"]) == (2, 1)
    told = viewer.get(f"/api/v1/speakers/{official.pk}/").json()
    assert told["outlet"] == {"id": echo.pk, "name": "Brooktown Echo"}
    assert (told["claims"], told["judged"]) == (0, 0)


def test_outlets_are_found_by_name_and_domain(viewer: CheckedClient) -> None:
    post = make_outlet("Lakeside Post", domain="lakeside.example")
    echo = make_outlet("Brooktown Echo")
    assert ids(viewer.get("/api/v1/outlets/")) == [echo.pk, post.pk]
    assert ids(viewer.get("/api/v1/outlets/?q=echo")) == [echo.pk]
    assert ids(viewer.get("/api/v1/outlets/?domain=Lakeside.example")) == [post.pk]


def test_me_says_what_i_may_do(viewer: CheckedClient, reviewer: CheckedClient) -> None:
    assert viewer.get("/api/v1/me/").json()["may"] == ["export"]
    told = reviewer.get("/api/v1/me/").json()
    assert (told["username"], told["name"], told["role"]) == ("rhea", "Rhea Lind", "reviewer")
    assert told["may"] == [
        "import",
        "triage",
        "take",
        "review",
        "edit",
        "extract",
        "decide_proposals",
        "anchor",
        "link_evidence",
        "check_hops",
        "describe_speakers",
        "contradict",
        "comment",
        "ask_reply",
        "tag",
        "import_checks",
        "match_checks",
        "export",
    ]


# ---- What a page of a list costs -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "queries"),
    [
        # With the key's one: the ids of the page, its rows (none of reviews here), and what belongs to them.
        ("claims/", 3),
        ("claims/?q=dam", 4),  # how common its words are
        ("appearances/", 6),
        ("reviews/", 2),
        ("articles/", 3),
        ("speakers/", 3),
        ("outlets/", 3),
    ],
)
def test_a_list_costs_the_same_number_of_queries_however_long(
    viewer: CheckedClient, django_assert_num_queries: Any, path: str, queries: int
) -> None:
    for rows in (1, 4):
        for number in range(rows):
            make_story_claim(speaker=f"Speaker {rows} {number}")
        with django_assert_num_queries(queries) as captured:
            viewer.get(f"/api/v1/{path}")
        sql = [query["sql"] for query in captured.captured_queries]
        assert not any("COUNT(" in one or "OFFSET" in one for one in sql)
        assert not any("SELECT" in one and '"search"' in one.split("FROM")[0] for one in sql)


def test_a_claim_costs_the_same_number_of_queries_however_much_belongs_to_it(
    viewer: CheckedClient, reviewer: CheckedClient, django_assert_num_queries: Any
) -> None:
    claim = make_story_claim()
    for number in (1, 2):
        # the key, your groups, the case, the desk's settings, who has it, appearances, hops,
        # spans, texts, reviews, evidence
        with django_assert_num_queries(11):
            viewer.get(f"/api/v1/claims/{claim.pk}/")
        reviewer.post(
            f"/api/v1/claims/{claim.pk}/evidence/",
            {"url": "https://dams.example/1954", "stance": "refutes", "expected_version": number},
        )
        add_appearance(claim, make_article_version(), content="The dam was finished")
