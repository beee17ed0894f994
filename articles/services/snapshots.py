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
    # The file first: a row never names bytes that are not there. Always one of our own: what already lies under this
    # name may be half of what another worker was writing when it died, and a file without a row is harmless.
    storage = Snapshot._meta.get_field("file").storage
    name = storage.save(f"{digest[:2]}/{digest}.gz", ContentFile(gzip.compress(content, mtime=0)))
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
    kept = Snapshot.objects.get(sha256=digest)
    if kept.file.name != name:  # another worker's row was first
        storage.delete(name)
    return kept


def read_snapshot(snapshot: Snapshot) -> bytes:
    """The bytes as they came. Raises OSError when the storage has lost them."""
    with snapshot.file.open("rb") as file:
        return gzip.decompress(file.read())
