"""One article from import to claims to an API answer, over HTTP as a person's browser and a client would go."""

import http.cookiejar
import json
import secrets
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from factcheck.localservices.errors import LocalServiceError

STEP_SECONDS = 60.0
REQUEST_SECONDS = 30.0
POLL_SECONDS = 0.1

LOGIN = "login/"
IMPORTS = "api/v1/imports/"
CLAIMS = "api/v1/claims/"

SPEAKER = "Maren Oduya"
OUTLET = "Lowmere Courier"
LABEL = "Check of `manage.py up --once`"


@dataclass(frozen=True)
class Account:
    """Who signs in."""

    username: str
    password: str


def check_one_article(
    base_url: str, *, account: Account, say: Callable[[str], None], pause: Callable[[float], None]
) -> None:
    """Sign in, import a small article nobody imported before, wait for its job, find its speaker's claim.

    `base_url` ends in a slash; `say` is told each step with its seconds; `pause` waits. Raises LocalServiceError
    `check_failed`, and what `pause` raises.
    """
    check = _Check(base_url, pause)
    number = secrets.randbelow(900_000) + 100_000  # the same text again would be the same version
    began = time.monotonic()

    def done(step: str) -> None:
        nonlocal began
        say(f"{step} ({time.monotonic() - began:.2f} s)")
        began = time.monotonic()

    try:
        check.sign_in(account)
        done(f"signed in as {account.username}")
        check.request_import(number)
        done("import accepted")
        check.wait_for_import()
        done("import done")
        check.wait_for_claim(number)
        done(f"the API answers with the claim of {SPEAKER}")
    except (KeyError, TypeError, ValueError) as error:
        raise _failed(f"the API's answer is not of the shape this check knows ({error!r}).") from error


class _Check:
    def __init__(self, base_url: str, pause: Callable[[float], None]) -> None:
        self._base_url = base_url
        self._pause = pause
        self._cookies = http.cookiejar.CookieJar()
        self._opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor(self._cookies)
        )
        self._job_url = ""

    def sign_in(self, account: Account) -> None:
        self._request(LOGIN)  # sets the CSRF cookie
        form = {
            "username": account.username,
            "password": account.password,
            "csrfmiddlewaretoken": self._cookie("csrftoken"),
        }
        self._request(LOGIN, urllib.parse.urlencode(form).encode())
        if not self._cookie("sessionid"):
            raise _failed(f"{account.username} cannot sign in: is the sample newsroom there?")

    def request_import(self, number: int) -> None:
        item = {
            "title": f"Lowmere harbour closes berth {number}",
            "outlet": OUTLET,
            "text": (
                f"LOWMERE - Lowmere harbour will close berth {number} for twelve days, harbour master {SPEAKER} said on Tuesday.\n\n"
                f'"Ships longer than ninety metres will have to wait outside berth {number}," Oduya said.\n'
            ),
        }
        body = json.dumps({"label": LABEL, "items": [item]}).encode()
        answer = self._request(IMPORTS, body, content_type="application/json")
        self._job_url = urllib.parse.urljoin(self._base_url, answer["url"])

    def wait_for_import(self) -> None:
        def is_done() -> bool:
            job = self._request(self._job_url)
            if job["failed"]:
                raise _failed(f"the import failed: {json.dumps(job)[:1000]}")
            return bool(job["state"] == "done")

        self._wait_until(is_done, "the import to be done")

    def wait_for_claim(self, number: int) -> None:
        query = urllib.parse.urlencode({"q": str(number)})

        def is_there() -> bool:
            claims = self._request(f"{CLAIMS}?{query}")["results"]
            return any(str(number) in claim["text"] and _speaker(claim) == SPEAKER for claim in claims)

        self._wait_until(is_there, f"a claim of {SPEAKER} with the number {number}")

    def _wait_until(self, is_so: Callable[[], bool], what: str) -> None:
        deadline = time.monotonic() + STEP_SECONDS
        while not is_so():
            if time.monotonic() > deadline:
                raise _failed(f"waited {STEP_SECONDS:.0f} s in vain for {what}.")
            self._pause(POLL_SECONDS)

    def _request(
        self, path: str, body: bytes | None = None, content_type: str = "application/x-www-form-urlencoded"
    ) -> Any:
        """What came back, parsed if it is JSON, else its bytes. Raises LocalServiceError `check_failed`."""
        url = urllib.parse.urljoin(self._base_url, path)
        headers = {"Accept": "application/json, text/html;q=0.9", "Referer": url}
        if body is not None:
            headers |= {"Content-Type": content_type, "X-CSRFToken": self._cookie("csrftoken")}
        request = urllib.request.Request(url, data=body, headers=headers)  # noqa: S310 - our own http address
        try:
            with self._opener.open(request, timeout=REQUEST_SECONDS) as response:
                content = response.read()
                is_json = "json" in response.headers.get("Content-Type", "")
        except urllib.error.HTTPError as error:
            said = error.read()[:500].decode(errors="replace")
            raise _failed(f"{request.get_method()} {url} answered {error.code}: {said}") from error
        except OSError as error:
            raise _failed(f"{request.get_method()} {url}: {error}") from error
        return json.loads(content) if is_json else content

    def _cookie(self, name: str) -> str:
        return next((cookie.value or "" for cookie in self._cookies if cookie.name == name), "")


def _speaker(claim: dict[str, Any]) -> str:
    return claim["speaker"]["name"] if claim["speaker"] else ""


def _failed(reason: str) -> LocalServiceError:
    return LocalServiceError("check_failed", f"The check failed: {reason}")
