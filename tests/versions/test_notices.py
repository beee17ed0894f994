"""What an article says of its own changes is recognised, and its story is not taken for it."""

import pytest

from articles.notices import new_notice

STORY = "The dam was finished in 1954.\n\nThe county was asked on Friday."


@pytest.mark.parametrize(
    "notice",
    [
        "Correction: an earlier version of this article gave the wrong year.",
        "CORRECTION, 3 May 2026: The dam was finished in 1959.",
        "This article was amended on 3 May 2026 to correct the year.",
        "This story has been updated with a statement of the county.",
        "An earlier version of this report misstated the year in which the dam was finished.",
        "Editor's note: the headline was changed after publication.",
        "Clarification – the survey was ordered by the county.",
        "Last updated: 3 May 2026, 10:12",
        "Updated on 3 May 2026",
        "Anmerkung der Redaktion: In einer früheren Fassung stand eine andere Zahl.",
        "Rectificatif : le barrage date de 1959.",
        "Fe de errores: la presa es de 1959.",
        "Исправление: плотина построена в 1959 году.",
    ],
)
def test_a_notice_is_found_where_it_is_new(notice: str) -> None:
    changed = f"{STORY}\n\n{notice}"
    assert new_notice(STORY, changed) == " ".join(notice.split())
    assert new_notice(changed, f"{changed}\n\nMore follows.") == ""


@pytest.mark.parametrize(
    "sentence",
    [
        "The minister updated parliament on the state of the dam.",
        "Corrections officers walked out on Tuesday.",
        "The article of the law that was amended in May is about dams.",
        "An updated survey will cost 4 million.",
        "She corrected him: the dam is of 1959.",
    ],
)
def test_a_sentence_of_the_story_is_none(sentence: str) -> None:
    assert new_notice(STORY, f"{STORY}\n\n{sentence}") == ""
