"""Documents: one row of Evidence per web address, file or passage, however many claims it is evidence for."""

import re
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone

from articles.fetching import FetchError, read_url
from articles.models import Article, ArticleVersion, Snapshot
from articles.parsing import ParsingError
from articles.parsing.formats.documents import document_type, refuse_trap
from articles.parsing.urls import url_key
from articles.services.snapshots import keep_snapshot
from articles.services.visits import fetch_policy
from claims import permissions
from claims.choices import EvidenceOrigin
from claims.models import Evidence
from claims.services.watching import watch_document
from factcheck.lib.errors import DomainError, Missing
from factcheck.lib.keys import read_key
from factcheck.models import User

URL_CHARACTERS = 2000
_OWN_ADDRESS = re.compile(r"/articles/(\d{1,18})/")
_HOST_OF_THE_NETWORK = re.compile(r"localhost|[^.:]+|.+\.(?:localhost|local|internal|intranet|lan|home)")


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of a version's text, in code points, end-exclusive."""

    version_id: int
    start: int
    end: int


def require_evidence_url(url: str) -> str:
    """The address without blanks around it and with its scheme in small letters, read as strictly as one that is fetched:
    people will follow it, and a worker will. Raises DomainError `invalid_url`, `forbidden_address` (nobody outside this network could look at it)."""
    scheme, colon, rest = url.strip().partition(":")
    url = f"{scheme.lower()}{colon}{rest}"
    if len(url) > URL_CHARACTERS or not url.startswith(("https://", "http://")) or not url_key(url):
        raise DomainError("invalid_url", "Evidence needs a web address that starts with https:// or http://.")
    try:
        host = read_url(url).host
    except FetchError as error:
        raise DomainError(error.code, f"Evidence needs a web address. {error.message}") from None
    if ":" in host or host.replace(".", "").isdecimal():
        is_private = not fetch_policy().allows_address(host)
    else:  # where a desk may fetch from its own network, it has names of its own too
        is_private = not settings.FETCH_ALLOW_ADDRESSES and bool(_HOST_OF_THE_NETWORK.fullmatch(host))
    if is_private:
        raise DomainError(
            "forbidden_address",
            f"{host} is an address of a private network, where readers cannot look: upload the document instead.",
        )
    return url


def keep_upload(*, by: User, content: bytes, name: str) -> Snapshot:
    """The file, kept; link it by its digest. Raises Refused, StorageProblem, DomainError (`too_large`, and the codes of
    `document_type` and `refuse_trap`)."""
    permissions.require(by, "link_evidence")
    if len(content) > settings.EVIDENCE_MAX_BYTES:
        raise too_large_upload(len(content))
    try:
        media_type = document_type(content, name)
        refuse_trap(content, media_type)
    except ParsingError as error:
        raise DomainError(error.code, error.message) from error
    return keep_snapshot(content=content, media_type=media_type)


def too_large_upload(size: int) -> DomainError:
    return DomainError(
        "too_large",
        f"This file has {size / 1_000_000:,.1f} MB; at most {settings.EVIDENCE_MAX_BYTES / 1_000_000:g} MB are kept of a "
        "document: upload the pages that matter.",
    )


def document_at(url: str, *, by: User, title: str = "") -> Evidence:
    """The document of a web address; a new one is kept and watched from now on. Raises DomainError as above."""
    url = require_evidence_url(url)
    evidence, is_new = Evidence.objects.get_or_create(
        key=url_key(url), defaults={"url": url, "title": title, "added_by": by}
    )
    watch_document(evidence, is_new=is_new)
    return evidence


def document_of_file(digest: str, *, by: User, name: str = "", title: str = "") -> Evidence:
    """The document that was uploaded. Raises Missing `file_not_found`."""
    snapshot = Snapshot.objects.filter(sha256=digest).first()
    if snapshot is None:
        raise Missing("file_not_found", "This file is not here any more: choose it again.")
    Snapshot.objects.filter(pk=snapshot.pk, unreferenced_since__isnull=False).update(unreferenced_since=None)
    evidence, _ = Evidence.objects.get_or_create(
        key=f"sha256:{digest}",
        defaults={
            "origin": EvidenceOrigin.UPLOAD,
            "snapshot": snapshot,
            "file_name": name[:255],
            "title": title,
            "added_by": by,
        },
    )
    return evidence


def document_of_passage(passage: Passage, *, by: User, title: str = "") -> tuple[Evidence, str]:
    """The passage as a document, and its words. Raises Missing `version_not_found`, DomainError `outside_text`."""
    version = ArticleVersion.objects.select_related("article__outlet").filter(pk=passage.version_id).first()
    if version is None:
        raise Missing("version_not_found", f"There is no version {passage.version_id} of any article.")
    words = version.text[passage.start : passage.end]
    if not 0 <= passage.start < passage.end <= len(version.text) or not words.strip():
        raise DomainError(
            "outside_text",
            f"The passage has to be words of that text, which has {len(version.text):,} characters.",
        )
    evidence, _ = Evidence.objects.get_or_create(
        key=f"passage:{version.pk}:{passage.start}-{passage.end}",
        defaults={
            "origin": EvidenceOrigin.PASSAGE,
            "version": version,
            "start": passage.start,
            "end": passage.end,
            "title": title or f"{version.article.title} ({version.article.outlet.name})",
            "added_by": by,
        },
    )
    return evidence, words


def locate_passage(*, article: str, words: str) -> Passage:
    """Where `words` stand in the current text of an article, which is named by its number here, its address here, or
    its own. Raises DomainError (`article_not_found`, `not_in_text`, `words_recur`)."""
    version = _article(article.strip())
    pattern = r"\s+".join(map(re.escape, words.split()))
    matches = [match.span() for match in re.finditer(pattern, version.text)] if pattern else []
    if not matches:
        raise DomainError(
            "not_in_text",
            "These words are not in that article's text: copy them from it as they stand there.",
        )
    if len(matches) > 1:
        raise DomainError(
            "words_recur",
            f"These words stand in that article {len(matches)} times: give more of the sentence around them.",
        )
    return Passage(version.pk, *matches[0])


def _article(named: str) -> ArticleVersion:
    number = _OWN_ADDRESS.search(urlsplit(named).path) if "/" in named else None
    key = read_key(number[1] if number else named)
    found = None
    if key is not None:
        found = Article.objects.select_related("current").filter(pk=key).first()
    if found is None and url_key(named):
        found = Article.objects.select_related("current").filter(key=url_key(named)).first()
    if found is None or found.current is None:
        raise DomainError(
            "article_not_found",
            "There is no such article at this desk: give its number, or its address as it was imported.",
        )
    return found.current


def require_accessed_at(at: datetime | None) -> datetime:
    """When it was looked at, now unless told otherwise. Raises DomainError `accessed_in_future`."""
    now = timezone.now()
    if at is not None and at > now:
        raise DomainError("accessed_in_future", "The day on which you looked at it has not come yet.")
    return at or now
