"""Range requests: parse `Range`, and make a 206 from a complete response.

Sources: RFC 9110 section 14; CloudFront Developer Guide, "How CloudFront processes partial requests
for an object (range GETs)" (RG-001..003). For descending, overlapping or malformed ranges
CloudFront answers with the whole object.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from localfront.errors import OriginError
from localfront.http_messages.messages import NO_HEADERS, Headers, Request, Response
from localfront.responses.conditional import CONTENT_HEADERS

# Each part has about a hundred bytes of headers: a request with thousands gets the whole object, as
# RFC 9110 (14.2) allows.
MAX_RANGES = 100
LONGEST = 18  # digits: enough for any object, and fast to parse

SPEC = re.compile(r"(\d*)-(\d*)", re.ASCII)
CONTENT_RANGE = re.compile(r"bytes (\d{1,18})-(\d{1,18})/(\d{1,18}|\*)", re.ASCII)


class OriginContentRangeLengthError(OriginError):
    """An origin's 206 contradicts itself: 502 (LG-002)."""


@dataclass(frozen=True, slots=True)
class RangeSpec:
    """A range: from `first` to `last` (None: to the end); without `first`, the `last` bytes."""

    first: int | None
    last: int | None

    def within(self, length: int) -> range | None:
        """First and last position in an object of a length, None if unsatisfiable."""
        if self.first is None:
            suffix = min(self.last or 0, length)
            return range(length - suffix, length) if suffix else None
        if self.first >= length:
            return None
        end = length if self.last is None else min(self.last + 1, length)
        return range(self.first, end)

    def __str__(self) -> str:
        first = "" if self.first is None else self.first
        return f"{first}-{'' if self.last is None else self.last}"


def parse_range(value: str) -> tuple[RangeSpec, ...] | None:
    """The ranges of a Range header; None unless ascending and disjoint."""
    unit, equals, ranges = value.strip(" \t").partition("=")
    if unit.lower() != "bytes" or not equals or ranges.count(",") >= MAX_RANGES:
        return None
    specs = [_spec(part.strip(" \t")) for part in ranges.split(",")]
    found = tuple(spec for spec in specs if spec is not None)
    if len(found) < len(specs) or not _ascend(found):
        return None
    return found


def _spec(text: str) -> RangeSpec | None:
    parts = SPEC.fullmatch(text)
    if parts is None or text == "-":
        return None
    first, last = (_position(digits) for digits in parts.groups())
    if first is not None and last is not None and last < first:
        return None
    return RangeSpec(first, last)


def _position(digits: str) -> int | None:
    if not digits:
        return None
    significant = digits.lstrip("0") or "0"
    return int(significant) if len(significant) <= LONGEST else 10**LONGEST


def _ascend(specs: Sequence[RangeSpec]) -> bool:
    """Whether ranges ascend.

    An open range must be last; a suffix is checked once the length is known.
    """
    return all(
        before.first is not None
        and before.last is not None
        and (after.first is None or before.last < after.first)
        for before, after in pairwise(specs)
    )


def requested_ranges(request: Request) -> tuple[RangeSpec, ...] | None:
    """The requested ranges; None for the whole object (RG-002)."""
    lines = request.headers.get_all("range")
    if request.method != "GET" or len(lines) != 1:
        return None
    return parse_range(lines[0])


def normalised_range(request: Request) -> str:
    """The canonical Range of a request, "" for the whole object (RG-001).

    It is used in the cache key of a partial object, and in the origin request.
    """
    specs = requested_ranges(request)
    return "" if specs is None else f"bytes={','.join(str(spec) for spec in specs)}"


def range_headers(request: Request) -> Headers:
    """The Range and If-Range headers for the origin, if the viewer sent a range."""
    wanted = normalised_range(request)
    if not wanted:
        return NO_HEADERS
    if_range = request.headers.get("if-range")
    lines = [("Range", wanted), *([("If-Range", if_range)] if if_range else [])]
    return Headers.of(lines)


def satisfy_range(request: Request, response: Response) -> Response:
    """Answer a range request from a complete response: 206, 416, or all of it.

    Only for a 200 with its body in memory; other responses are unchanged (RG-003).
    """
    body = response.body
    if response.status != 200 or not isinstance(body, bytes):
        return response
    if "range" not in request.headers:
        return response
    specs = requested_ranges(request)
    if specs is None or not if_range_holds(request, response):
        return response
    if not body and specs[0].first is None and specs[0].last:
        return response  # a suffix of an empty object: Content-Range cannot express it
    found = [part for spec in specs if (part := spec.within(len(body))) is not None]
    if not found:
        return _unsatisfiable(response, len(body))
    if any(a.stop > b.start for a, b in pairwise(found)):
        return response  # a suffix that overlaps the previous range
    return (
        _single(response, body, found[0]) if len(found) == 1 else _multiple(response, body, found)
    )


def if_range_holds(request: Request, response: Response) -> bool:
    """Whether If-Range matches the response (RFC 9110, 13.1.5).

    Strong comparison: weak tags, as of compressed objects, never match; a date only if equal.
    """
    wanted = request.headers.get("if-range")
    if wanted is None:
        return True
    wanted = wanted.strip(" \t")
    name = "etag" if wanted.startswith('"') else "last-modified"
    return wanted == response.headers.get(name)


def one_part(request: Request, response: Response, length: int) -> range | None:
    """The requested part of a 200; empty if unsatisfiable, None for all of it.

    Only a single range, as with S3 (S3 API Reference, GetObject).
    """
    specs = requested_ranges(request)
    if response.status != 200 or specs is None or len(specs) != 1:
        return None
    if not if_range_holds(request, response):
        return None
    return specs[0].within(length) or range(0)


def with_part(response: Response, part: range, length: int) -> Response:
    """The head of a 206 for a part, or of a 416 if the part is empty."""
    if not part:
        return _unsatisfiable(response, length)
    headers = response.headers.without("Content-Range").replacing("Content-Length", str(len(part)))
    return replace(
        response,
        status=206,
        reason="Partial Content",
        headers=headers.adding("Content-Range", _content_range(part, length)),
    )


def _single(response: Response, body: bytes, part: range) -> Response:
    return replace(with_part(response, part, len(body)), body=body[part.start : part.stop])


def _multiple(response: Response, body: bytes, parts: Sequence[range]) -> Response:
    """A multipart/byteranges response (RFC 9110, 14.6)."""
    boundary = secrets.token_hex(16)  # 128 random bits: occurs in no object
    content_type = response.headers.get("content-type")
    typed = f"Content-Type: {content_type}\r\n" if content_type is not None else ""
    written = bytearray()
    for part in parts:
        head = (
            f"\r\n--{boundary}\r\n{typed}Content-Range: {_content_range(part, len(body))}\r\n\r\n"
        )
        written += head.encode("utf-8", "surrogateescape")
        written += body[part.start : part.stop]
    written += f"\r\n--{boundary}--\r\n".encode()
    headers = (
        response.headers.without("Content-Range")
        .replacing("Content-Length", str(len(written)))
        .replacing("Content-Type", f"multipart/byteranges; boundary={boundary}")
    )
    return replace(
        response,
        status=206,
        reason="Partial Content",
        headers=headers,
        body=bytes(written),
    )


def _content_range(part: range, length: int) -> str:
    return f"bytes {part.start}-{part.stop - 1}/{length}"


def _unsatisfiable(response: Response, length: int) -> Response:
    """A 416 with the length; not cacheable, as other ranges of the URL are valid."""
    headers = response.headers.without(*CONTENT_HEADERS, "Cache-Control", "Expires")
    return replace(
        response,
        status=416,
        reason="Range Not Satisfiable",
        headers=headers.adding("Content-Range", f"bytes */{length}"),
        body=b"",
    )


def check_partial(response: Response) -> None:
    """Validate an origin's 206; other responses pass.

    Raises OriginContentRangeLengthError if Content-Range is missing or malformed, or does not match
    Content-Length or the body (LG-002).
    """
    if response.status != 206 or _is_multipart(response):
        return
    content_range = response.headers.get("content-range") or ""
    place = CONTENT_RANGE.fullmatch(content_range.strip(" \t"))
    if place is None:
        raise _contradiction(f"Content-Range {content_range!r} is not a range of bytes")
    first, last = int(place[1]), int(place[2])
    if last < first or (place[3] != "*" and last >= int(place[3])):
        raise _contradiction(f"Content-Range {content_range!r} is not a range of bytes")
    expected = last + 1 - first
    sizes = list(response.headers.get_all("content-length"))
    if isinstance(response.body, bytes) and response.body:
        sizes.append(str(len(response.body)))
    if any(size.strip().lstrip("0") != str(expected) for size in sizes):
        raise _contradiction(f"Content-Range {content_range!r} has another length: {sizes[-1]}")


def _is_multipart(response: Response) -> bool:
    content_type = response.headers.get("content-type") or ""
    return content_type.strip().lower().startswith("multipart/byteranges")


def _contradiction(problem: str) -> OriginContentRangeLengthError:
    return OriginContentRangeLengthError(
        f"The origin answered 206, and its {problem}. Fix the origin's responses to Range.",
        status=502,
        detail="OriginContentRangeLengthError",
    )
