"""Parse the bytes of a response, and find what is wrong with it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from fuzz.findings import Problem
from fuzz.unforeseen import unforeseen

STATUS_LINE = re.compile(rb"HTTP/1\.[01] ([1-5][0-9][0-9]) [\t -~\x80-\xff]*")
FIELD = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+):([\t -~\x80-\xff]*)")
CHUNK_SIZE = re.compile(rb"[0-9A-Fa-f]+")
MARK = re.compile(rb"mark[0-9]{12}x")  # matches no request id
OWN_PAGE = 16 * 1024  # bytes: none of localfront's own pages is larger
BODILESS = (204, 304)


class MalformedError(Exception):
    """A response is malformed; `args` are the fault, in a few words, and the bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FinalResponse:
    """A final response.

    `lines` are by lower-case name; `whole` says whether the body is complete.
    """

    status: int
    lines: dict[bytes, list[bytes]]
    body: bytes
    rest: bytes
    whole: bool

    @property
    def is_framed(self) -> bool:
        """Whether the headers say where the body ends, not the end of the connection."""
        return b"content-length" in self.lines or b"transfer-encoding" in self.lines


def read_response(data: bytes, *, to_head: bool) -> FinalResponse | None:
    """The first final response; None until its headers are complete. Raises MalformedError."""
    while True:
        head, end, rest = data.partition(b"\r\n\r\n")
        if not end:
            _refuse_junk(data)
            return None
        status, lines = _head(head)
        if status >= 200 or status == 101:
            break
        data = rest
    if to_head or status in BODILESS or status == 101:
        return FinalResponse(status=status, lines=lines, body=b"", rest=rest, whole=True)
    body, whole, rest = _body(lines, rest)
    return FinalResponse(status=status, lines=lines, body=body, rest=rest, whole=whole)


def _refuse_junk(data: bytes) -> None:
    if data and not b"HTTP/1.".startswith(data[:7]):
        raise MalformedError("no status line", data)


def _head(head: bytes) -> tuple[int, dict[bytes, list[bytes]]]:
    start, *fields = head.split(b"\r\n")
    status = STATUS_LINE.fullmatch(start)
    if status is None:
        raise MalformedError("no status line", head)
    lines: dict[bytes, list[bytes]] = {}
    for field in fields:
        found = FIELD.fullmatch(field)
        if found is None:
            raise MalformedError("a header line", field)
        lines.setdefault(found[1].lower(), []).append(found[2].strip())
    return int(status[1]), lines


def _body(lines: dict[bytes, list[bytes]], rest: bytes) -> tuple[bytes, bool, bytes]:
    """The body so far, whether it is complete, and the bytes after it."""
    lengths, codings = (
        lines.get(b"content-length", []),
        lines.get(b"transfer-encoding", []),
    )
    if len(lengths) > 1 or len(codings) > 1 or (lengths and codings):
        raise MalformedError("framed in two ways", repr(lines).encode())
    if codings:
        return _chunked(rest)
    if not lengths:
        return rest, False, b""  # until the connection ends
    if not lengths[0].isdigit():
        raise MalformedError("a length", lengths[0])
    length = int(lengths[0])
    return rest[:length], len(rest) >= length, rest[length:]


def _chunked(rest: bytes) -> tuple[bytes, bool, bytes]:
    body = b""
    while True:
        size, end, after = rest.partition(b"\r\n")
        if not end:
            return body, False, b""
        if not CHUNK_SIZE.fullmatch(size):
            raise MalformedError("a chunk", rest[:100])
        length = int(size, 16)
        if len(after) < length + 2:
            return body, False, b""
        body, rest = body + after[:length], after[length + 2 :]
        if not length:
            return body, True, rest


def problem_of(response: FinalResponse, given: bytes) -> Problem | None:
    """A response's fault, if any, by rules that hold for every input."""
    if response.status == 101:
        return None
    if b"x-amz-cf-id" not in response.lines:
        return Problem(f"no X-Amz-Cf-Id, status {response.status}", repr(response.body[:200]))
    fault = unforeseen(response.body.decode("utf-8", "replace")) if response.status == 500 else None
    if fault is not None:
        return fault
    if response.status == 500 and not requests_status_500(given):
        return Problem("status 500", repr(response.body[:200]))
    foreign = [m for m in MARK.findall(response.body) if m not in given]
    if foreign:
        return Problem("another's response", f"{foreign[0]!r} for {given[:200]!r}")
    cached = b" ".join(response.lines.get(b"x-cache", []))
    if b"Error from" in cached and len(response.body) > OWN_PAGE:
        return Problem("an error page that quotes all", f"{len(response.body):,} bytes")
    return None


def requests_status_500(given: bytes) -> bool:
    """Whether the input makes a function return this status."""
    return b"500" in given and b"x-mutation" in given.lower()
