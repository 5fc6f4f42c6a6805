"""A viewer of the site, which calls the edge function in process and follows redirects."""

import copy
from typing import Any

import viewer_request


def request(uri: str, *, cookie: str | None = None, query: str = "") -> dict[str, Any]:
    headers = {
        "host": [{"key": "Host", "value": "evil.example"}],
        "via": [{"key": "Via", "value": "2.0 someone"}],
    }
    if cookie is not None:
        headers["cookie"] = [{"key": "Cookie", "value": cookie}]
    return {
        "clientIp": "203.0.113.178",
        "headers": headers,
        "method": "GET",
        "querystring": query,
        "uri": uri,
    }


def response_to(cf_request: dict[str, Any]) -> dict[str, Any]:
    """Call the function with an event for a copy of the request."""
    cf = {"config": {"eventType": "viewer-request"}, "request": copy.deepcopy(cf_request)}
    return viewer_request.handler({"Records": [{"cf": cf}]}, None)


def location(response: dict[str, Any]) -> str | None:
    """The redirect's location, or None if the request continues."""
    if "status" not in response:
        return None
    assert response["status"] == "302"
    (line,) = response["headers"]["location"]
    target: str = line["value"]
    return target


def follow(uri: str, cookie: str | None) -> list[str]:
    """Follow redirects as a browser does; return the visited addresses."""
    visited = [uri]
    while len(visited) < 20:
        path, _, query = visited[-1].partition("?")
        target = location(response_to(request(path, cookie=cookie, query=query)))
        if target is None:
            return visited
        visited.append(target)
    raise AssertionError(f"a redirect loop: {visited}")
