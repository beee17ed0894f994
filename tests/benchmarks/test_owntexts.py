"""The project's own texts: read whole, every span where its words are."""

from pathlib import Path

import pytest

from benchmarks.owntexts import BadText, digest_of_texts, load_texts, read_text

SMALL = """genre: a test
outlet: The Post
wire: Northpress

== text
Ada Holm said in a statement that the bridge was shut. "It is safe," she said.

She said it twice.

== speakers
holm = Ada Holm | person | the mayor | statement:medium
nobody = unnamed | unnamed

== claims
indirect | holm | Ada Holm | [[said]] in | the bridge ~ shut | not checkable
direct | holm | she | she [[said]] | "It is safe," | via -; inner Bo Lund: safe
own-voice | | | | She said it // twice
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "small.txt"
    path.write_text(text)
    return path


def test_a_file_becomes_a_gold_record(tmp_path: Path) -> None:
    record = read_text(written(tmp_path, SMALL))
    text = record["text"]
    reported, quoted, own = record["claims"]
    assert [text[a:b] for a, b in reported["content"]] == ["the bridge was shut"]
    assert reported["cue"] == [[9, 13]]
    assert reported["checkable"] is False
    assert reported["speaker_alt"] == ["the mayor"]
    wire, publisher = {"name": "Northpress", "role": "relay"}, {"name": "The Post", "role": "publisher"}
    assert reported["chain"] == [{"name": "statement", "role": "medium"}, wire, publisher]
    assert quoted["chain"] == [wire, publisher]
    assert [text[a:b] for a, b in quoted["embedded"]["content"]] == ["safe"]
    assert [text[a:b] for a, b in own["content"]] == ["She said it", "twice"]
    assert (own["speaker"], own["speaker_alt"], own["checkable"]) == ("The Post", ["Northpress"], True)


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("indirect | holm | Ada Holm | said | the bridge was shut", "2 places with 'said'"),
        ("own-voice | | | | the bridge is shut", "0 places with 'the bridge is shut'"),
        ("indirect | lund | | | the bridge was shut", "no speaker 'lund'"),
        ("own-voice | holm | | | the bridge was shut", "an own-voice claim has a speaker"),
        ("own-voice | | | | the bridge was shut | certain", "'certain' is no remark"),
        ("indirect | holm | | | the bridge was shut | via radio:air", "'air' is no role of a hop"),
        ("the bridge was shut", "five columns"),
    ],
)
def test_what_is_not_certain_is_refused(tmp_path: Path, line: str, why: str) -> None:
    head = SMALL.split("== claims", maxsplit=1)[0]
    with pytest.raises(BadText, match=why):
        read_text(written(tmp_path, f"{head}== claims\n{line}\n"))


def test_all_texts_are_read_and_each_holds_claims_of_several_kinds() -> None:
    texts = load_texts()
    assert len(texts) >= 12
    for name, record in texts.items():
        assert 150 <= len(record["text"].split()) <= 350, name
        assert {"own-voice", "direct", "indirect"} <= {claim["form"] for claim in record["claims"]}, name
        for claim in record["claims"]:
            spans = [*claim["content"], *claim["cue"], *claim["source"]]
            words = [record["text"][start:end] for start, end in spans]
            assert all(word and word == word.strip() for word in words), (name, words)
            assert claim["content"] == sorted(claim["content"])


def test_the_digest_changes_with_any_text(tmp_path: Path) -> None:
    path = written(tmp_path, SMALL)
    before = digest_of_texts(tmp_path)
    path.write_text(SMALL.replace("twice", "once"))
    assert digest_of_texts(tmp_path) != before
