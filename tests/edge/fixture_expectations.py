"""The expected result for each event in tests/fixtures/cloudfront.

Shared by two runners: the function in this process, and its package in a worker.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FIXTURES = Path(__file__).parents[1] / "fixtures" / "cloudfront"

# Sessions in the table: the id, and the seconds that it still has to live.
SESSIONS: Mapping[str, int] = {
    "fixture-live-session-abcdefghijklmnopqrstuv": 3600,
    "fixture-over-session-abcdefghijklmnopqrstuv": -1,
}


@dataclass(frozen=True, slots=True)
class GoesOn:
    """The request continues with this uri, otherwise unchanged."""

    uri: str

    def response_to(self, event: Mapping[str, Any]) -> dict[str, Any]:
        return {**event["Records"][0]["cf"]["request"], "uri": self.uri}


@dataclass(frozen=True, slots=True)
class Redirected:
    """A redirect to this path, which is not cacheable."""

    location: str

    def response_to(self, _event: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "status": "302",
            "statusDescription": "Found",
            "headers": {
                "location": [{"key": "Location", "value": self.location}],
                "cache-control": [{"key": "Cache-Control", "value": "no-store"}],
            },
        }


Expectation = GoesOn | Redirected

HOME_PAGE = GoesOn("/home.html")
LOGIN_PAGE = GoesOn("/login.html")
TO_LOGIN = Redirected("/login/")
TO_LOGIN_EXPIRED = Redirected("/login/?reason=expired")
TO_HOME = Redirected("/")

EXPECTATIONS: Mapping[str, Expectation] = {
    "no-cookie": TO_LOGIN,
    "emptied-session": TO_LOGIN,
    "valid-session": HOME_PAGE,
    "valid-session-with-a-query": HOME_PAGE,
    "several-cookies": HOME_PAGE,
    "several-cookie-headers": HOME_PAGE,
    "huge-cookie": HOME_PAGE,
    "two-sessions-the-first-forged": HOME_PAGE,
    "two-sessions-both-worthless": TO_LOGIN_EXPIRED,
    "expired-but-not-yet-deleted": TO_LOGIN_EXPIRED,
    "forged-session": TO_LOGIN_EXPIRED,
    "malformed-session": TO_LOGIN_EXPIRED,
    "huge-session": TO_LOGIN_EXPIRED,
    "home-page-by-file-name": TO_LOGIN,
    "home-page-by-file-name-with-a-session": HOME_PAGE,
    "encoded-home-page": TO_LOGIN,
    "encoded-home-page-with-a-session": GoesOn("/%68ome.html"),
    "doubly-encoded-home-page": TO_LOGIN_EXPIRED,
    "login-page": LOGIN_PAGE,
    "login-page-with-a-session": TO_HOME,
    "login-page-with-an-expired-session": LOGIN_PAGE,
    "login-page-with-a-reason-and-a-session": LOGIN_PAGE,
    "login-page-by-file-name-with-a-session": TO_HOME,
    "login-page-without-slash": TO_LOGIN,
    "unknown-path": GoesOn("/neutral/zone"),
    "unknown-encoded-path": GoesOn("/neutral%20zone%2Fwarbird"),
    "asset": GoesOn("/assets/styles/console.css"),
}


def load(name: str) -> dict[str, Any]:
    """Read the event of that name; each call returns a new object."""
    event: dict[str, Any] = json.loads((FIXTURES / f"{name}.json").read_text("utf-8"))
    return event
