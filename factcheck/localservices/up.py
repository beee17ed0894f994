"""`manage.py up`: the whole workbench on one machine, until Ctrl-C."""

import contextlib
import errno
import fcntl
import json
import os
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from factcheck.localservices import programs
from factcheck.localservices.console import Console
from factcheck.localservices.environment import env_file, local_defaults, lock_file, make_var_dir, write_env
from factcheck.localservices.errors import LocalServiceError
from factcheck.localservices.postgres import Postgres
from factcheck.localservices.programs import Program, manage
from factcheck.localservices.smoke import Account, check_one_article
from factcheck.localservices.supervisor import StopRequest, StopRequestedError, Supervisor
from factcheck.localservices.valkey import Valkey

READY_SECONDS = 120.0
LOCK_SECONDS = 1.0
# What other commands need to work beside us.
SHARED = ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "STATIC_FROM_SOURCE")
LOOPBACK = ("127.0.0.1", "localhost", "::1")
EVERY_ADDRESS = ("0.0.0.0", "::")  # noqa: S104 - only to know them


@dataclass(frozen=True)
class Options:
    """What `manage.py up` was asked for; `checker` is who signs in for --once."""

    host: str
    port: int
    workers: int
    once: bool
    seed: bool
    checker: Account

    @property
    def bind(self) -> str:
        """host:port, as a server wants it."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def url(self) -> str:
        """Where a browser on this machine finds it."""
        return f"http://127.0.0.1:{self.port}/" if self.host in EVERY_ADDRESS else f"http://{self.bind}/"


def run(options: Options) -> None:
    """Run everything until a signal, or with `once` until one article went all the way; then stop it in order.

    Raises LocalServiceError, after everything is stopped.
    """
    began = time.monotonic()
    var = make_var_dir()
    with _only_one(options.url):
        check_port(options.host, options.port)
        console = Console()
        stop_request = StopRequest()
        stop_request.listen()
        supervisor = Supervisor(console, stop_request)
        try:
            _Run(options, var, console, supervisor, began).go()
        except StopRequestedError:
            console.say("up", "stopping")
            if options.once:
                raise LocalServiceError("stopped", "Stopped before the check was through.") from None
        finally:
            env_file().unlink(missing_ok=True)
            supervisor.stop_all()
            console.say("up", f"all stopped after {time.monotonic() - began:.1f} s")


class _Run:
    """One run, step by step."""

    def __init__(
        self, options: Options, var: Path, console: Console, supervisor: Supervisor, began: float
    ) -> None:
        self._options = options
        self._var = var
        self._console = console
        self._supervisor = supervisor
        self._began = began
        self._environment: dict[str, str] = {}

    def go(self) -> None:
        """The whole run. Raises StopRequestedError, LocalServiceError."""
        self._start_servers()
        self._job("migrate", "migrate", "--noinput", "--skip-checks", "--verbosity", "0")
        self._say("database migrated")
        self._start_programs()
        self._wait_until_ready()
        self._say(f"ready: {self._options.url}  (Ctrl-C stops everything)")
        if self._options.seed:
            self._seed()
        if self._options.once:
            check_one_article(
                self._options.url,
                account=self._options.checker,
                say=lambda text: self._say(text, name="check"),
                pause=self._supervisor.pause,
            )
            return
        while True:
            self._supervisor.pause(3600)

    def _seed(self) -> None:
        """The sample newsroom, imported by the worker as any article is."""
        if self._options.host not in LOOPBACK:
            self._say(f"no sample newsroom on {self._options.host}: its accounts have well-known passwords")
            return
        self._job("seed", "seed_demo", "--if-empty", "--force")
        self._say("sample newsroom looked after")

    def _start_servers(self) -> None:
        """PostgreSQL and Valkey, unless addresses of others are set."""
        local_defaults()
        _allow_host(self._options.host)
        os.environ.setdefault("SITE_URL", self._options.url.rstrip("/"))
        if self._options.host in LOOPBACK:  # nobody else reads what is published here
            os.environ.setdefault("PUBLIC_SITE", "1")
        if not os.environ.get("DATABASE_URL"):
            postgres = Postgres(self._var / "postgres")
            self._supervisor.start(postgres)
            os.environ["DATABASE_URL"] = postgres.url
            self._say("PostgreSQL ready")
        if not os.environ.get("REDIS_URL"):
            valkey = Valkey(self._var / "valkey")
            self._supervisor.start(valkey)
            os.environ["REDIS_URL"] = valkey.url
            self._say("Valkey ready")
        os.environ.setdefault("LOG_LEVEL", "WARNING")  # what goes well shows in the browser
        self._environment = dict(os.environ) | {"PYTHONUNBUFFERED": "1"}
        write_env({name: os.environ[name] for name in SHARED})

    def _start_programs(self) -> None:
        """In this order, so that the web stops first and the worker last."""
        self._supervisor.start(
            Program(
                "worker",
                programs.worker_command(concurrency=self._options.workers),
                console=self._console,
                environment=self._environment,
                stop_plan=programs.WORKER_STOP_PLAN,
                death_signal=programs.WORKER_DEATH_SIGNAL,
            )
        )
        for name, command in (
            ("beat", programs.beat_command(schedule=self._var / "beat.db")),
            ("web", programs.web_command(bind=self._options.bind, log_level=self._environment["LOG_LEVEL"])),
        ):
            self._supervisor.start(
                Program(name, command, console=self._console, environment=self._environment)
            )

    def _job(self, name: str, *arguments: str) -> None:
        """Run a manage.py command to its end. Raises LocalServiceError `{name}_failed`."""
        job = Program(name, manage(*arguments), console=self._console, environment=self._environment)
        if self._supervisor.run_to_end(job):
            command = f"manage.py {' '.join(arguments)}"
            raise LocalServiceError(f"{name}_failed", f"`{command}` failed: what it said is above.")

    def _wait_until_ready(self) -> None:
        """Until /readyz says that database, broker, worker and extractor are.

        Raises LocalServiceError `not_ready`, and `extractor_unavailable` as soon as the worker has said so: waiting
        does not mend it.
        """
        deadline = time.monotonic() + READY_SECONDS
        while answer := _not_ready(f"{self._options.url}readyz"):
            if problem := extractor_problem(answer):
                raise LocalServiceError("extractor_unavailable", f"The extractor cannot be loaded. {problem}")
            if time.monotonic() > deadline:
                raise LocalServiceError(
                    "not_ready", f"The workbench is not ready after {READY_SECONDS:.0f} s: {answer}"
                )
            self._supervisor.pause(0.2)

    def _say(self, text: str, *, name: str = "up") -> None:
        self._console.say(name, f"{time.monotonic() - self._began:5.1f} s  {text}")


@contextlib.contextmanager
def _only_one(url: str) -> Iterator[None]:
    """Hold the var folder's lock. Raises LocalServiceError `already_up`."""
    with lock_file().open("a+") as file:
        deadline = time.monotonic() + LOCK_SECONDS
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:  # perhaps only a command that looks whether we are up: it lets go at once
                if time.monotonic() > deadline:
                    file.seek(0)
                    raise LocalServiceError(
                        "already_up",
                        f"The workbench is up already ({file.read().strip()}). Stop that one first, "
                        "or set FACTCHECK_VAR to another folder for a second one with its own data.",
                    ) from None
            time.sleep(0.05)
        file.truncate(0)
        file.write(f"{url}, process {os.getpid()}")
        file.flush()
        yield


def check_port(host: str, port: int) -> None:
    """Whether the web server could listen there. Raises LocalServiceError `port_taken`, `port_unusable`."""
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise LocalServiceError(
                "port_taken",
                f"Port {port} on {host} is taken by another program: choose another with --port.",
            ) from None
        raise LocalServiceError(
            "port_unusable",
            f"The web server cannot listen on {host}, port {port} ({error.strerror}): choose others with --host and --port.",
        ) from None


def _allow_host(host: str) -> None:
    """Let Django answer to the name it is asked to listen on, unless ALLOWED_HOSTS says which."""
    if host in EVERY_ADDRESS:
        os.environ.setdefault("ALLOWED_HOSTS", "*")
    elif host not in LOOPBACK:
        os.environ.setdefault("ALLOWED_HOSTS", f"localhost,127.0.0.1,[::1],{host}")


def _not_ready(url: str) -> str:
    """Why /readyz is not content; empty when it is."""
    try:
        with urllib.request.urlopen(url, timeout=5) as response:  # noqa: S310 - our own http address
            response.read()
    except urllib.error.HTTPError as error:
        return _short(error.read())
    except OSError as error:
        return str(error)
    return ""


def extractor_problem(answer: str) -> str:
    """What a worker that is heard says is wrong with its extractor, by the body of /readyz; else ""."""
    try:
        checks = json.loads(answer)["checks"]
        problem = str(checks["extractor"])
        return problem if checks["worker"] == "ok" and problem != "ok" else ""
    except (ValueError, KeyError, TypeError):
        return ""


def _short(body: bytes) -> str:
    try:
        return json.dumps(json.loads(body), ensure_ascii=False)[:2000]
    except ValueError:
        return body[:500].decode(errors="replace")
