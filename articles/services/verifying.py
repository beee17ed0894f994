"""Whether what was kept can still be read: every snapshot's file there, whole, and the bytes that were kept."""

import gzip
import hashlib
import zlib
from dataclasses import dataclass, field

from articles.models import Snapshot
from articles.services.snapshots import read_snapshot


@dataclass(slots=True)
class Reading:
    """What a walk over all snapshots found; `bytes` is before compression."""

    snapshots: int = 0
    bytes: int = 0
    problems: list[str] = field(default_factory=list)


def verify_snapshots() -> Reading:
    """Reads them all, one at a time. Raises nothing for one that is lost: it is a problem, as a sentence."""
    reading = Reading()
    for snapshot in Snapshot.objects.order_by("pk").iterator(chunk_size=500):
        if problem := _problem(snapshot):
            reading.problems.append(f"Snapshot {snapshot.pk} ({snapshot.file.name}) {problem}.")
        reading.snapshots += 1
        reading.bytes += snapshot.size
    return reading


def _problem(snapshot: Snapshot) -> str:
    try:
        content = read_snapshot(snapshot)
    except FileNotFoundError:
        return "has no file"
    except (gzip.BadGzipFile, zlib.error):
        return "is damaged: it cannot be unpacked"
    except OSError as error:
        return f"cannot be read: {error.strerror or error}"
    if hashlib.sha256(content).hexdigest() != snapshot.sha256:
        return "holds other bytes than were kept"
    return ""
