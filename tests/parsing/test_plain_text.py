"""parse_text: text files and pastes."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from articles.parsing import ParsingError, parse, parse_text

from .pages import PARAGRAPHS, TEXT


def test_a_paste_with_a_headline_has_a_title() -> None:
    article = parse_text(f"Port of Velmora reopens on Thursday\r\n\r\n{TEXT}")
    assert article.title == "Port of Velmora reopens on Thursday"
    assert article.text == TEXT
    assert article.language == "en"
    assert article.provenance == {"text": "text", "title": "first line", "language": "text"}


def test_a_given_title_wins_and_is_not_told_twice() -> None:
    article = parse_text(f"Port of Velmora reopens\n\n{TEXT}", title=" Port of Velmora\nreopens ")
    assert (article.title, article.text) == ("Port of Velmora reopens", TEXT)
    other = parse_text(f"Port of Velmora reopens\n\n{TEXT}", title="Another title")
    assert (other.title, other.text) == ("Another title", f"Port of Velmora reopens\n\n{TEXT}")


@pytest.mark.parametrize(
    "first",
    [
        PARAGRAPHS[0],
        "A sentence.",
        "“It is over,” she said.",
        "Dear readers,",
        "The points are these:",
        "VELMORA, Nov. 13 (Courier) —",
        "x" * 201,
        "***",
    ],
)
def test_a_first_line_that_is_no_headline_stays_in_the_text(first: str) -> None:
    article = parse_text(f"{first}\n\n{TEXT}")
    assert article.title == ""
    assert article.text == f"{first}\n\n{TEXT}"


def test_a_single_line_is_the_text() -> None:
    assert parse_text("Port of Velmora reopens").text == "Port of Velmora reopens"


def test_a_line_each_and_wrapped_lines_become_paragraphs() -> None:
    assert parse_text("\n".join(PARAGRAPHS)).text == TEXT
    wrapped = "The port of Velmora will reopen on Thursday, harbour\nmaster Ines Calder said, three weeks after a storm\ndamaged its northern pier, which is now repaired and\nopen to ferries.\n\nCalder was pleased."
    assert parse_text(wrapped).text == wrapped.replace("\n\n", "|").replace("\n", " ").replace("|", "\n\n")


def test_wire_copy_tells_its_place_and_time() -> None:
    article = parse_text(
        "Port of Velmora reopens - harbour master\n\nHarbour Materials 13 November 2020 12:34 (UTC +04:00)\n\n"
        f"VELMORA, Velmoria, Nov.13\n\n{TEXT}"
    )
    assert article.title == "Port of Velmora reopens - harbour master"
    assert article.dateline == "VELMORA, Velmoria"
    assert article.published_at == datetime(2020, 11, 13, 12, 34, tzinfo=timezone(timedelta(hours=4)))
    assert article.published_on == date(2020, 11, 13)


@pytest.mark.parametrize(
    ("line", "instant", "day"),
    [
        (
            "Published November 13, 2020, 6:05 p.m. GMT",
            datetime(2020, 11, 13, 18, 5, tzinfo=UTC),
            date(2020, 11, 13),
        ),
        ("13 Nov. 2020", None, date(2020, 11, 13)),
        ("Updated Nov 13 2020 12:00", None, date(2020, 11, 13)),
        ("31 February 2020", None, None),
        ("It was on 13 November 2020 that she left.", None, None),
    ],
)
def test_a_date_line_above_the_text(line: str, instant: datetime | None, day: date | None) -> None:
    article = parse_text(f"A headline\n\n{line}\n\n{TEXT}")
    assert (article.published_at, article.published_on) == (instant, day)


@pytest.mark.parametrize(
    "text",
    [
        "قال الوزير إن الميناء سيفتح يوم الخميس بعد ثلاثة أسابيع من العاصفة.",
        "Everybody cheered 👩‍👩‍👧🎉 when the ferry came in, and nobody minded the rain.",
    ],
)
def test_any_script_and_emoji_are_kept(text: str) -> None:
    assert parse_text(text).text == text


@pytest.mark.parametrize("text", ["", " \n\t ", "\0\0", "\ufeff", b"", b"\r\n"])
def test_nothing_is_said_to_be_nothing(text: str | bytes) -> None:
    with pytest.raises(ParsingError) as refused:
        parse_text(text)
    assert refused.value.code == "empty"


@pytest.mark.parametrize("text", ["12345", "... --- ...", "🎉🎉🎉", "1\n\n2\n\n3"])
def test_a_paste_without_a_sentence_is_said_to_have_none(text: str) -> None:
    with pytest.raises(ParsingError) as refused:
        parse_text(text)
    assert refused.value.code == "no_article_text"
    assert refused.value.message.endswith(".")


def test_three_megabytes_are_too_much_and_a_long_read_is_not() -> None:
    with pytest.raises(ParsingError) as refused:
        parse_text("The port will reopen. " * 150_000)
    assert refused.value.code == "too_large"
    assert "200,000" in refused.value.message
    assert len(parse_text("The port will reopen. " * 9_000).text) == 22 * 9_000 - 1


def test_parse_takes_plain_text_as_well() -> None:
    article = parse(f"Port reopens\n\n{TEXT}".encode(), url="https://a.example/x.txt", kind="text")
    assert (article.title, article.text) == ("Port reopens", TEXT)
