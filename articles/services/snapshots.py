"""Bytes as they came, kept once."""

import gzip
import hashlib
from collections.abc import Mapping, Sequence

from django.core.files.base import ContentFile

from articles.models import Snapshot


def keep_snapshot(
    *,
    content: bytes,
    media_type: str = "",
    charset: str = "",
    url: str = "",
    headers: Mapping[str, str] | None = None,
    redirects: Sequence[str] = (),
) -> Snapshot:
    """The snapshot of these bytes, stored if they are new. Safe to call twice, and by two workers at once."""
    digest = hashlib.sha256(content).hexdigest()
    known = Snapshot.objects.filter(sha256=digest).first()
    if known:
        return known
    # The file first: a row never names bytes that are not there. A file without a row is harmless.
    name = f"{digest[:2]}/{digest}.gz"
    storage = Snapshot._meta.get_field("file").storage
    if not storage.exists(name):
        name = storage.save(name, ContentFile(gzip.compress(content, mtime=0)))
    snapshot = Snapshot(
        sha256=digest,
        size=len(content),
        media_type=media_type[:100],
        charset=charset[:40],
        file=name,
        url=url,
        headers=dict(headers or {}),
        redirects=list(redirects),
    )
    Snapshot.objects.bulk_create([snapshot], ignore_conflicts=True)
    return Snapshot.objects.get(sha256=digest)


def read_snapshot(snapshot: Snapshot) -> bytes:
    """The bytes as they came. Raises OSError when the storage has lost them."""
    with snapshot.file.open("rb") as file:
        return gzip.decompress(file.read())
