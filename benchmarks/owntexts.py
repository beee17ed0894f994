"""The project's own texts with the claims a person found in them: `benchmarks/texts/*.txt`.

A file has a head of "key: value" lines and three sections, "== text", "== speakers" and "== claims"; its README
tells the columns. Spans are written as the words they cover and become offsets here. Words that stand in the text
nowhere, or twice, raise `BadText`: no span is guessed.
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

TEXTS = Path(__file__).with_name("texts")
FORMS = ("own-voice", "direct", "mixed", "indirect")
KINDS = ("person", "organization", "outlet", "group", "unnamed")
ROLES = ("medium", "relay")
Record = dict[str, Any]


class BadText(Exception):
    """A file that cannot be read as a text with claims, in words for whoever wrote it."""


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who a claim may be given to: also by another name, and through which hops if the claim names none."""

    name: str
    kind: str
    others: tuple[str, ...]
    hops: tuple[tuple[str, str], ...]


def load_texts(folder: Path = TEXTS) -> dict[str, Record]:
    """Every text by its id, in the shape of one line of a gold file."""
    return {path.stem: read_text(path) for path in text_files(folder)}


def text_files(folder: Path = TEXTS) -> list[Path]:
    return sorted(folder.glob("*.txt"))


def digest_of_texts(folder: Path = TEXTS) -> str:
    """One sha256 over the names and contents of all texts."""
    together = hashlib.sha256()
    for path in text_files(folder):
        together.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return together.hexdigest()


def read_text(path: Path) -> Record:
    """One file as {"id", "outlet", "title", "text", "claims": [...]}. Raises BadText."""
    try:
        return _read(path.stem, path.read_text(encoding="utf-8"))
    except BadText as error:
        raise BadText(f"{path.name}: {error}") from error


def _read(name: str, written: str) -> Record:
    head, *parts = re.split(r"^== (\w+)\n", written, flags=re.MULTILINE)
    sections = dict(zip(parts[::2], parts[1::2], strict=True))
    if set(sections) != {"text", "speakers", "claims"}:
        raise BadText('it needs the sections "== text", "== speakers" and "== claims"')
    about = dict(re.findall(r"^(\w+): (.+)$", head, re.MULTILINE))
    text = sections["text"].strip()
    wire = about.get("wire", "")
    speakers = dict(_speakers(sections["speakers"]))
    outlet = Speaker(about["outlet"], "outlet", (wire,) if wire else (), ())
    claims = []
    for line in _lines(sections["claims"]):
        try:
            claims.append(_claim(line, text, speakers, outlet, wire))
        except BadText as error:
            raise BadText(f"{error}, in the claim: {line}") from error
    return {
        "id": name,
        "genre": about.get("genre", ""),
        "outlet": outlet.name,
        "title": about.get("title", ""),
        "published": about.get("published", ""),
        "text": text,
        "claims": claims,
    }


def _lines(section: str) -> list[str]:
    return [line.strip() for line in section.splitlines() if line.strip()]


def _speakers(section: str) -> Iterator[tuple[str, Speaker]]:
    for line in _lines(section):
        key, _, rest = line.partition(" = ")
        name, kind, others, hops = (*_fields(rest), "", "", "")[:4]
        if kind not in KINDS:
            raise BadText(f"{kind!r} is no kind of speaker, in: {line}")
        yield key, Speaker(name, kind, tuple(_split(others, ";")), _hops(hops))


def _fields(line: str) -> list[str]:
    return [field.strip() for field in line.split("|")]


def _split(words: str, at: str) -> list[str]:
    return [part.strip() for part in words.split(at) if part.strip()]


def _hops(written: str) -> tuple[tuple[str, str], ...]:
    """ "statement:medium > Northpress:relay"; "-" is none at all."""
    hops = []
    for hop in [] if written == "-" else _split(written, ">"):
        name, _, role = hop.rpartition(":")
        if role not in ROLES:
            raise BadText(f"{role!r} is no role of a hop")
        hops.append((name.strip(), role))
    return tuple(hops)


def _claim(line: str, text: str, speakers: dict[str, Speaker], outlet: Speaker, wire: str) -> Record:
    fields = _fields(line)
    if not 5 <= len(fields) <= 6:
        raise BadText("a claim has five columns, or six with remarks")
    form, who, source, cue, words = fields[:5]
    if form not in FORMS or (form == "own-voice") != (who == ""):
        raise BadText("the form is unknown, or an own-voice claim has a speaker, or another one has none")
    if who and who not in speakers:
        raise BadText(f"no speaker {who!r}")
    speaker = speakers[who] if who else outlet
    content = sorted(_find(part, text, 0, len(text)) for part in _split(words, "//"))
    start = text.rfind("\n", 0, content[0][0]) + 1
    end = text.find("\n", content[-1][1])
    paragraph = (start, len(text) if end < 0 else end)
    hops, record = speaker.hops, Record()
    for remark in _split(fields[5], ";") if len(fields) == 6 else []:
        if remark.startswith("via "):
            hops = _hops(remark.removeprefix("via "))
        elif remark.startswith("inner "):
            inner, _, said = remark.removeprefix("inner ").partition(": ")
            record["embedded"] = {
                "speaker": inner,
                "content": [list(_find(said, text, content[0][0], content[-1][1]))],
            }
        elif remark != "not checkable":
            raise BadText(f"{remark!r} is no remark")
        else:
            record["checkable"] = False
    if wire and wire not in [name for name, _ in hops]:
        hops = (*hops, (wire, "relay"))
    return {
        "content": [list(span) for span in content],
        "cue": [list(_find(cue, text, *paragraph))] if cue else [],
        "source": [list(_find(source, text, *paragraph))] if source else [],
        "form": form,
        "speaker": speaker.name,
        "speaker_kind": speaker.kind,
        **({"speaker_alt": list(speaker.others)} if speaker.others else {}),
        "chain": [{"name": name, "role": role} for name, role in (*hops, (outlet.name, "publisher"))],
        "checkable": True,
        **record,
    }


def _find(written: str, text: str, start: int, end: int) -> tuple[int, int]:
    """Where the only such words stand. "a ~ b": from a to the next b. "c [[a]] d": the a between c and d."""
    marked = re.fullmatch(r"(.*?)\[\[(.+)\]\](.*)", written)
    before, wanted, after = marked.groups() if marked else ("", written, "")
    pattern = ".*?".join(re.escape(part.strip()) for part in wanted.split("~"))
    whole = r"(?<!\w)" + re.escape(before) + f"({pattern})" + re.escape(after) + r"(?!\w)"
    found = [match.span(1) for match in re.finditer(whole, text[start:end])]
    if len(found) != 1:
        raise BadText(f"{len(found)} places with {written!r}")
    return start + found[0][0], start + found[0][1]


def table(record: Record) -> str:
    """A text's claims for reading over: who, how and what."""
    lines = [f"{record['id']}: {len(record['text'].split())} words, {len(record['claims'])} claims"]
    for claim in record["claims"]:
        role = {
            name: " … ".join(record["text"][start:end] for start, end in claim[name])
            for name in ("content", "cue", "source")
        }
        path = " -> ".join([claim["speaker"], *(hop["name"] for hop in claim["chain"])])
        check = "" if claim["checkable"] else ", not checkable"
        lines.append(f"  {claim['form']:<9}  {path}  [{role['source']} | {role['cue']}{check}]")
        lines.append(f"     {role['content']}")
    return "\n".join(lines)


if __name__ == "__main__":
    print("\n\n".join(map(table, load_texts().values())))
