"""Words of strangers on our screens: titles, bylines, outlets, file names and addresses are shown, never run."""

import re
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from articles.models import ImportItem, Snapshot
from articles.services.importing import ItemRequest, request_import
from articles.services.running import run_import_item
from claims.models import ExtractionRun
from claims.services.extracting import extract_version
from factcheck.models import User
from tests.factories import make_user

pytestmark = pytest.mark.django_db

TEXT = (
    'The quay at Larn is shut, harbour master Ivo <img src=x onerror="alert(1)"> Brandt said on Monday. '
    "It was built in 1931 </script><script>alert(2)</script>."
)
WORDS = "\"'><script>alert(3)</script><img src=x onerror=alert(4)>"
NAMES = [
    "../../etc/passwd.txt",
    "..\\..\\windows\\system.txt",
    "/etc/cron.d/job.txt",
    "a\0b.txt",
    "\ud800.txt",
    f"{WORDS}.txt",
    "x" * 5_000 + ".txt",
]


@pytest.fixture
def editor() -> User:
    return make_user("edda", "editor")


def runs_something(html: str) -> list[str]:
    """Elements and attributes that only a stranger's words can have put into one of our pages."""
    return re.findall(r"<script>alert|<img src=x|<[^>]+\bonerror=(?!&)[^>]*>", html)


def imported(by: User, *items: ItemRequest) -> list[ImportItem]:
    job = request_import(by=by, items=items, label=WORDS)
    ran = [run_import_item(item_id=item.pk) for item in job.items.order_by("position")]
    return [item for item in ran if item is not None]


def test_what_strangers_wrote_is_text_on_every_screen(editor: User, client: Client) -> None:
    html = (
        f"<!doctype html><title>{WORDS}</title><meta name=author content='&quot;&gt;&lt;script&gt;alert(5)&lt;/script&gt;'>"
        "<meta property='article:section' content='&lt;script&gt;alert(6)&lt;/script&gt;'>"
        f"<h1>&lt;script&gt;alert(7)&lt;/script&gt;</h1><p>{TEXT.replace('<', '&lt;')}</p>"
    )
    good = imported(
        editor,
        ItemRequest(kind="text", text=TEXT, outlet=WORDS, title=WORDS),
        ItemRequest(kind="file", content=html.encode(), file_name=f"{WORDS}.html", outlet="Larn Courier"),
    )
    bad = imported(
        editor,
        ItemRequest(kind="url", url=f"https://larn.example:99999/{WORDS}"),
        ItemRequest(kind="file", content=b"x", file_name=f"x.{WORDS}"),
        ItemRequest(kind="text", text="", outlet=WORDS),
    )
    assert [item.state for item in good + bad] == ["done", "done", "failed", "failed", "failed"]
    for run in ExtractionRun.objects.all():
        extract_version(run_id=run.pk)
    client.force_login(editor)
    shown = ""
    for address in [
        "/imports/",
        f"/imports/{good[0].job_id}/",
        f"/imports/{bad[0].job_id}/",
        "/articles/",
        *(f"/articles/{item.version.article_id}/" for item in good),
        "/claims/",
        "/queue/",
        "/dashboard/",
    ]:
        answer = client.get(address)
        assert answer.status_code == 200, address
        page = answer.content.decode()
        assert runs_something(page) == [], address
        assert (
            "script-src" in answer["Content-Security-Policy"]
            or "default-src" in answer["Content-Security-Policy"]
        )
        shown += unescape(page)
    assert "alert(3)" in shown, "it is shown, as words"


@pytest.mark.parametrize("name", NAMES)
def test_a_file_name_leads_nowhere(name: str, editor: User, settings: Any) -> None:
    (item,) = imported(editor, ItemRequest(kind="file", content=TEXT.encode(), file_name=name, outlet="Larn"))
    assert (item.state, item.error_message) == ("done", "")
    assert not set(item.file_name) & set("/\\\0\ud800")
    assert len(item.file_name) <= 255
    snapshot = Snapshot.objects.get()
    assert re.fullmatch(r"[0-9a-f]{2}/[0-9a-f]{64}(?:_\w+)?\.gz", snapshot.file.name)
    root = Path(settings.STORAGES["snapshots"]["OPTIONS"]["location"]).resolve()
    assert Path(snapshot.file.path).resolve().is_relative_to(root)
