"""Files of many articles: how a test asks for one, works it off, and reads what became of it."""

import io
from typing import Any

from articles.models import ImportJob
from articles.services.containers import ContainerRequest
from articles.services.expanding import expand_container, undone_containers
from articles.services.importing import request_import
from articles.services.running import run_import_item
from factcheck.models import User


def ask(by: User, data: bytes, name: str = "rows.csv", kind: str = "csv", **options: Any) -> ImportJob:
    extract = options.pop("extract", True)
    request = ContainerRequest(io.BytesIO(data), name, kind, options.pop("outlet", "Larn Courier"), **options)
    return request_import(by=by, items=[], containers=[request], extract=extract)


def work_off(job: ImportJob) -> ImportJob:
    """What workers would do."""
    while undone := list(undone_containers().values_list("pk", flat=True)):
        for pk in undone:
            expand_container(container_id=pk)
    for pk in job.items.filter(state="queued", kind="file").values_list("pk", flat=True):
        run_import_item(item_id=pk)
    job.refresh_from_db()
    return job


def ends(job: ImportJob) -> list[tuple[int | None, str, str]]:
    return [(item.place, item.state, item.error_code) for item in job.items.order_by("position")]


def csv(*rows: str, head: str = "title,text,url,outlet,published") -> bytes:
    return "\n".join([head, *rows, ""]).encode()
