"""Header fields that a viewer or an origin could send, through the whole pipeline.

They cover Range and conditional requests, Accept-Encoding, Cookie, Cache-Control, Expires, Vary,
Set-Cookie, signatures, CORS, and the facts about a viewer.
"""

from __future__ import annotations

import base64
import json
from dataclasses import asdict, dataclass
from pathlib import Path

from hypothesis import strategies as st

from fuzz import distribution
from fuzz.budget import Budget
from fuzz.documents import SEEDS
from fuzz.findings import Findings, Problem
from fuzz.in_process import Trial
from fuzz.in_process_service import InProcessService, viewer_request
from localfront.command.service import Service
from localfront.http_messages.messages import Headers, Response

Line = tuple[str, str]
PLAIN, LEGACY, DEFAULT = "/%s", "/old/%s", "/api/%s"
KINDS = {
    "/%s": "cache policy",
    "/b/": "signed",
    "/ol": "legacy settings",
    "/ap": "all policies",
}
DATES = [
    "Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994", "0", "-1",
    "Fri, 31 Dec 9999 23:59:59 GMT", "Sun, 31 Feb 2026 25:61:61 GMT", "Mon, 01 Jan 0000 00:00:00 GMT", "1e99",
    "Sun, 06 Nov 1994 08:49:37 +9999", "Tue, 19 Jan 2038 03:14:08 GMT",
]  # fmt: skip
NUMBERS = [
    "0",
    "1",
    "-1",
    "+1",
    "1.5",
    "9" * 20,
    "9" * 5000,
    "²",
    "٣",
    "",
    '"60"',
    "1e3",
    "0x10",
    "inf",
    "nan",
]
TAGS = ['"1"', 'W/"1"', '"', "*", '"1", "2"', "W/", '""', '"é"', ","]
CODINGS = [
    "gzip",
    "br",
    "*",
    "identity",
    "gzip;q=0",
    "br;q=1.001",
    "br;q=",
    ";q=1",
    "GZIP",
    "zstd",
    "x" * 300,
]
RANGES = [
    "bytes=0-", "bytes=-0", "bytes=-1", "bytes=5-2", "bytes=0-0,2-2", "bytes=٣-", "bytes=", "bytes=-", "lines=1",
    "bytes=0-" + "9" * 30, "bytes=" + "0-0," * 2000, "bytes = 0-1", "bytes=1-1-1", "BYTES=0-1", "bytes=+1-2",
]  # fmt: skip
DIRECTIVES = [
    "max-age",
    "s-maxage",
    "stale-while-revalidate",
    "stale-if-error",
    "no-cache",
    "private",
    "no-store",
]
TEXT = st.text(
    st.characters(blacklist_characters="\r\n\0", blacklist_categories=["Cs"]),
    max_size=12,
)


def _some(*values: str) -> st.SearchStrategy[str]:
    return st.sampled_from(values) | TEXT


def _listed(values: st.SearchStrategy[str], separator: str = ", ") -> st.SearchStrategy[str]:
    return st.lists(values, min_size=1, max_size=4).map(separator.join)


CACHE_CONTROL = _listed(
    st.builds("{}={}".format, st.sampled_from(DIRECTIVES), _some(*NUMBERS)) | _some(*DIRECTIVES)
)
COOKIES = _listed(
    _some("a=b", "c=", "=", "a", "c1=x; Path=/", 'a="', "CloudFront-Policy=e30_"), "; "
)
POLICIES = TEXT.map(lambda text: base64.b64encode(text.encode()).decode()) | _some(
    "e30_", "bnVsbA__", "W10_"
)
OF_VIEWERS = {
    "Range": _some(*RANGES), "If-None-Match": _listed(_some(*TAGS)), "If-Match": _listed(_some(*TAGS)),
    "If-Modified-Since": _some(*DATES), "If-Unmodified-Since": _some(*DATES), "If-Range": _some(*TAGS, *DATES),
    "Accept-Encoding": _listed(_some(*CODINGS)), "Cookie": COOKIES, "Cache-Control": CACHE_CONTROL,
    "Origin": _some("https://a.example", "null", "https://[", "//"), "User-Agent": _some("Mozilla/5.0 (iPhone)"),
    "X-Localfront-Viewer": _listed(_some("country=DE", "device=mobile+ios", "address=::1%1", "latitude=9e9"), ";"),
    "X-Forwarded-For": _listed(_some("1.2.3.4", "::1", "unknown")), "Content-Length": _some(*NUMBERS),
    "Access-Control-Request-Method": _some("GET"), "Access-Control-Request-Headers": _listed(_some("*")),
    "CloudFront-Viewer-Country": _some("DE"), "Upgrade": _some("h2c"), "Accept": TEXT, "Referer": TEXT,
}  # fmt: skip
OF_ORIGINS = {
    "Cache-Control": CACHE_CONTROL, "Expires": _some(*DATES), "Date": _some(*DATES), "Age": _some(*NUMBERS),
    "Last-Modified": _some(*DATES), "ETag": _some(*TAGS), "Vary": _listed(_some("Accept-Encoding", "*", "Cookie")),
    "Content-Range": _some("bytes 0-1/6", "bytes */6", "bytes 1-0/6", "bytes 0-99/6", "bytes ٣-4/*"),
    "Content-Length": _some("6", *NUMBERS), "Content-Encoding": _listed(_some(*CODINGS)),
    "Content-Type": _some("text/html", "text/html; charset=", "é/é", ";"), "Set-Cookie": COOKIES,
    "Transfer-Encoding": _some("chunked"), "Connection": _listed(_some("close", "ETag")), "Location": TEXT,
    "Pragma": _some("no-cache"), "Access-Control-Allow-Origin": _some("*"), "Server-Timing": TEXT, "Via": TEXT,
    "Accept-Ranges": _some("none"), "x-amz-meta-a": TEXT, "Warning": TEXT, "Server": TEXT,
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestAndResponse:
    """A viewer's request, and the origin's response to it."""

    method: str
    target: str
    lines: list[Line]
    status: int
    response_lines: list[Line]


def _lines(fields: dict[str, st.SearchStrategy[str]], most: int) -> st.SearchStrategy[list[Line]]:
    line = st.sampled_from(sorted(fields)).flatmap(
        lambda name: st.tuples(st.just(name), fields[name])
    )
    return st.lists(line, max_size=most)


UNSIGNED = st.sampled_from([PLAIN, LEGACY, DEFAULT])
SIGNED = st.builds(
    "/b/%s?Key-Pair-Id={}&Signature={}&{}={}".format,
    _some("K2JCJMDEHXQW5F"),
    POLICIES,
    st.sampled_from(["Policy", "Expires"]),
    POLICIES | _some(*NUMBERS),
)
# Most requests with a signature are refused early, so only a quarter have one.
TARGETS = st.integers(0, 3).flatmap(lambda number: SIGNED if number == 3 else UNSIGNED)
EXCHANGES = st.builds(
    RequestAndResponse,
    method=st.sampled_from(["GET", "GET", "GET", "HEAD", "OPTIONS", "POST"]),
    target=TARGETS,
    lines=_lines(OF_VIEWERS, 5),
    status=st.sampled_from([200, 200, 200, 206, 304, 204, 404, 416, 500, 503, 301]),
    response_lines=_lines(OF_ORIGINS, 4),
)


class HeaderFields:
    """A part of the fuzzing."""

    name = "header fields"

    def __init__(self, service: InProcessService, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._service = service
        not_read = ("role", "certificate")
        rich = [file for file in SEEDS.glob("*.json") if file.stem not in not_read]
        self._rich = service.service(sorted(rich))
        self._plain = service.service(_without_functions(folder))
        self._number = 0

    def run(self, budget: Budget, findings: Findings, *, seed: int) -> None:
        trial = Trial(
            part=self.name,
            inputs=EXCHANGES,
            attempt=self._problem,
            kind=lambda given: KINDS[given.target[:3]],
            encode=lambda given: json.dumps(asdict(given)).encode(),
        )
        trial.run(budget, findings, first_seed=seed)

    def replay(self, given: bytes) -> Problem | None:
        document = json.loads(given)
        lines = {name: [(n, v) for n, v in document[name]] for name in ("lines", "response_lines")}
        return self._problem(RequestAndResponse(**{**document, **lines}))

    def _problem(self, given: RequestAndResponse) -> Problem | None:
        """The fault of either response to two identical requests; the second may be a cache hit."""
        self._number += 1
        self._service.client.response = Response(
            status=given.status, headers=Headers.of(given.response_lines), body=b"a page"
        )
        service: Service = self._plain if given.target == PLAIN else self._rich
        assert service._pipeline is not None  # noqa: S101 -- it was applied
        host = service._pipeline.routes.distributions.names[0]
        target = given.target.replace("%s", str(self._number))
        request = viewer_request(target, host, *given.lines, method=given.method)
        return self._service.problem(service, [request, request])


def _without_functions(folder: Path) -> list[Path]:
    config = distribution.distribution_config()
    config["CacheBehaviors"] = distribution.api_list()
    file = folder / "plain.json"
    file.write_text(json.dumps({"DistributionConfig": config}))
    return [file]
