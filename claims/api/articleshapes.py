"""Articles, their versions and lost claims as the REST API shows them; claims.api.articleserializers describes the same."""

from itertools import groupby

from articles.comparing import Comparison
from articles.models import ArticleVersion
from articles.notices import new_notice
from claims.api.shapes import Row, Shape, outlet_reference, person, person_columns, speaker_reference
from claims.choices import OrphanState
from claims.models import ExtractionRun

# ---- Orphans ---------------------------------------------------------------------------------------

ORPHAN_COLUMNS = (
    "pk",
    "state",
    "ambiguous",
    "appearance",
    "appearance__claim",
    "appearance__claim__text",
    "appearance__claim__speaker",
    "appearance__claim__speaker__name",
    "appearance__claim__speaker__kind",
    "appearance__version",
    "appearance__version__number",
    "appearance__version__article",
    "appearance__version__article__title",
    "appearance__version__article__url",
    "appearance__version__article__outlet",
    "appearance__version__article__outlet__name",
    "version",
    "version__number",
    "found",
    "resolved_at",
    "created_at",
    *person_columns("resolved_by"),
)


def orphan(row: Row) -> Shape:
    article = "appearance__version__article"
    return {
        "id": row["pk"],
        "state": row["state"],
        "state_label": OrphanState(row["state"]).label,
        "ambiguous": row["ambiguous"],
        "claim": {
            "id": row["appearance__claim"],
            "text": row["appearance__claim__text"],
            "speaker": speaker_reference(row, "appearance__claim__speaker"),
        },
        "article": {
            "id": row[article],
            "title": row[f"{article}__title"],
            "url": row[f"{article}__url"],
            "outlet": outlet_reference(row, f"{article}__outlet"),
        },
        "appearance": row["appearance"],
        "last_in": {"id": row["appearance__version"], "number": row["appearance__version__number"]},
        "not_in": {"id": row["version"], "number": row["version__number"]},
        "found": row["found"],
        "resolved_by": person(row, "resolved_by"),
        "resolved_at": row["resolved_at"],
        "created_at": row["created_at"],
    }


# ---- Articles --------------------------------------------------------------------------------------

ARTICLE_COLUMNS = (
    "pk",
    "outlet",
    "outlet__name",
    "url",
    "title",
    "byline",
    "language",
    "published_at",
    "published_on",
    "current",
    "placement__story",
    "created_at",
)


def article(row: Row) -> Shape:
    return {
        "id": row["pk"],
        "outlet": outlet_reference(row, "outlet"),
        "url": row["url"],
        "title": row["title"],
        "byline": row["byline"],
        "language": row["language"],
        "published_at": row["published_at"],
        "published_on": row["published_on"],
        "current_version": row["current"],
        "story": row["placement__story"],
        "created_at": row["created_at"],
    }


RECHECK_COLUMNS = ("result", "error_code", "error_message", "checked_at", "due_at", "seen_at", "gone_since")


def recheck(row: Row | None) -> Shape | None:
    """How the article's page was found at the last look, of RECHECK_COLUMNS."""
    if row is None:
        return None
    return {
        "result": row["result"] or None,
        "error": {"code": row["error_code"], "message": row["error_message"]} if row["error_code"] else None,
        **{name: row[name] for name in ("checked_at", "due_at", "seen_at", "gone_since")},
    }


VERSION_LINE_COLUMNS = (
    "pk",
    "number",
    "title",
    "text_length",
    "sha256",
    "previous__number",
    "words_added",
    "words_removed",
    "created_at",
)


def version_line(row: Row) -> Shape:
    return {
        "id": row["pk"],
        "number": row["number"],
        "title": row["title"],
        "text_length": row["text_length"],
        "sha256": row["sha256"],
        "follows": row["previous__number"],
        "words_added": row["words_added"],
        "words_removed": row["words_removed"],
        "created_at": row["created_at"],
    }


def version(version_id: int | None) -> Shape | None:
    """One text with all that is known of it; None when there is no such version."""
    found = (
        ArticleVersion.objects.select_related("article__outlet", "snapshot", "previous")
        .filter(pk=version_id)
        .first()
        if version_id
        else None
    )
    if found is None:
        return None
    work, snapshot = found.article, found.snapshot
    return {
        "id": found.pk,
        "number": found.number,
        "title": found.title,
        "text_length": found.text_length,
        "sha256": found.sha256,
        "follows": found.previous.number if found.previous else None,
        "words_added": found.words_added,
        "words_removed": found.words_removed,
        "created_at": found.created_at,
        "article": {
            "id": work.pk,
            "title": work.title,
            "url": work.url,
            "outlet": {"id": work.outlet.pk, "name": work.outlet.name},
        },
        "text": found.text,
        "byline": found.byline,
        "section": found.section,
        "dateline": found.dateline,
        "dateline_on": found.dateline_on,
        "language": found.language,
        "published_at": found.published_at,
        "published_on": found.published_on,
        "modified_at": found.modified_at,
        "provenance": found.provenance,
        "snapshot": {
            "sha256": snapshot.sha256,
            "size": snapshot.size,
            "status": snapshot.status,
            "media_type": snapshot.media_type,
            "url": snapshot.url,
            "created_at": snapshot.created_at,
        }
        if snapshot
        else None,
        "extraction": latest_runs([found.pk]).get(found.pk),
    }


def comparison(old: ArticleVersion, new: ArticleVersion, found: Comparison) -> Shape:
    return {
        "article": new.article_id,
        "old": {"id": old.pk, "number": old.number},
        "new": {"id": new.pk, "number": new.number},
        "words_added": found.words_added,
        "words_removed": found.words_removed,
        "pieces": [
            {"kind": kind, "text": text}
            for kind, pieces in groupby(found.pieces, lambda piece: piece.kind)
            if (text := "".join(piece.text for piece in pieces))
        ],
        "notice": new_notice(old.text, new.text),
    }


def latest_runs(versions: list[int]) -> dict[int, Shape]:
    """Per version, the run of an extractor that read it for claims; later ones only propose."""
    columns = ("state", "extractor", "claims", "skipped", "error_code", "error_message", "finished_at")
    runs = ExtractionRun.objects.filter(version__in=versions, again=False).order_by("pk")
    return {run.pop("version"): run for run in runs.values("version", *columns)}
