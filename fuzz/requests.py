"""Requests by attackers and by broken programs, as bytes for a socket.

The target of each contains a unique mark (`mark000000000012x`), which no other response may
contain.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from random import Random

METHODS = [b"GET"] * 6 + [
    b"HEAD",
    b"POST",
    b"PUT",
    b"DELETE",
    b"OPTIONS",
    b"PATCH",
    b"TRACE",
]
ODD_METHODS = [
    b"CONNECT",
    b"get",
    b"G E T",
    b"",
    b"\0",
    b"PRI",
    b"M-SEARCH",
    b"GE(T",
    b"A" * 300,
]
FOLDERS = [
    b"/",
    b"/uncached/",
    b"/lambda/viewer-request/",
    b"/function/viewer-request/",
]
ODD_TARGETS = [
    b"*", b"", b"http://localhost/%s", b"http://xn--a/%s", b"http://other.example/%s", b"//%s",
    b"https://[::1/%s", b"http://", b"localhost:80", b"/%s?a=%%", b"/%s%%00", b"/%s%%2e%%2e/",
    b"/../%s", b"/%s#a", b"/%s\xff", b"/%s\xc3\xa9", b"/%s?" + b"a" * 9000, b"/%s/" + b"b" * 70_000,
    b"/%s?a=1&a=2&&=;", b"http://user:x@localhost/%s", b"http://localhost:99999/%s", b"/%s\t",
    b"http://\xe2\x84\xaa/%s", b"/%s%%u0041", b"/%s{}|\\^`", b"urn:%s",
]  # fmt: skip
VERSIONS = [b"HTTP/1.1"] * 8 + [b"HTTP/1.0", b"HTTP/1.0"]
ODD_VERSIONS = [
    b"HTTP/0.9",
    b"HTTP/2.0",
    b"HTTP/1.2",
    b"http/1.1",
    b"HTTP/1.1 ",
    b"HTTP/11",
    b"",
    b"FTP/1",
]
HOSTS = [
    b"localhost", b"localhost:21443@evil", b"localhost:abc", b"localhost:99999", b"", b"a b", b"[::1]",
    b"[::1", b"localhost,evil", b"xn--a", b"\xff", b"a" * 300, b"LOCALHOST:443", b"localhost.", b"..",
    b"localhost/path", b"127.0.0.1", b"localhost\t", b"evil\\@localhost", b"\xe2\x98\x83.example",
]  # fmt: skip
NAMES = [
    b"Accept-Encoding", b"Range", b"If-None-Match", b"If-Modified-Since", b"If-Match", b"If-Range",
    b"If-Unmodified-Since", b"Cookie", b"Cache-Control", b"Authorization", b"Connection", b"Via",
    b"X-Forwarded-For", b"Origin", b"User-Agent", b"X-Localfront-Viewer", b"TE", b"Trailer", b"Expect",
    b"Upgrade", b"Content-Type", b"Referer", b"Access-Control-Request-Method", b"Keep-Alive",
    b"Proxy-Connection", b"Proxy-Authorization", b"X-Amz-Cf-Id", b"CloudFront-Viewer-Country", b"Date",
    b"Sec-WebSocket-Key", b"Sec-WebSocket-Version", b"Content-Encoding", b"Max-Forwards", b"X-Mutation",
]  # fmt: skip
VALUES = [
    b"", b"gzip, br;q=0.5", b"br;q=9e999", b"*;q=", b"identity;q=0", b"bytes=0-", b"bytes=-1", b"bytes=9-1",
    b"bytes=" + b"0-0," * 300, b"bytes=0-99999999999999999999", b"bytes=\xd9\xa1-2", b'"1"', b'W/"1"',
    b'"unclosed', b"*", b"Sun, 06 Nov 1994 08:49:37 GMT", b"Sun, 31 Feb 9999 25:61:61 GMT", b"0",
    b"a=b; c=d", b"; ; =;", b"a=" + b"b" * 5000, b"max-age=0", b"max-age=-1, s-maxage=\xb2", b"close",
    b"keep-alive, X-Amz-Cf-Id", b"Host", b"1.1 a", b"1.2.3.4, ::1", b"https://a.example", b"null",
    b"country=DE", b"country=XXX", b"device=mobile;;", b"trailers", b"100-continue", b"websocket", b"h2c",
    b"\xff\xfe", b"\x01", b"\x7f", b"a\0b", b"a\rb", b"a\nb", b"\xc3\xa9", b"c" * 40_000, b"9" * 5000,
    b"AWS4-HMAC-SHA256 Credential=a", b"Basic \xff", b"q=0.0001", b"[", b"[[[],1]]", b'[["headers"],3]',
]  # fmt: skip
LENGTHS = [
    b"0",
    b"3",
    b"+3",
    b"-1",
    b"0x3",
    b"3, 3",
    b"3,4",
    b"",
    b"9" * 30,
    b"1_0",
    b"\xd9\xa3",
    b" 3 ",
    b"3.0",
]
CODINGS = [
    b"chunked",
    b"Chunked",
    b"gzip, chunked",
    b"chunked, chunked",
    b"identity",
    b"x",
    b"chunked;a=1",
    b" chunked",
    b"\x0bchunked",
    b"",
]
BODIES = [
    b"", b"abc", b"3\r\nabc\r\n0\r\n\r\n", b"3;a=b\r\nabc\r\n0\r\n\r\n", b"0\r\nX: y\r\n\r\n", b"0003\r\nabc\r\n0\r\n\r\n",
    b"3\nabc\n0\n\n", b"-3\r\nabc\r\n0\r\n\r\n", b"ffffffffffffffff1\r\nabc", b"3\r\nabcd\r\n0\r\n\r\n", b"0x3\r\nabc\r\n0\r\n\r\n",
    b"3 \r\nabc\r\n0\r\n\r\n", b"\r\n0\r\n\r\n", b"GET /uncached/inner HTTP/1.1\r\nHost: a\r\n\r\n",
]  # fmt: skip
ODD_LINES = [
    b"No-Colon", b": empty", b"Space : a", b" folded", b"\tfolded", b"A\xff: b", b"A(b): c", b"A\0: b",
    b"Host: second", b"Content-Length: 0", b"Transfer-Encoding: chunked", b"Transfer-Encoding : chunked",
    b"A: " + b"b" * 70_000, b"\r", b"X" * 70_000 + b": a", b"A:b\rC:d", b"A:b\nC: d", b"Connection: Content-Length",
]  # fmt: skip
VISIBLE = re.compile(rb"[\t -~]*")
STARTS = [
    b"\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03",
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    b"\0" * 40,
    b"\r\n" * 50,
    b"SSH-2.0-a\r\n",
]


def request(random: Random, *lines: bytes, **parts: bytes) -> bytes:
    """A valid request with the given exceptions."""
    mark = parts.get("mark", b"mark%012dx" % random.randrange(10**12))
    target = parts.get("target", random.choice(FOLDERS) + b"%s")
    method = parts.get("method", random.choice(METHODS))
    start = b" ".join(
        [
            method,
            target.replace(b"%s", mark).replace(b"%%", b"%"),
            parts.get("version", b"HTTP/1.1"),
        ]
    )
    host = [b"Host: " + parts.get("host", b"localhost")]
    return b"\r\n".join([start, *host, *lines, b"", parts.get("body", b"")])


def request_line(random: Random) -> bytes:
    method = random.choice(METHODS * 2 + ODD_METHODS)
    target = random.choice(ODD_TARGETS)
    version = random.choice(VERSIONS + ODD_VERSIONS)
    return request(random, method=method, target=target, version=version)


def host(random: Random) -> bytes:
    lines = [b"Host: " + random.choice(HOSTS)] if random.random() < 0.1 else []
    return request(random, *lines, host=random.choice(HOSTS))


def header_fields(random: Random) -> bytes:
    lines = [some_field(random) for _ in range(random.randint(1, 6))]
    if random.random() < 0.3:
        lines.insert(random.randrange(len(lines) + 1), random.choice(ODD_LINES))
    if random.random() < 0.02:
        lines *= random.choice([50, 300])
    return request(random, *lines, version=random.choice(VERSIONS))


def some_field(random: Random) -> bytes:
    return random.choice(NAMES) + random.choice([b": ", b":", b":\t "]) + random.choice(VALUES)


def framing(random: Random) -> bytes:
    lines = []
    for _ in range(random.randint(0, 2)):
        lines.append(b"Content-Length: " + random.choice(LENGTHS))
    for _ in range(random.randint(0, 2)):
        lines.append(b"Transfer-Encoding: " + random.choice(CODINGS))
    random.shuffle(lines)
    method = random.choice([b"POST", b"PUT", b"GET", b"DELETE", b"HEAD"])
    return request(random, *lines, method=method, body=random.choice(BODIES))


def changed_bytes(random: Random) -> bytes:
    data = bytearray(random.choice([request, header_fields, framing, pipelined])(random))
    for _ in range(random.randint(1, 4)):
        at = random.randrange(len(data) + 1)
        match random.randrange(4):
            case 0:
                data[at : at + random.choice([1, 1, 4, 40])] = b""
            case 1:
                data[at:at] = bytes([random.randrange(256)])
            case 2:
                data[at : at + 1] = random.choice([b"\r", b"\n", b"\0", b":", b" ", b"\xff"])
            case _:
                begin = random.randrange(len(data) + 1)
                data[at:at] = data[begin : begin + random.randint(1, 60)]
    return bytes(data[:200_000])


def pipelined(random: Random) -> bytes:
    kinds = [request, header_fields, framing, host]
    return b"".join(random.choice(kinds)(random) for _ in range(random.randint(2, 4)))


def upgrade(random: Random) -> bytes:
    if random.random() < 0.3:
        return random.choice(STARTS) + request(random)
    lines = [
        b"Connection: Upgrade",
        b"Upgrade: " + random.choice([b"websocket", b"h2c", b"x", b""]),
    ]
    lines.append(b"Sec-WebSocket-Version: " + random.choice([b"13", b"12", b"x", b"", b"999"]))
    lines.append(
        b"Sec-WebSocket-Key: " + random.choice([b"dGhlIHNhbXBsZSBub25jZQ==", b"", b"x", b"\xff"])
    )
    random.shuffle(lines)
    return request(random, *lines[: random.randint(1, 4)], body=random.choice(BODIES))


def cut_short(random: Random) -> bytes:
    data = random.choice([request, header_fields, framing, upgrade])(random)
    return data[: random.randrange(len(data) + 1)]


def well_formed(random: Random) -> bytes:
    """Valid requests, repeated so that caches, ranges and conditional requests are covered."""
    target = b"/shared/mark%012dx" % random.randrange(20) if random.random() < 0.5 else b"/%s"
    lines = [some_field(random) for _ in range(random.randint(0, 3))]
    clean = [line for line in lines if VISIBLE.fullmatch(line)]
    return request(random, *clean, method=random.choice(METHODS), target=target)


KINDS: dict[str, Callable[[Random], bytes]] = {
    "request lines": request_line,
    "Host": host,
    "header fields": header_fields,
    "framing": framing,
    "changed bytes": changed_bytes,
    "pipelined": pipelined,
    "upgrades": upgrade,
    "cut short": cut_short,
    "well-formed": well_formed,
}
