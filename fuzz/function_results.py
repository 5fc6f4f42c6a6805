"""Results of functions, of both kinds and for each event.

Requests say how a function changes its message (see `distribution.py`).
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from random import Random
from typing import Any

from fuzz.distribution import FUNCTION_EVENTS, LAMBDA_EVENTS
from fuzz.requests import request

Way = list[str | int]
FIELDS = ("host", "via", "x-a", "content-length", "set-cookie", "accept")
OF_A_FIELD: list[Way] = [[], [0], [0, "key"], [0, "value"], ["value"], ["multiValue"]]
OF_FIELDS: list[Way] = [["headers", name, *rest] for name in FIELDS for rest in OF_A_FIELD]
LINES: list[Way] = [["headers"], *OF_FIELDS]
OF_A_REQUEST: list[Way] = [
    [], ["uri"], ["querystring"], ["method"], ["clientIp"], ["body"], ["body", "data"], ["body", "action"],
    ["body", "encoding"], ["body", "inputTruncated"], ["querystring", "a"], ["cookies"], ["cookies", "t"],
    ["status"], ["statusCode"], ["statusDescription"], ["bodyEncoding"],
]  # fmt: skip
OF_A_CUSTOM_ORIGIN = (
    "domainName", "port", "protocol", "path", "sslProtocols", "readTimeout", "keepaliveTimeout", "customHeaders",
)  # fmt: skip
TO_IT: list[Way] = [["origin", "custom", name] for name in OF_A_CUSTOM_ORIGIN]
OF_AN_ORIGIN: list[Way] = [["origin"], ["origin", "custom"], ["origin", "s3"], *TO_IT]
OF_A_RESPONSE: list[Way] = [
    [], ["status"], ["statusCode"], ["statusDescription"], ["body"], ["bodyEncoding"], ["body", "encoding"],
    ["body", "data"], ["cookies"], ["cookies", "t"], ["cookies", "t", "attributes"],
]  # fmt: skip
TEXTS = [
    "", "a", "/", "/v2?a", "200", "204", "302", "999", "Found", "text", "base64", "eA==", "x", "read-only", "replace",
    "http", "https", "match-viewer", "localhost", "a.example", "origin.example", "content-length", "Host", "é", "\ud800",
    "a\r\nb: c", "\0", "b" * 3000, "%", "TLSv1.2", "Path=/; HttpOnly", "x.s3.us-east-1.amazonaws.com", "\u2028",
]  # fmt: skip
NUMBERS = [0, 1, -1, 200, 204, 304, 404, 500, 599, 600, 65536, 10**30, 1.5, 1e308]
NAMES = [
    "value",
    "key",
    "multiValue",
    "attributes",
    "encoding",
    "data",
    "x-a",
    "custom",
    "s3",
    "Host",
    "",
    "é",
]


def change(random: Random, event: str, path: str, ways: list[Way]) -> bytes:
    """A request that makes a function apply one to three changes."""
    changes: list[list[Any]] = []
    for _ in range(random.choice([1, 1, 1, 2, 3])):
        way = list(random.choice(ways))
        if random.random() < 0.1:
            way.append(random.choice(NAMES))
        changes.append([way] if random.random() < 0.15 else [way, junk(random)])
    mutation = b"X-Mutation: " + json.dumps(changes).encode()
    method = random.choice([b"GET", b"GET", b"GET", b"HEAD", b"POST"])
    lines = [mutation, b"Cookie: t=b; t=c", b"Accept: a"]
    body = b"abc" if method == b"POST" else b""
    lines += [b"Content-Length: 3"] if body else []
    target = f"/{path}/{event}/%s?a=b&a=c".encode()
    return request(random, *lines, method=method, target=target, body=body)


def junk(random: Random, depth: int = 0) -> Any:
    """A JSON value."""
    kind = random.randrange(4 if depth > 2 else 8)
    match kind:
        case 0 | 1:
            return random.choice(TEXTS)
        case 2:
            return random.choice(NUMBERS)
        case 3:
            return random.choice([None, True, False])
        case 4:
            return [junk(random, depth + 1) for _ in range(random.randrange(4))]
        case 5:
            return {
                "value": junk(random, depth + 1),
                "multiValue": junk(random, depth + 1),
            }
        case 6:
            return [{"key": random.choice(NAMES), "value": junk(random, depth + 1)}]
        case _:
            return {
                random.choice(NAMES): junk(random, depth + 1) for _ in range(random.randrange(3))
            }


def _ways(event: str) -> list[Way]:
    if event.endswith("response"):
        return LINES + OF_A_RESPONSE * 4
    return LINES + OF_A_REQUEST * 3 + (OF_AN_ORIGIN * 4 if event.startswith("origin") else [])


def kinds() -> dict[str, Callable[[Random], bytes]]:
    lambdas = {f"Lambda@Edge, {at}": ("lambda", at) for at in LAMBDA_EVENTS}
    functions = {f"CloudFront Function, {at}": ("function", at) for at in FUNCTION_EVENTS}
    return {
        name: partial(change, event=at, path=path, ways=_ways(at))
        for name, (path, at) in (lambdas | functions).items()
    }
