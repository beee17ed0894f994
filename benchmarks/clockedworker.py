"""The workbench's Celery application with a clock at each stage of an import: `celery -A benchmarks.clockedworker worker`.

Each process keeps the CPU seconds of its stages in a file of IMPORT_CLOCKS, in place, so that whoever measures can
read them at any time and the clocks cost next to nothing.
"""

import importlib
import mmap
import os
import struct
import time
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

from celery.signals import worker_process_init

from factcheck.celery import app  # noqa: F401 - what `celery -A` looks for

FOLDER = "IMPORT_CLOCKS"
# What is called in a worker, and the stage that it counts for. Stages do not contain each other, tasks contain them all.
CALLS = (
    ("articles.services.visits", "fetch", "fetch"),
    ("articles.services.pages", "keep_snapshot", "keep"),
    ("articles.services.pages", "parse_in_child", "hand over to the child"),
    ("articles.services.running", "resolve_outlet", "record"),
    ("articles.services.running", "record_version", "record"),
    ("claims.extraction", "extract", "extract"),
    ("claims.services.extracting", "_store", "store"),
    ("articles.services.placing", "place_version", "place among stories"),
    ("articles.services.running", "run_import_item", "import task"),
    ("claims.services.extracting", "extract_version", "extraction task"),
)
STAGES = tuple(dict.fromkeys(stage for _, _, stage in CALLS))
_CELL = struct.Struct("d")


class Clocks:
    """Seconds by stage, in a file of eight bytes each."""

    def __init__(self, path: Path) -> None:
        path.write_bytes(bytes(_CELL.size * len(STAGES)))
        with path.open("r+b") as file:
            self._cells = mmap.mmap(file.fileno(), 0)

    def clocked(self, call: Callable[..., Any], stage: str) -> Callable[..., Any]:
        place = STAGES.index(stage) * _CELL.size

        @wraps(call)
        def measured(*args: Any, **kwargs: Any) -> Any:
            began = time.process_time()
            try:
                return call(*args, **kwargs)
            finally:
                (before,) = _CELL.unpack_from(self._cells, place)
                _CELL.pack_into(self._cells, place, before + time.process_time() - began)

        return measured


def read_clocks(folder: Path) -> dict[str, float]:
    """Seconds by stage, over all processes that keep their clocks in `folder`."""
    sums = dict.fromkeys(STAGES, 0.0)
    for path in folder.glob("*.clock"):
        for stage, (seconds,) in zip(STAGES, _CELL.iter_unpack(path.read_bytes()), strict=True):
            sums[stage] += seconds
    return sums


@worker_process_init.connect
def _start_clocks(**_: Any) -> None:
    clocks = Clocks(Path(os.environ[FOLDER]) / f"{os.getpid()}.clock")
    for module_name, name, stage in CALLS:
        module = importlib.import_module(module_name)
        setattr(module, name, clocks.clocked(getattr(module, name), stage))
