"""The viewer-request function: only visitors with a session get the home page.

It runs before CloudFront's cache, so a cached home page is protected, too.

    requested                   with a live session    without one
    /  /home.html               /home.html             302 to the login page
    other spellings of it       unchanged              302 to the login page
    /login/  /login.html        302 to /               /login.html
    /login                      302 to /login/         302 to /login/
    anything else               unchanged              unchanged

It fails closed: a visitor whose session cannot be checked has to log in.

There is no redirect loop: only a request for the login page *without* a query string may be
redirected to the home page, and a visitor with a cookie is always redirected to the login
page *with* one. Redirects lead to constant paths, which contain nothing from the request.

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
LOGIN_AFTER_FAILURE = "/login/?from=home"  # no reason to show, but a query string
HOME = "/"

log = logging.getLogger(__name__)
store = SessionStore()  # lives as long as the execution environment


class Session(Enum):
    NOT_ASKED = auto()  # the page is public
    NONE = auto()  # no session cookie
    LIVE = auto()
    OVER = auto()  # expired, logged out, or unknown
    UNKNOWN = auto()  # could not be checked


WAY_TO_LOGIN = {
    Session.NONE: LOGIN,
    Session.OVER: LOGIN_AFTER_EXPIRY,
    Session.UNKNOWN: LOGIN_AFTER_FAILURE,
}


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Return the request to continue with, or a redirect."""
    cf: dict[str, Any] = event["Records"][0]["cf"]
    request: dict[str, Any] = cf["request"]
    page = page_at(request["uri"])
    session = session_of(request) if needs_session(page, request) else Session.NOT_ASKED
    result = decide(request, page, session)
    decision_log.write(cf, page=page.name, session=session.name, result=result)
    return result


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
    """The request for `uri` with a live session; else a redirect to the login page."""
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
    """A 302 that is not cacheable; `location` is one of this module's constants."""
    return {
        "status": "302",
        "statusDescription": "Found",
        "headers": {
            "location": [{"key": "Location", "value": location}],
            "cache-control": [{"key": "Cache-Control", "value": "no-store"}],
        },
    }
