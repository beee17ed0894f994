"""Marked article text: cut at every boundary, wrapped once, nothing lost."""

import html
import random
import re

import pytest

from claims.highlighting import MarkSpan, cut, render

TEXT = 'Port chief Ada Rill said "the quay is shut".\n\nIt opened in 1931.'


def span(claim, role, words, *, text=TEXT, own_voice=False):
    start = text.index(words)
    return MarkSpan(claim, role, start, start + len(words), own_voice)


def words(text, spans):
    return [(text[part.start : part.end], part.claims) for part in cut(text, spans) if part.spans]


def unmarked(markup):
    return html.unescape(re.sub(r"<[^>]+>", "", markup))


@pytest.mark.parametrize(
    ("spans", "expected"),
    [
        pytest.param([], [], id="no spans"),
        pytest.param([MarkSpan(1, "content", 0, 4)], [("Port", (1,))], id="one"),
        pytest.param(
            [MarkSpan(1, "content", 0, 10), MarkSpan(2, "content", 5, 19)],
            [("Port ", (1,)), ("chief", (1, 2)), (" Ada Rill", (2,))],
            id="two overlap: the smaller is named first",
        ),
        pytest.param(
            [MarkSpan(1, "content", 0, 10), MarkSpan(2, "content", 5, 10)],
            [("Port ", (1,)), ("chief", (2, 1))],
            id="one nested in another",
        ),
        pytest.param(
            [MarkSpan(1, "content", 0, 4), MarkSpan(2, "content", 4, 10)],
            [("Port", (1,)), (" chief", (2,))],
            id="two touch",
        ),
        pytest.param(
            [MarkSpan(1, "source", 0, 4), MarkSpan(1, "source", 0, 4)],
            [("Port", (1,))],
            id="the same span twice",
        ),
        pytest.param([MarkSpan(1, "cue", 7, 7)], [], id="an empty span marks nothing"),
        pytest.param(
            [MarkSpan(1, "content", 40, 50)],
            [('ut".\n\n', (1,)), ("It o", (1,))],
            id="a span over two paragraphs is cut between them",
        ),
    ],
)
def test_cut(spans, expected):
    assert words(TEXT, spans) == expected


@pytest.mark.parametrize(("start", "end"), [(-1, 3), (5, 4), (0, len(TEXT) + 1)])
def test_a_span_outside_the_text_is_refused(start, end):
    with pytest.raises(ValueError, match="not inside a text of"):
        cut(TEXT, [MarkSpan(1, "content", start, end)])


def test_each_role_and_own_voice_have_their_class():
    markup = render(
        TEXT,
        [
            span(1, "source", "Port chief Ada Rill"),
            span(1, "cue", "said"),
            span(1, "content", '"the quay is shut"'),
            span(2, "content", "It opened in 1931", own_voice=True),
        ],
        labels={1: "1", 2: "2"},
    )
    assert markup == (
        '<p dir="auto"><mark data-claims="1" class="source">Port chief Ada Rill</mark> '
        '<mark data-claims="1" class="cue">said</mark> '
        '<mark data-claims="1" class="content" id="claim-1" data-label="1">&quot;the quay is shut&quot;</mark>.</p>'
        '\n\n<p dir="auto"><mark data-claims="2" class="content own-voice" id="claim-2" data-label="2">It opened in 1931</mark>.</p>'
    )


def test_the_current_claim_is_told_apart_from_others_in_the_same_slice():
    spans = [span(1, "content", 'Ada Rill said "the quay is shut"'), span(2, "content", '"the quay is shut"')]
    markup = render(TEXT, spans, current=2)
    assert 'data-claims="2 1" class="content shared current-content"' in markup
    assert 'data-claims="1" class="content" id="claim-1"' in markup


def test_a_mark_links_to_the_most_specific_claim():
    spans = [span(1, "content", 'said "the quay is shut"'), span(2, "content", "the quay is shut")]
    markup = render(TEXT, spans, href="/review/{}/".format, current=2)
    assert re.search(r'<a href="/review/2/"[^>]* aria-current="true"><mark[^>]*>the quay is shut<', markup)
    assert re.search(r'<a href="/review/1/" tabindex="-1" draggable="false"><mark[^>]*>said ', markup)


def test_every_claim_that_starts_at_one_place_can_be_jumped_to():
    markup = render(
        TEXT, [MarkSpan(1, "content", 0, 10), MarkSpan(2, "content", 0, 4)], labels={1: "1", 2: "2"}
    )
    assert 'id="claim-1"' in markup
    assert 'id="claim-2"' in markup
    assert 'data-label="1 2"' in markup


def test_text_and_addresses_are_escaped():
    text = '<script>alert("x")</script> & co'
    markup = render(text, [MarkSpan(1, "content", 0, 8)], href=lambda claim: f"/?a={claim}&b=\"'")
    assert "<script>" not in markup
    assert 'href="/?a=1&amp;b=&quot;&#x27;"' in markup
    assert unmarked(markup) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        "\n\nlate start",
        "one\ntwo\n\n\n\nthree\n",
        "عاجل\n\n\U0001f6a2 \U0001f468‍\U0001f469",
        " \n\n \n\n",
    ],
)
def test_nothing_is_lost_or_added_in_odd_texts(text):
    spans = [MarkSpan(1, "content", 0, len(text)), MarkSpan(2, "cue", len(text) // 2, len(text))]
    assert unmarked(render(text, spans)) == text
    assert '<p dir="auto"></p>' not in render(text, spans)


def random_case(rng):
    text = "".join(
        rng.choices(["word ", "é", "\n", "\n\n", "<b>", "&", "\U0001f6a2", '"'], k=rng.randint(0, 200))
    )
    spans = []
    for _ in range(rng.randint(0, 40)):
        start, end = sorted(rng.choices(range(len(text) + 1), k=2))
        spans.append(
            MarkSpan(
                rng.randint(1, 9), rng.choice(["content", "cue", "source"]), start, end, rng.random() < 0.3
            )
        )
    return text, spans


def test_random_texts_rejoin_and_every_character_has_exactly_its_claims():
    seed = random.randrange(10**9)
    print(f"seed {seed}")
    rng = random.Random(seed)
    for _ in range(300):
        text, spans = random_case(rng)
        slices = cut(text, spans)
        assert "".join(text[part.start : part.end] for part in slices) == text
        for part in slices:
            for position in range(part.start, part.end):
                assert set(part.claims) == {s.claim for s in spans if s.start <= position < s.end}
        markup = render(text, spans, href=str, current=3)
        assert unmarked(markup) == text
        assert not re.search(r"<mark[^>]*>[^<]*<mark", markup), "marks are never nested"


def test_work_grows_with_the_text_not_with_text_times_claims():
    """300 claims in 10,000 words: as many slices as there are boundaries, each character written once."""
    text = "\n\n".join(" ".join(["word"] * 50) for _ in range(200))
    spans = [MarkSpan(n, "content", n * 150, n * 150 + 180) for n in range(1, 301)]
    slices = cut(text, spans)
    assert len(slices) <= 2 * len(spans) + 200
    assert sum(part.end - part.start for part in slices) == len(text)
    assert max(len(part.spans) for part in slices) <= 2
