"""What is one story, and what only looks like it."""

import pytest

from articles.similarity import Compared, compare, furniture_of
from benchmarks.storytexts import Newsroom

SEED = 11


def overlap(one: str, other: str):
    return compare(Compared.of(one), Compared.of(other))


@pytest.fixture
def newsroom() -> Newsroom:
    print(f"seed {SEED}")
    return Newsroom(SEED)


def test_shares_say_who_has_how_much_of_whom(newsroom: Newsroom) -> None:
    whole = newsroom.article(words=400)
    part = newsroom.cut(whole)
    found = overlap(part, whole)
    assert found.share_of_one == 1
    assert found.share_of_other == pytest.approx(0.35, abs=0.02)
    back = overlap(whole, part)
    assert (back.share_of_one, back.share_of_other) == (found.share_of_other, found.share_of_one)
    assert overlap(whole, whole).share_of_one == 1


def test_texts_without_words_in_common_share_nothing() -> None:
    found = overlap("one two three four five six", "seven eight nine ten eleven twelve")
    assert (found.share_of_one, found.share_of_other, found.is_one_story()) == (0, 0, False)
    assert not overlap("", "").is_one_story()


def test_copies_of_every_kind_are_one_story(newsroom: Newsroom) -> None:
    text = newsroom.article(words=200)
    for kind, copy in newsroom.copies.items():
        assert overlap(copy(text), text).is_one_story(), kind


def test_reports_with_the_same_names_and_quotations_are_not(newsroom: Newsroom) -> None:
    for _ in range(100):
        assert not overlap(*newsroom.on_one_subject()).is_one_story()


@pytest.mark.parametrize("where", ["at the end", "in the middle", "at the beginning"])
def test_a_shared_footer_or_sign_up_paragraph_ties_no_strangers(newsroom: Newsroom, where: str) -> None:
    beside = newsroom.article(words=75)

    def beside_it(text: str) -> str:
        paragraphs = text.split("\n\n")
        at = {"at the end": len(paragraphs), "in the middle": len(paragraphs) // 2, "at the beginning": 0}[
            where
        ]
        return "\n\n".join([*paragraphs[:at], beside, *paragraphs[at:]])

    one, other = (beside_it(newsroom.article(words=120)) for _ in range(2))
    found = overlap(one, other)
    assert max(found.share_of_one, found.share_of_other) >= 0.3  # the share alone would tie them
    assert not found.is_one_story()
    assert not found.is_one_story(one_outlet=True)


def test_what_three_stories_have_is_furniture(newsroom: Newsroom) -> None:
    beside = newsroom.article(words=300)  # longer than what it stands beside
    texts = [Compared.of(f"{newsroom.article(words=150)}\n\n{beside}") for _ in range(5)]
    assert compare(texts[0], texts[1]).is_one_story() or compare(texts[0], texts[1]).share_of_one > 0.6
    furniture = furniture_of([[text] for text in texts[1:]])
    found = compare(texts[0], texts[1], furniture=furniture)
    assert max(found.share_of_one, found.share_of_other) < 0.15
    assert furniture_of([[texts[0], texts[1]], [texts[2]]]) == frozenset()  # two of one story count once
    only = Compared.of(beside)
    assert compare(only, only, furniture=furniture).share_of_one == 0


def test_one_outlets_daily_pieces_must_be_nearly_the_same(newsroom: Newsroom) -> None:
    text = newsroom.article(words=300)
    edited = newsroom.edited(text)
    assert overlap(edited, text).is_one_story()
    assert not overlap(edited, text).is_one_story(one_outlet=True)
    assert overlap(newsroom.with_dateline(text), text).is_one_story(one_outlet=True)


def test_texts_in_scripts_without_spaces_are_compared_as_well() -> None:
    one = "市长周二表示，旧水坝能容纳两倍于设计的水量，并拒绝了调查报告。水坝于一九五四年建成，十一年前最后一次检查。"
    other = "气象研究所预计，本周末北部地区将有大雪，铁路公司已取消夜间列车，学校也将关闭到星期三。"
    assert overlap(f"莱克赛德，三月三日电 {one}", one).is_one_story()
    assert overlap(one, other).share_of_one < 0.1
