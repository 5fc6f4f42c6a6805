"""The scenarios for both: the origin's responses in turn, and the viewer's requests.

Of each request: what it is to the cache ("miss", "hit", "revalidated"), which nginx must confirm.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tests.localfront.origin_server import saying

PAST = b"Expires: Thu, 01 Jan 1970 00:00:01 GMT"
FUTURE = b"Expires: Thu, 01 Jan 2099 00:00:00 GMT"
MODIFIED = b"Mon, 02 Nov 2026 10:00:00 GMT"
MINUTE = b"Cache-Control: max-age=60"
SECOND = b"Cache-Control: max-age=1"
TAG = b'ETag: "1"'


@dataclass(frozen=True, slots=True)
class ScenarioStep:
    """One request and its expected cache result. `expired`: wait first until the object expires."""

    result: str
    target: bytes = b"/a"
    lines: tuple[bytes, ...] = ()
    method: bytes = b"GET"
    expired: bool = False


@dataclass(frozen=True, slots=True)
class Scenario:
    responses: tuple[bytes, ...]
    steps: tuple[ScenarioStep, ...]


MISS, HIT = ScenarioStep("miss"), ScenarioStep("hit")


def responses_with(*lines: bytes, status: bytes = b"200 OK") -> tuple[bytes, ...]:
    """Three responses with different bodies."""
    return tuple(saying(b"%d" % n, *lines, status=status) for n in (1, 2, 3))


def not_modified(*lines: bytes) -> bytes:
    return b"\r\n".join([b"HTTP/1.1 304 Not Modified", *lines, b"", b""])


def twice(*lines: bytes, result: str, status: bytes = b"200 OK") -> Scenario:
    """Two requests for one object; the second has `result`."""
    return Scenario(responses_with(*lines, status=status), (MISS, ScenarioStep(result)))


def conditional(line: bytes, *, stored: bytes = TAG) -> Scenario:
    """A stored object, and a viewer with a copy."""
    steps = (
        MISS,
        ScenarioStep("hit", lines=(line,)),
        ScenarioStep("hit", lines=(line,), method=b"HEAD"),
    )
    return Scenario(responses_with(MINUTE, stored), steps)


def expiring(*responses: bytes, result: str, then: str = "hit") -> Scenario:
    """A request, another when the stored object has expired, and one more."""
    return Scenario(responses, (MISS, ScenarioStep(result, expired=True), ScenarioStep(then)))


FRESHNESS: Mapping[str, Scenario] = {
    "max-age keeps": twice(MINUTE, result="hit"),
    "max-age of zero does not": twice(b"Cache-Control: max-age=0", result="miss"),
    "a max-age that is none does not": twice(b"Cache-Control: max-age=soon", result="miss"),
    "s-maxage keeps": twice(b"Cache-Control: s-maxage=60", result="hit"),
    "s-maxage wins over max-age": twice(b"Cache-Control: max-age=0, s-maxage=60", result="hit"),
    "s-maxage of zero wins over max-age": twice(
        b"Cache-Control: s-maxage=0, max-age=60", result="miss"
    ),
    "Expires in the future keeps": twice(FUTURE, result="hit"),
    "Expires in the past does not": twice(PAST, result="miss"),
    "Expires that is no date does not": twice(b"Expires: 0", result="miss"),
    "max-age wins over Expires in the past": twice(MINUTE, PAST, result="hit"),
    "max-age of zero wins over Expires in the future": twice(
        b"Cache-Control: max-age=0", FUTURE, result="miss"
    ),
    "no-store is not kept": twice(b"Cache-Control: no-store", result="miss"),
    "private is not kept": twice(b"Cache-Control: private, max-age=60", result="miss"),
    "no-cache is not kept": twice(b"Cache-Control: no-cache", result="miss"),
    "directives have no letter case": twice(b"CACHE-CONTROL: No-Store, Max-Age=60", result="miss"),
    "public says nothing of time": twice(b"Cache-Control: public", result="miss"),
    "without a word nothing is kept": twice(result="miss"),
}

STATUSES: Mapping[str, Scenario] = {
    f"{status.decode()} with max-age is kept": twice(
        MINUTE, b"Location: /b", result="hit", status=status
    )
    for status in (
        b"301 Moved Permanently",
        b"302 Found",
        b"307 Temporary Redirect",
        b"308 Permanent Redirect",
        b"404 Not Found",
    )
} | {"302 without a word is not kept": twice(b"Location: /b", result="miss", status=b"302 Found")}

KEYS: Mapping[str, Scenario] = {
    "the query string is in the key, in its order": Scenario(
        responses_with(MINUTE),
        (
            ScenarioStep("miss", b"/a?x=1&y=2"),
            ScenarioStep("miss", b"/a?y=2&x=1"),
            ScenarioStep("hit", b"/a?x=1&y=2"),
        ),
    ),
    "letter case counts": Scenario(
        responses_with(MINUTE),
        (ScenarioStep("miss", b"/a"), ScenarioStep("miss", b"/A"), ScenarioStep("hit")),
    ),
    "a HEAD is answered from the stored GET": Scenario(
        responses_with(MINUTE, TAG), (MISS, ScenarioStep("hit", method=b"HEAD"), HIT)
    ),
    "a POST goes through and leaves the stored GET": Scenario(
        responses_with(MINUTE),
        (
            MISS,
            ScenarioStep("miss", method=b"POST", lines=(b"Content-Length: 0",)),
            HIT,
        ),
    ),
    "a viewer cannot force a trip to the origin": Scenario(
        responses_with(MINUTE),
        (
            MISS,
            ScenarioStep("hit", lines=(b"Cache-Control: no-cache, no-store, max-age=0",)),
            ScenarioStep("hit", lines=(b"Pragma: no-cache",)),
        ),
    ),
}

CONDITIONS: Mapping[str, Scenario] = {
    "the tag that is stored": conditional(b'If-None-Match: "1"'),
    "another tag": conditional(b'If-None-Match: "2"'),
    "one of several tags": conditional(b'If-None-Match: "0", "1"'),
    "a weak tag compares weakly": conditional(b'If-None-Match: W/"1"'),
    "any tag": conditional(b"If-None-Match: *"),
    "the date that is stored": conditional(
        b"If-Modified-Since: " + MODIFIED, stored=b"Last-Modified: " + MODIFIED
    ),
    "an earlier date": conditional(
        b"If-Modified-Since: Sun, 01 Nov 2026 10:00:00 GMT",
        stored=b"Last-Modified: " + MODIFIED,
    ),
    "a copy that the cache has not": Scenario(
        responses_with(MINUTE, TAG),
        (ScenarioStep("miss", lines=(b'If-None-Match: "1"',)), HIT),
    ),
    "a date that is none": conditional(
        b"If-Modified-Since: yesterday", stored=b"Last-Modified: " + MODIFIED
    ),
}

REVALIDATION: Mapping[str, Scenario] = {
    "304 to the tag keeps the copy": expiring(
        saying(b"old", SECOND, TAG), not_modified(MINUTE, TAG), result="revalidated"
    ),
    "304 to the date keeps the copy": expiring(
        saying(b"old", SECOND, b"Last-Modified: " + MODIFIED),
        not_modified(MINUTE),
        result="revalidated",
    ),
    "200 replaces the copy": expiring(
        saying(b"old", SECOND, TAG),
        saying(b"new", MINUTE, b'ETag: "2"'),
        result="revalidated",
    ),
    "without a validator it is fetched anew": expiring(
        saying(b"old", SECOND), saying(b"new", MINUTE), result="miss"
    ),
    "404 is told and the old copy forgotten": expiring(
        saying(b"old", SECOND, TAG),
        saying(b"gone", MINUTE, status=b"404 Not Found"),
        result="revalidated",
    ),
}


def of_stored(*lines: bytes) -> Scenario:
    """A request with these headers for a stored object."""
    stored = saying(b"0123456789", MINUTE, TAG, b"Accept-Ranges: bytes")
    return Scenario((stored,), (MISS, ScenarioStep("hit", lines=lines)))


RANGES: Mapping[str, Scenario] = {
    "some bytes": of_stored(b"Range: bytes=2-5"),
    "the last bytes": of_stored(b"Range: bytes=-3"),
    "from a byte to the end": of_stored(b"Range: bytes=7-"),
    "beyond the end": of_stored(b"Range: bytes=5-99"),
    "if the tag is the stored one": of_stored(b"Range: bytes=0-1", b'If-Range: "1"'),
    "if the tag is another": of_stored(b"Range: bytes=0-1", b'If-Range: "2"'),
    "of another unit": of_stored(b"Range: lines=0-1"),
}
