"""`manage.py import_articles`: what a person at a shell gets, and what a script can rely on."""

import io
from pathlib import Path
from typing import Any

import pytest
from celery import current_app
from django.core.management import CommandError, call_command
from django.core.management.base import OutputWrapper

from articles.management.line import Line
from articles.models import ImportItem, ImportJob
from articles.services.running import run_import_item
from claims.models import Claim, ExtractionRun
from factcheck import heartbeat
from factcheck.models import User
from tests.factories import make_user
from tests.fetching.server import TestServer

TEXT = (
    "Quay shut\n\nThe quay at Larn is shut, harbour master Ivo Brandt said on Monday. It was built in 1931.\n"
)

committing = pytest.mark.django_db(transaction=True)  # the command's tasks run when its transaction commits
not_committing = pytest.mark.django_db


def run(*arguments: str, **options: Any) -> str:
    out = io.StringIO()
    call_command("import_articles", *arguments, stdout=out, stderr=io.StringIO(), **options)
    return " ".join(out.getvalue().split())


@pytest.fixture
def admin(db: None) -> User:
    return make_user("ada", "admin")


@pytest.fixture
def story(tmp_path: Path) -> str:
    file = tmp_path / "quay.txt"
    file.write_text(TEXT)
    return str(file)


@committing
def test_inline_takes_a_file_to_its_claims_without_a_worker(story: str) -> None:
    make_user("ada", "admin")
    out = run(story, "--outlet", "Larn Courier", "--inline")
    item = ImportItem.objects.get()
    assert (item.state, item.version.article.outlet.name) == ("done", "Larn Courier")
    assert ExtractionRun.objects.get().state == "done"
    claims = Claim.objects.count()
    assert claims
    assert f"1 New article {claims} claims quay.txt" in out
    assert not current_app.conf.task_always_eager, "only the command's own tasks run in its process"


@committing
def test_what_failed_is_told_and_ends_the_command_with_1(story: str, settings: Any) -> None:
    make_user("ada", "admin")
    with TestServer() as server:
        settings.FETCH_ALLOW_ADDRESSES, settings.FETCH_ALLOW_PORTS = ["127.0.0.1/32"], [server.port]
        url = server.page("/quay", f"<html><body><article><h1>Quay</h1><p>{TEXT}</p></article></body></html>")
        out = io.StringIO()
        with pytest.raises(CommandError, match=r"1 of 3 failed") as failed:
            call_command(
                "import_articles", url, "http://10.0.0.1/", story, inline=True, outlet="Larn Courier",
                stdout=out, stderr=io.StringIO(),
            )  # fmt: skip
    assert failed.value.returncode == 1
    assert "failed: forbidden_address" in out.getvalue()
    assert sorted(ImportItem.objects.values_list("state", flat=True)) == ["done", "done", "failed"]


@not_committing
def test_a_list_of_addresses_from_a_file(admin: User, tmp_path: Path) -> None:
    (tmp_path / "list.txt").write_text("\ufeffhttps://a.example/1\n\n# later\nb.example/2\n")
    out = run("--from-file", str(tmp_path / "list.txt"))
    job = ImportJob.objects.get()
    assert (job.created_by, job.total) == (admin, 2)
    assert f"Import {job.pk}: 2 items, /imports/{job.pk}/" in out
    assert [item.url for item in job.items.all()] == ["https://a.example/1", "https://b.example/2"]


@not_committing
def test_a_list_from_standard_input(admin: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("https://a.example/1\n"))
    run("--from-file", "-", "--label", "From a pipe")
    assert ImportJob.objects.get().label == "From a pipe"


@not_committing
def test_it_is_imported_in_the_name_of_whom_it_says(admin: User, story: str) -> None:
    rosa = make_user("rosa", "researcher")
    run(story, "--outlet", "Larn Courier", "--by", "rosa")
    assert ImportJob.objects.get().created_by == rosa


@not_committing
@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "There is nothing to import"),
        (["no-such-file.txt"], r"no-such-file.txt \(No such file or directory\)"),
        (["--from-file", "no-such-list"], "no-such-list cannot be read"),
        (["https://a.example/", "--by", "nobody"], "There is no account nobody"),
        (["https://a.example/", "--by", "vic"], "Only a researcher or above may import articles"),
        (["https://a.example/", "https://b.example/", "--title", "One"], "--title is for one article"),
    ],
)
def test_what_cannot_be_done_is_said_and_nothing_is_imported(
    admin: User, arguments: list[str], says: str
) -> None:
    make_user("vic", "viewer")
    with pytest.raises(CommandError, match=says):
        run(*arguments)
    assert not ImportJob.objects.exists()


@not_committing
def test_without_any_admin_it_asks_for_a_name(story: str) -> None:
    make_user("rosa", "researcher")
    with pytest.raises(CommandError, match="There is no admin to import for"):
        run(story)


@not_committing
def test_waiting_ends_with_the_work_of_the_workers(
    admin: User, story: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever works off the items, the command sees it in the database; here somebody does while it sleeps."""

    def work(_seconds: float) -> None:
        for item in ImportItem.objects.filter(state="queued"):
            run_import_item(item_id=item.pk)
        ExtractionRun.objects.update(state="done", claims=3)

    monkeypatch.setattr("articles.management.commands.import_articles.time.sleep", work)
    assert "1 New article 3 claims quay.txt" in run(story, "--outlet", "Larn Courier", "--wait")


@not_committing
def test_waiting_without_a_worker_does_not_last_for_ever(
    admin: User, story: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = iter(range(0, 1000, 20))
    monkeypatch.setattr(heartbeat, "last_heartbeat", lambda: None)
    monkeypatch.setattr("articles.management.commands.import_articles.time.monotonic", lambda: next(clock))
    monkeypatch.setattr("articles.management.commands.import_articles.time.sleep", lambda _seconds: None)
    with pytest.raises(CommandError, match="No worker has been heard of for 30 seconds"):
        run(story, "--outlet", "Larn Courier", "--wait")
    assert ImportItem.objects.get().state == "queued", "it is kept"


# ---- Files of many ---------------------------------------------------------------------------------


TABLE = "head,body,on\nThe quay,The quay at Larn is shut.,03/04/2026\nThe mill,,\n"


@committing
def test_a_table_is_imported_by_the_columns_that_are_named(tmp_path: Path) -> None:
    make_user("ada", "admin")
    table = tmp_path / "rows.csv"
    table.write_text(TABLE)
    out = io.StringIO()
    with pytest.raises(CommandError, match=r"1 of 2 failed") as failed:
        call_command(
            "import_articles", str(table), "--map", "title=head", "--map", "text=body", "--map", "published=on",
            "--dates", "day-first", "--no-extract", "--inline", "--outlet", "Larn Courier",
            stdout=out, stderr=io.StringIO(),
        )  # fmt: skip
    assert failed.value.returncode == 1
    assert "failed: row_empty" in out.getvalue()
    version = ImportItem.objects.get(state="done").version
    assert (version.title, str(version.published_on)) == ("The quay", "2026-04-03")
    assert not ExtractionRun.objects.exists()


@not_committing
def test_a_table_that_needs_a_mapping_says_which_columns_it_has(admin: User, tmp_path: Path) -> None:
    table = tmp_path / "rows.csv"
    table.write_text("a,b\n1,2\n")
    with pytest.raises(CommandError, match=r"The columns: a, b\. \(--map, --dates\)"):
        run(str(table))
    with pytest.raises(CommandError, match="--map takes FIELD=COLUMN"):
        run(str(table), "--map", "words=a")
    assert not ImportJob.objects.exists()


@committing
def test_a_folder_is_imported_with_what_is_in_it(tmp_path: Path) -> None:
    make_user("ada", "admin")
    inner = tmp_path / "saved" / "march"
    inner.mkdir(parents=True)
    (inner / "quay.txt").write_text(TEXT)
    (inner / "broken.pdf").write_bytes(b"%PDF-1.4")
    (inner / ".hidden.txt").write_text("Nothing to see.")
    (tmp_path / "saved" / "rows.csv").write_text("title,text\nThe mill,The mill at Larn turns.\n")
    (tmp_path / "secret.txt").write_text("Not in there.")
    (inner / "link.txt").symlink_to(tmp_path / "secret.txt")
    with pytest.raises(CommandError, match=r"1 of 3 failed"):
        run(str(tmp_path / "saved"), "--outlet", "Larn Courier", "--inline")
    ended = {str(item): item.state for item in ImportItem.objects.all()}
    assert ended == {"march/quay.txt": "done", "march/broken.pdf": "failed", "The mill": "done"}


@not_committing
def test_an_empty_folder_says_so(admin: User, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="There is no file in"):
        run(str(tmp_path))


@committing
def test_no_longer_waiting_leaves_the_import_going_on(story: str, monkeypatch: pytest.MonkeyPatch) -> None:
    make_user("ada", "admin")

    def interrupted(_seconds: float) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("articles.management.commands.import_articles.time.sleep", interrupted)
    monkeypatch.setattr("articles.management.commands.import_articles.worker_is_heard", lambda: True)
    monkeypatch.setattr("articles.services.importing.wake_import_job.delay", lambda _pk: None)
    with pytest.raises(CommandError, match="goes on in the background") as left:
        run(story, "--outlet", "Larn Courier", "--wait")
    assert left.value.returncode == 130
    assert ImportItem.objects.get().state == "queued"


def test_a_bar_on_a_terminal_and_plain_lines_elsewhere() -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    for stream, expected in (
        (Terminal(), "\r\x1b[K[████████████············]  50 %  5 of 10"),
        (io.StringIO(), "5 of 10\n"),
    ):
        line = Line(OutputWrapper(stream))
        line.say("5 of 10", done=0.5)
        assert stream.getvalue() == expected
