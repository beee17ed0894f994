"""What was fetched or uploaded, to be looked at: strangers' bytes, which never run, load or send anything here."""

import re
from collections.abc import Iterable

from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from articles import queries
from articles.models import Article, ImportJob, Snapshot
from articles.services.archiving import snapshots_of_article, snapshots_of_import, warc_records
from articles.services.snapshots import read_snapshot
from factcheck.lib.requests import DeskRequest

# What a browser may show. Anything else is downloaded: a viewer of pictures or PDFs is a program as well.
SHOWN = {"text/html": "text/html", "application/xhtml+xml": "text/html", "text/plain": "text/plain"}
_CHARSET = re.compile(r"[A-Za-z0-9][\w.:+-]{0,39}")

# No scripts, forms, pop-ups, refreshes or plugins, an origin of its own, and nothing loaded from anywhere.
SANDBOX = (
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; base-uri 'none'; "
    "frame-ancestors 'self'"
)
GUARDED = {
    "Content-Security-Policy": SANDBOX,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    # With the site's own policy a browser refuses to open a sandboxed page at all.
    "Cross-Origin-Opener-Policy": "unsafe-none",
    "Permissions-Policy": "interest-cohort=(), browsing-topics=()",
    "Cache-Control": "private, no-cache",
}


class Sha256:
    """In an address: the digest by which a snapshot is known."""

    regex = "[0-9a-f]{64}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


@require_GET
def snapshot_detail(request: DeskRequest, digest: str) -> HttpResponse:
    """Where the bytes came from, how and when, and which texts were read from them."""
    view = queries.snapshot_view(digest)
    if view is None:
        raise Http404("There is no such snapshot, or not any more.")
    shown = view.snapshot.media_type in SHOWN
    return render(request, "articles/snapshot_detail.html", {"view": view, "is_shown": shown})


@require_GET
def snapshot_view(request: DeskRequest, digest: str) -> HttpResponse:
    """The bytes themselves, locked up; what a browser should not show is downloaded."""
    snapshot = get_object_or_404(Snapshot, sha256=digest)
    return _guarded(snapshot, SHOWN.get(snapshot.media_type, ""))


@require_GET
def snapshot_download(request: DeskRequest, digest: str) -> HttpResponse:
    return _guarded(get_object_or_404(Snapshot, sha256=digest), "")


@require_GET
def snapshot_warc(request: DeskRequest, digest: str) -> StreamingHttpResponse:
    snapshot = get_object_or_404(Snapshot, sha256=digest)
    return _warc([snapshot], f"snapshot-{digest[:12]}.warc.gz")


@require_GET
def article_warc(request: DeskRequest, pk: int) -> StreamingHttpResponse:
    """What all versions of an article were read from."""
    article = get_object_or_404(Article, pk=pk)
    return _warc(snapshots_of_article(article), f"article-{pk}.warc.gz")


@require_GET
def import_warc(request: DeskRequest, pk: int) -> StreamingHttpResponse:
    """All that an import fetched or was given."""
    job = get_object_or_404(ImportJob, pk=pk)
    return _warc(snapshots_of_import(job), f"import-{pk}.warc.gz")


def _guarded(snapshot: Snapshot, shown_as: str) -> HttpResponse:
    try:
        content = read_snapshot(snapshot)
    except OSError as error:
        raise Http404("The bytes of this snapshot are no longer where they were kept.") from error
    content_type = shown_as or "application/octet-stream"
    # Without one, a browser reads what the page itself says.
    if shown_as and _CHARSET.fullmatch(snapshot.charset):
        content_type += f"; charset={snapshot.charset}"
    response = HttpResponse(content, content_type=content_type, headers=GUARDED)
    if shown_as:
        response["Content-Disposition"] = "inline"
    else:
        response["Content-Disposition"] = f'attachment; filename="{_file_name(snapshot)}"'
    return response


def _file_name(snapshot: Snapshot) -> str:
    ending = {"text/html": "html", "text/plain": "txt", "application/pdf": "pdf"}.get(snapshot.media_type)
    return f"snapshot-{snapshot.sha256[:12]}.{ending or 'bin'}"


def _warc(snapshots: Iterable[Snapshot], name: str) -> StreamingHttpResponse:
    return StreamingHttpResponse(
        warc_records(snapshots, name=name),
        content_type="application/warc",
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "X-Content-Type-Options": "nosniff",
        },
    )
