"""Let visitors with a session through to the home page, and send others to log in.

Runs at viewer-request, before CloudFront's cache, so a cached home page is guarded, too.

    asked for                   with a live session    without one
    /  /home.html               /home.html             302 to the login page
    other spellings of it       as it is               302 to the login page
    /login/  /login.html        302 to /               /login.html
    /login                      302 to /login/         302 to /login/
    anything else               as it is               as it is

It fails closed: a visitor whose session cannot be checked has to log in.

There is no redirect loop: only a request to the login page *without* a query string may
be sent home, and a visitor who was sent away from home with a cookie in hand
always arrives *with* one. Redirects go to constant paths; nothing of the request gets
into them.

Source: Amazon CloudFront Developer Guide, "Lambda@Edge event structure" and "Work
with requests and responses".
"""

import logging
import os
from enum import Enum, auto
from typing import Any

import decision_log
from errors import SessionsUnknown
from page_paths import Page, page_at
from session_cookies import session_cookies
from session_store import SessionStore
from settings import Settings

LOGIN = "/login/"
LOGIN_AFTER_EXPIRY = "/login/?reason=expired"
LOGIN_AFTER_FAILURE = "/login/?from=home"  # no reason to show, but still a query string
HOME = "/"

log = logging.getLogger(__name__)
store = SessionStore()  # lives as long as the execution environment


class Session(Enum):
    NOT_ASKED = auto()  # the page is for everybody
    NONE = auto()  # no session cookie came
    LIVE = auto()
    OVER = auto()  # expired, logged out, or never was one
    UNKNOWN = auto()  # could not be checked


WAY_TO_LOGIN = {
    Session.NONE: LOGIN,
    Session.OVER: LOGIN_AFTER_EXPIRY,
    Session.UNKNOWN: LOGIN_AFTER_FAILURE,
}


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Answer the request to go on with, or a redirect."""
    cf: dict[str, Any] = event["Records"][0]["cf"]
    request: dict[str, Any] = cf["request"]
    page = page_at(request["uri"])
    session = session_of(request) if needs_session(page, request) else Session.NOT_ASKED
    answer = decide(request, page, session)
    decision_log.write(cf, page=page.name, session=session.name, answer=answer)
    return answer


def needs_session(page: Page, request: dict[str, Any]) -> bool:
    if page is Page.LOGIN:
        return not request["querystring"]
    return page in {Page.HOME, Page.MAYBE_HOME}


def decide(request: dict[str, Any], page: Page, session: Session) -> dict[str, Any]:
    match page:
        case Page.HOME:
            return guarded(request, session, uri="/home.html")
        case Page.MAYBE_HOME:
            return guarded(request, session, uri=request["uri"])
        case Page.LOGIN:
            return login_page(request, session)
        case Page.LOGIN_WITHOUT_SLASH:
            return redirect(LOGIN)
        case Page.OTHER:
            return request


def guarded(request: dict[str, Any], session: Session, *, uri: str) -> dict[str, Any]:
    """Let a live session go on to `uri`."""
    if session is not Session.LIVE:
        return redirect(WAY_TO_LOGIN[session])
    request["uri"] = uri
    return request


def login_page(request: dict[str, Any], session: Session) -> dict[str, Any]:
    if session is Session.LIVE:
        return redirect(HOME)
    request["uri"] = "/login.html"
    return request


def session_of(request: dict[str, Any]) -> Session:
    cookies = session_cookies(header["value"] for header in request["headers"].get("cookie", ()))
    if not cookies.present:
        return Session.NONE
    try:
        live = store.is_live(cookies.ids, Settings.load(os.environ))
    except SessionsUnknown as error:
        log.error("session not checked: %s", error)
        return Session.UNKNOWN
    return Session.LIVE if live else Session.OVER


def redirect(location: str) -> dict[str, Any]:
    """Answer a 302 that no cache keeps; `location` is one of this module's constants."""
    return {
        "status": "302",
        "statusDescription": "Found",
        "headers": {
            "location": [{"key": "Location", "value": location}],
            "cache-control": [{"key": "Cache-Control", "value": "no-store"}],
        },
    }
