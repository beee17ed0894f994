"""Single sign-on is there where it is set, and only there. What it does is in signing_in.py, which needs other settings."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.db import connection, connections
from django.test import Client

ROOT = Path(__file__).resolve().parents[2]


def run(*command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_without_it_nothing_of_it_is_there(client: Client) -> None:
    assert not settings.SSO
    assert "allauth" not in settings.INSTALLED_APPS
    assert client.get("/sso/oidc/desk/login/").status_code == 404


def test_settings_that_cannot_work_say_so() -> None:
    no_extra = (
        "import sys, importlib.util as u; found = u.find_spec; "
        "u.find_spec = lambda name, *a: None if name == 'allauth' else found(name, *a); import factcheck.settings"
    )
    for environment, words in (
        ({"SSO_ROLES": "staff=boss"}, "SSO_ROLES names roles that there are not: boss"),
        ({"SSO_ISSUER": "https://accounts.example"}, "SSO_CLIENT_ID is not set"),
    ):
        ran = run("-c", "import factcheck.settings", SSO="1", DEBUG="1", **environment)
        assert words in ran.stderr
    assert 'install the extra "sso"' in run("-c", no_extra, SSO="1", DEBUG="1").stderr


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_signing_in_by_a_provider_and_with_a_second_factor() -> None:
    pytest.importorskip("allauth")
    ours = str(connection.settings_dict["NAME"])
    connections.close_all()
    url = os.environ["DATABASE_URL"]
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with psycopg.connect(url, dbname="postgres", autocommit=True) as server:
        server.execute('DROP DATABASE IF EXISTS "test_with_sso"')
        server.execute(
            f'CREATE DATABASE "test_with_sso" TEMPLATE "{ours}"'
        )  # migrated already, but for a few tables
        try:
            ran = run(
                *("-m", "pytest", "tests/sso/signing_in.py", "-q", "--reuse-db", "-p", "no:cacheprovider"),
                DATABASE_URL=psycopg.conninfo.make_conninfo(url, dbname="with_sso"),
                SSO="1",
                SSO_NAME="Lakeside accounts",
                SSO_ISSUER=f"http://127.0.0.1:{port}",
                SSO_CLIENT_ID="desk",
                SSO_CLIENT_SECRET="a secret of the two",
                SSO_ROLES="fact-reviewers=reviewer,fact-admins=admin",
            )
        finally:
            server.execute('DROP DATABASE IF EXISTS "test_with_sso" WITH (FORCE)')
    print(ran.stdout[-6000:])
    assert ran.returncode == 0
