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


def answer_to(asked: dict[str, Any]) -> dict[str, Any]:
    """Hand a copy of the request to the function, in an event."""
    cf = {"config": {"eventType": "viewer-request"}, "request": copy.deepcopy(asked)}
    return viewer_request.handler({"Records": [{"cf": cf}]}, None)


def location(answer: dict[str, Any]) -> str | None:
    """Where the answer redirects to, or None when the request goes on."""
    if "status" not in answer:
        return None
    assert answer["status"] == "302"
    (line,) = answer["headers"]["location"]
    target: str = line["value"]
    return target


def follow(uri: str, cookie: str | None) -> list[str]:
    """Follow redirects as a browser does, and answer the addresses visited."""
    visited = [uri]
    while len(visited) < 20:
        path, _, query = visited[-1].partition("?")
        target = location(answer_to(request(path, cookie=cookie, query=query)))
        if target is None:
            return visited
        visited.append(target)
    raise AssertionError(f"a redirect loop: {visited}")
