"""The W3C Web Annotation Data Model (REC 23 February 2017): an AnnotationCollection whose one page is embedded.

An annotation for each role of each appearance: its content (the claim and the desk's verdicts are its bodies), who is
named as its source, and the cue. Selectors of one target are, in the model, several ways to say one and the same stretch;
so each stretch has a target of its own, with its position and its quote. The state names the text that positions count
in by its sha256 (RFC 6920) and says where it is to be had.
"""

import base64
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

import orjson

from claims.exports.types import About, Piece, Row

CONTEXT = "http://www.w3.org/ns/anno.jsonld"
# role -> why it was annotated, in the model's own motivations
MOTIVATIONS = {"content": "assessing", "source": "identifying", "cue": "tagging"}


def claims_as_annotations(rows: Iterable[Row], about: About) -> Iterator[Piece]:
    head = {
        "@context": CONTEXT,
        "id": about.address,
        "type": "AnnotationCollection",
        "label": about.title,
        "created": _moment(about.made_at),
    }
    yield Piece(_open(head))
    total = 0
    for claim in rows:
        found = list(claim_annotations(claim, about))
        if not found:
            continue
        # A page has one annotation at least: a collection of nothing has no page.
        before = "," if total else f',"first":{_open({"id": f"{about.address}#page-1", "type": "AnnotationPage"})},"startIndex":0,"items":['  # fmt: skip
        yield Piece(before + ",".join(orjson.dumps(one).decode() for one in found), len(found))
        total += len(found)
    of_page = f'],"partOf":{orjson.dumps(about.address).decode()}}},"last":{orjson.dumps(f"{about.address}#page-1").decode()}'  # fmt: skip
    yield Piece(f'{of_page if total else ""},"total":{total}}}\n')


def claim_annotations(claim: Row, about: About) -> Iterator[dict[str, Any]]:
    """Those of one claim, in the order of its appearances."""
    for appearance in claim["appearances"]:
        for role, motivation in MOTIVATIONS.items():
            spans = [span for span in appearance["spans"] if span["role"] == role]
            if not spans:
                continue
            targets = [_target(appearance, span, about) for span in spans]
            yield {
                "id": f"{about.site}/review/{claim['id']}/?appearance={appearance['id']}#{role}",
                "type": "Annotation",
                "motivation": motivation,
                "created": _moment(appearance["created_at"]),
                "body": _bodies(claim, appearance, role),
                "target": targets if len(targets) > 1 else targets[0],
            }


def _bodies(claim: Row, appearance: Row, role: str) -> list[dict[str, Any]]:
    if role == "cue":
        return [_text("cue", "tagging")]
    if role == "source":
        speaker = claim["speaker"]
        if speaker is None:
            return [_text("speaker not known", "identifying")]
        body = _text(speaker["name"], "identifying")
        return [body, _entity(speaker["wikidata"])] if speaker["wikidata"] else [body]
    language = {"language": claim["language"]} if claim["language"] else {}
    bodies = [_text(claim["text"], "describing", **language)]
    for kind, verdict, label in (
        ("veracity", claim["veracity"], claim["veracity_label"]),
        ("attribution", appearance["attribution"], appearance["attribution_label"]),
    ):
        if verdict:
            bodies += [_text(label, "assessing"), _text(f"{kind}:{verdict}", "classifying")]
    return bodies


def _text(value: str, purpose: str, **more: str) -> dict[str, Any]:
    return {"type": "TextualBody", "value": value, "purpose": purpose, "format": "text/plain", **more}


def _entity(wikidata: str) -> dict[str, Any]:
    return {
        "type": "SpecificResource",
        "source": f"http://www.wikidata.org/entity/{wikidata}",
        "purpose": "identifying",
    }


def _target(appearance: Row, span: Row, about: About) -> dict[str, Any]:
    article, version = appearance["article"], appearance["version"]
    return {
        "type": "SpecificResource",
        "source": article["url"] or f"{about.site}/articles/{article['id']}/",
        "selector": [
            {"type": "TextPositionSelector", "start": span["start"], "end": span["end"]},
            {
                "type": "TextQuoteSelector",
                "exact": span["exact"],
                "prefix": span["prefix"],
                "suffix": span["suffix"],
            },
        ],
        "state": {
            "id": digest_name(version["sha256"]),
            "type": "TimeState",
            "sourceDate": _moment(version["kept_at"]),
            "cached": f"{about.site}/api/v1/versions/{version['id']}/",
        },
    }


def digest_name(sha256: str) -> str:
    """What has this digest, as RFC 6920 names it."""
    digest = base64.urlsafe_b64encode(bytes.fromhex(sha256)).decode().rstrip("=")
    return f"ni:///sha-256;{digest}"


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _open(members: dict[str, Any]) -> str:
    """The object without its end."""
    return orjson.dumps(members).decode()[:-1]
