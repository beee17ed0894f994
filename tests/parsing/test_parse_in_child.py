"""parse_in_child: the same answers as parse, and an end to pages that would never end."""

import contextlib
import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from articles.parsing import ChildLimits, ParsingError, guarded, parse, parse_in_child

from .pages import TEXT, page
from .test_articles import JSON_LD, URL, linked_data

PAGE = page(head=linked_data(JSON_LD) + "<title>Port of Velmora reopens on Thursday</title>").encode()
IMPATIENT = ChildLimits(cpu_seconds=1, wall_seconds=30)


def child_pid() -> int:
    child = guarded._keeper._child
    assert child is not None
    return child._process.pid


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def wait_until_gone(pid: int) -> bool:
    for _ in range(200):
        if not is_running(pid):
            return True
        time.sleep(0.05)
    return False


def test_a_child_answers_as_parse_does() -> None:
    here = parse(PAGE, url=URL, content_type="text/html")
    assert parse_in_child(PAGE, url=URL, content_type="text/html") == here
    assert here.published_at is not None


def test_a_child_refuses_as_parse_does() -> None:
    for data in (b"", b"%PDF-1.7", b"<html></html>", b"x" * 10_000_001):
        with pytest.raises(ParsingError) as here:
            parse(data)
        with pytest.raises(ParsingError) as there:
            parse_in_child(data)
        assert (there.value.code, there.value.message) == (here.value.code, here.value.message)


def test_plain_text_goes_the_same_way() -> None:
    article = parse_in_child(f"Port reopens\n\n{TEXT}".encode(), kind="text", title="Port reopens")
    assert (article.title, article.text) == ("Port reopens", TEXT)


def test_one_child_serves_many_pages() -> None:
    parse_in_child(PAGE)
    pid = child_pid()
    parse_in_child(PAGE)
    assert child_pid() == pid


@pytest.mark.slow
@pytest.mark.parametrize(
    "hostile",
    [
        pytest.param(b"<p>" + b"<br>" * 1_000_000, id="a million line breaks"),
        pytest.param(
            b"<p " + b" ".join(b"a%d=1" % n for n in range(200_000)) + b">" + PAGE, id="200,000 attributes"
        ),
        pytest.param(b"<ul>" + b"<li><a href=/x>a word or two here</a></li>" * 100_000, id="100,000 links"),
    ],
)
def test_a_page_that_would_take_minutes_is_given_up_and_the_next_one_read(hostile: bytes) -> None:
    with pytest.raises(ParsingError) as refused:
        parse_in_child(hostile, limits=IMPATIENT)
    assert refused.value.code == "too_slow"
    assert "paste" in refused.value.message
    assert parse_in_child(PAGE).text == TEXT


def test_time_runs_out_by_the_clock_as_well() -> None:
    with pytest.raises(ParsingError) as refused:
        parse_in_child(b"<p>" + b"<br>" * 500_000, limits=ChildLimits(wall_seconds=0.5))
    assert refused.value.code == "too_slow"


def test_a_page_that_needs_too_much_memory_is_given_up() -> None:
    with pytest.raises(ParsingError) as refused:
        parse_in_child(b"<p>" + b"word " * 1_900_000, limits=ChildLimits(memory_bytes=330_000_000))
    assert refused.value.code == "too_complex"
    assert parse_in_child(PAGE).text == TEXT


@pytest.mark.parametrize("nested", [b"<div>" * 100_000, b"<b>" * 50_000, b"<table><tr><td>" * 20_000])
def test_deep_nesting_ends_in_an_answer(nested: bytes) -> None:
    with contextlib.suppress(ParsingError):  # whichever: what counts is that it ends
        assert "Calder" in parse_in_child(nested + PAGE, limits=IMPATIENT).text
    assert parse_in_child(PAGE).text == TEXT


def test_a_child_that_was_killed_is_replaced() -> None:
    parse_in_child(PAGE)
    pid = child_pid()
    os.kill(pid, signal.SIGKILL)
    assert wait_until_gone(pid)
    assert parse_in_child(PAGE).text == TEXT
    assert child_pid() != pid


def test_threads_take_turns() -> None:
    texts: list[str] = []
    threads = [threading.Thread(target=lambda: texts.append(parse_in_child(PAGE).text)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert texts == [TEXT] * 4
    # the thread that started a child may be gone; the child, or another, still answers
    assert parse_in_child(PAGE).text == TEXT


def _parse_and_report(pipe: Connection) -> None:
    text = parse_in_child(PAGE).text
    pipe.send((text, child_pid()))


def test_a_forked_worker_that_may_have_no_children_of_its_own_has_its_own_child() -> None:
    parse_in_child(PAGE)
    ours = child_pid()
    context = multiprocessing.get_context("fork")
    receiving, sending = context.Pipe(duplex=False)
    worker = context.Process(target=_parse_and_report, args=(sending,), daemon=True)
    worker.start()
    assert receiving.poll(60)
    text, theirs = receiving.recv()
    worker.join(30)
    assert text == TEXT
    assert theirs != ours
    assert wait_until_gone(theirs)  # it went with its worker
    assert parse_in_child(PAGE).text == TEXT
    assert child_pid() == ours


def test_a_child_dies_with_its_parent_even_in_the_middle_of_a_page() -> None:
    program = (
        "import articles.parsing.guarded as g\n"
        "page = b'<p>' + b'<br>' * 1_000_000\n"
        "g.parse_in_child(b'<p>The port will reopen on Thursday.</p>', kind='text')\n"
        "print(g._keeper._child._process.pid, flush=True)\n"
        "g.parse_in_child(page)\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    assert is_running(child)
    time.sleep(0.5)
    parent.kill()
    parent.wait()
    parent.stdout.close()
    assert wait_until_gone(child)


def test_a_child_knows_none_of_our_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://me:secret@db/x")
    monkeypatch.setattr(guarded, "_keeper", guarded._Keeper())
    parse_in_child(PAGE)
    assert b"secret" not in Path(f"/proc/{child_pid()}/environ").read_bytes()
    child = guarded._keeper._child
    assert child is not None
    child.end()
