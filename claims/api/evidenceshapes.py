"""Documents and checks of chains as the REST API shows them, in the way of claims.api.shapes."""

from django.urls import reverse

from claims.api.shapes import Row, Shape, person, person_columns
from claims.choices import HopResult
from claims.models import EvidenceWatch


def snapshot_columns(name: str) -> tuple[str, ...]:
    return tuple(f"{name}__{column}" for column in ("sha256", "size", "media_type", "created_at"))


def snapshot(row: Row, name: str) -> Shape | None:
    """What was kept of a document, and where it is to be seen."""
    sha256 = row[f"{name}__sha256"]
    if sha256 is None:
        return None
    return {
        "sha256": sha256,
        "size": row[f"{name}__size"],
        "media_type": row[f"{name}__media_type"],
        "kept_at": row[f"{name}__created_at"],
        "page": reverse("snapshot_detail", args=[sha256]),
    }


WATCH_COLUMNS = tuple(
    f"evidence__watch__{column}"
    for column in (
        "result", "checked_at", "seen_at", "changed_at", "gone_since", "due_at", "error_code", "error_message",
        "archive", "archive_url", "archived_at", "archive_error",
    )
)  # fmt: skip


def _look(row: Row) -> Shape | None:
    """What the looks at a document of the web found; None for one that is kept here."""
    at = "evidence__watch__"
    if row[f"{at}result"] is None:
        return None
    names = (
        "checked_at",
        "seen_at",
        "changed_at",
        "gone_since",
        "due_at",
        "error_code",
        "error_message",
    )
    result = row[f"{at}result"]
    return {
        "result": result or None,
        "result_label": EvidenceWatch.Result(result).label if result else "Not looked at yet",
        **{name: row[f"{at}{name}"] for name in names},
    }


def _archive(row: Row) -> Shape | None:
    at = "evidence__watch__archive"
    if not row[at]:
        return None
    return {
        "state": row[at],
        "url": row[f"{at}_url"],
        "saved_at": row["evidence__watch__archived_at"],
        "error": row[f"{at}_error"],
    }


def _flag(row: Row) -> str | None:
    """As EvidenceLink.flag says it."""
    if row["withdrawn_at"] is not None:
        return None
    since = row["seen_at"] or row["added_at"]
    gone, changed = row["evidence__watch__gone_since"], row["evidence__watch__changed_at"]
    if gone is not None and gone > since:
        return "gone"
    if row["quote_gone_at"] is not None:
        return "quote_gone" if row["quote_gone_at"] > since else None
    return "changed" if row["quote_seen_at"] is None and changed is not None and changed > since else None


# Of links as claims.decisions.with_told_stances gives them.
EVIDENCE_COLUMNS = (
    "pk",
    "claim",
    "evidence",
    "evidence__origin",
    "evidence__url",
    "evidence__title",
    "evidence__file_name",
    "evidence__version",
    "evidence__version__article",
    "evidence__start",
    "evidence__end",
    *snapshot_columns("evidence__snapshot"),
    *WATCH_COLUMNS,
    *snapshot_columns("snapshot"),
    "told_stance",
    "kind",
    "quote",
    "accessed_at",
    "seen_at",
    "quote_seen_at",
    "quote_gone_at",
    "added_at",
    "withdrawn_at",
    *person_columns("added_by"),
    *person_columns("withdrawn_by"),
)


def evidence(row: Row) -> Shape:
    return {
        "id": row["pk"],
        "claim": row["claim"],
        "document": row["evidence"],
        "origin": row["evidence__origin"],
        "url": row["evidence__url"],
        "title": row["evidence__title"],
        "file_name": row["evidence__file_name"],
        "passage": {
            "article": row["evidence__version__article"],
            "version": row["evidence__version"],
            "start": row["evidence__start"],
            "end": row["evidence__end"],
        }
        if row["evidence__version"]
        else None,
        "stance": row["told_stance"] or None,
        "kind": row["kind"],
        "quote": row["quote"],
        "accessed_at": row["accessed_at"],
        "flag": _flag(row),
        "seen_at": row["seen_at"],
        "quote_seen_at": row["quote_seen_at"],
        "quote_gone_at": row["quote_gone_at"],
        "snapshot": snapshot(row, "evidence__snapshot"),
        "snapshot_when_linked": snapshot(row, "snapshot"),
        "look": _look(row),
        "archive": _archive(row),
        "added_by": person(row, "added_by"),
        "added_at": row["added_at"],
        "withdrawn_by": person(row, "withdrawn_by"),
        "withdrawn_at": row["withdrawn_at"],
    }


HOP_CHECK_COLUMNS = (
    "pk",
    "appearance",
    "appearance__claim",
    "role",
    "name",
    "result",
    "document",
    "document__url",
    *snapshot_columns("snapshot"),
    "wording",
    "note",
    "at",
    "supersedes",
    "superseded_by",
    *person_columns("by"),
)


def hop_check(row: Row) -> Shape:
    return {
        "id": row["pk"],
        "claim": row["appearance__claim"],
        "appearance": row["appearance"],
        "role": row["role"],
        "name": row["name"],
        "result": row["result"],
        "result_label": HopResult(row["result"]).label,
        "document": row["document"],
        "url": row["document__url"] or "",
        "snapshot": snapshot(row, "snapshot"),
        "wording": row["wording"],
        "note": row["note"],
        "by": person(row, "by"),
        "at": row["at"],
        "supersedes": row["supersedes"],
        "superseded_by": row["superseded_by"],
    }
