"""What a reviewer's Markdown becomes on a page, and what it never becomes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims import rationales
from claims.rationales import rationale_html


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("The survey of 1953 says so.", "<p>The survey of 1953 says so.</p>"),
        ("One line\nand another", "<p>One line<br>\nand another</p>"),
        ("*not* **at all**", "<p><em>not</em> <strong>at all</strong></p>"),
        ("- one\n- two", "<ul>\n<li>one</li>\n<li>two</li>\n</ul>"),
        ("3. three\n4. four", '<ol start="3">\n<li>three</li>\n<li>four</li>\n</ol>'),
        ("> as the board put it", "<blockquote>\n<p>as the board put it</p>\n</blockquote>"),
        (
            "[the survey](https://survey.example/dam?a=1&b=2)",
            '<p><a href="https://survey.example/dam?a=1&amp;b=2" rel="nofollow noopener noreferrer">the survey</a></p>',
        ),
        ("5 < 7 & 9 > 3", "<p>5 &lt; 7 &amp; 9 &gt; 3</p>"),
        # Shown as typed
        ("# No heading", "<p># No heading</p>"),
        ("<b>bold</b>", "<p>&lt;b&gt;bold&lt;/b&gt;</p>"),
        ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"),
        ("[here](javascript:alert(1))", "<p>[here](javascript:alert(1))</p>"),
        ("a | b\n--- | ---\n1 | 2", "<p>a | b<br>\n--- | ---<br>\n1 | 2</p>"),
        ("", ""),
    ],
)
def test_what_is_typed_and_what_is_shown(typed: str, shown: str) -> None:
    assert rationale_html(typed).strip() == shown


def test_a_picture_calls_nobody() -> None:
    assert "<img" not in rationale_html("![x](https://elsewhere.example/pixel.png)")


@given(st.text(alphabet="<>\"'=/[]()!*_`#:&; \nascriptonerrdjvimglef1", max_size=120))
def test_no_tag_but_the_few_and_no_script(typed: str) -> None:
    shown = rationale_html(typed).lower()
    for tag in ("<script", "<img", "<iframe", "<svg", "<h1", 'href="javascript', 'href="data'):
        assert tag not in shown


@given(st.from_regex(rationales._PLAIN, fullmatch=True))
def test_plain_words_are_what_markdown_makes_of_them(typed: str) -> None:
    assert rationale_html(typed) == rationales._CLEANER.clean(rationales._MARKDOWN.render(typed))
