"""The headers that CloudFront adds to every response, and its own pages.

Sources: CloudFront Developer Guide, "Request and response behavior for custom origins" (RV-001..010,
CA-024, S3-006), "Create a custom error page for specific HTTP status codes" (RV-013); the texts of
pages are localfront's own.
"""

from __future__ import annotations

import secrets
from binascii import b2a_base64
from collections.abc import Callable, Iterator
from functools import lru_cache, partial
from html import escape
from http import HTTPStatus

from localfront.cache.freshness import http_date
from localfront.errors import (
    EdgeFunctionError,
    EdgeThrottledError,
    EdgeValidationError,
    FunctionExecutionError,
    FunctionValidationError,
)
from localfront.exchange.explanation import ExplainedBody, Explanation
from localfront.http_messages.bodies import Body
from localfront.http_messages.hop_by_hop import without_proxy_fields
from localfront.http_messages.messages import Headers, Request, Response
from localfront.routing.distributions import host_name

POP = "LOC50-C1"  # in the form of an edge location's code; LOC is not an airport
POP_LINE = ("X-Amz-Cf-Pop", POP)
VIA = ("Via", "1.1 localfront.cloudfront.net (CloudFront)")
SERVER = ("Server", "CloudFront")
OWN_HEADERS = frozenset({"via", "x-cache", "x-amz-cf-pop", "x-amz-cf-id"})
AGED = OWN_HEADERS | {"age"}

INVALID_RESULT = "The Lambda function result failed validation:"
# X-Cache for failed CloudFront Functions (FN-012, FN-013), as reported by users.
FUNCTION_FAILED = "The CloudFront function associated with the CloudFront distribution is invalid or could not run."
ASSOCIATED = "The Lambda function associated with the CloudFront distribution"

CLOSING_ERRORS = frozenset({400, 405, 414, 416, 500, 501})
KEEPING_ERRORS = frozenset({403, 404, 502, 503, 504})

# Origin headers that never reach a viewer (S3-006, RV-008).
WITHHELD = frozenset(
    {
        "x-amz-id-2", "x-amz-request-id", "trailer", "upgrade", "connection", "keep-alive",
        "transfer-encoding", "x-localfront-reason",
    }
)  # fmt: skip
COOKIES_TOO = WITHHELD | {"set-cookie"}  # CA-024


URL_SAFE = bytes.maketrans(b"+/", b"-_")

# Characters of an error page.
MAX_MESSAGE = 2000
MAX_DETAIL = 20_000


def cut(text: str, limit: int) -> str:
    """The text, truncated."""
    return text if len(text) <= limit else text[: limit - 1] + "…"


def new_request_id() -> str:
    """A new X-Amz-Cf-Id: base64-like with `-` and `_`, ending in `==` (LE-005, RV-003)."""
    return next(_IDS)


def _random_ids() -> Iterator[str]:
    """Ids of 40 random bytes; the bytes are read from the system in bulk."""
    while True:
        pool = secrets.token_bytes(4000)
        for start in range(0, 4000, 40):
            encoded = b2a_base64(pool[start : start + 40], newline=False)
            yield encoded.translate(URL_SAFE).decode()


_IDS = _random_ids()


@lru_cache(maxsize=512)
def reason_phrase(status: int) -> str:
    if status == 494:
        return "Request Header Too Large"
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""


def from_origin(response: Response, *, cookies_forwarded: bool) -> Response:
    """An origin's response without the headers that CloudFront removes, as it is stored."""
    headers = response.headers.less(WITHHELD if cookies_forwarded else COOKIES_TOO)
    return response.with_headers(without_proxy_fields(headers))


def to_viewer(
    response: Response,
    *,
    x_cache: str,
    request_id: str,
    now: float | None = None,
    age: int | None = None,
) -> Response:
    """Add the headers that CloudFront puts on every response (RV-001, RV-002).

    Also Server if there is none, and Date, given the Unix time (RV-011).
    """
    headers = response.headers.once(_marking(x_cache, age is not None))
    own = []
    if now is not None and "date" not in response.headers:
        own.append(("Date", http_date(now)))
    if age is not None:  # RV-006
        own.append(("Age", str(age)))
    own.append(("X-Amz-Cf-Id", request_id))
    return response.with_headers(headers.followed_by(tuple(own)))


@lru_cache(maxsize=64)
def _marking(x_cache: str, replaces_age: bool) -> Callable[[Headers], Headers]:
    """The function that adds headers common to all responses of an object with this X-Cache."""
    return partial(_marked, x_cache, replaces_age)


def _marked(x_cache: str, replaces_age: bool, headers: Headers) -> Headers:
    server = () if "server" in headers else (SERVER,)
    own = (*server, VIA, ("X-Cache", x_cache), POP_LINE)
    return Headers((*headers.less(AGED if replaces_age else OWN_HEADERS).lines, *own))


def with_connection(response: Response, error_status: int) -> Response:
    """A custom error page with the Connection header of the error that it replaces (RV-013)."""
    if error_status in CLOSING_ERRORS:
        return response.with_headers(response.headers.replacing("Connection", "close"))
    if error_status in KEEPING_ERRORS:
        headers = response.headers.replacing("Connection", "keep-alive")
        return response.with_headers(headers)
    return response


def without_hsts_on_localhost(response: Response, host: str) -> Response:
    """The response without HSTS when it goes to plain `localhost`.

    A browser that trusts the local certificate authority would force HTTPS on every port of this
    machine for a year. Aliases keep the header.
    """
    if host_name(host) != "localhost":
        return response
    if "strict-transport-security" not in response.headers:
        return response
    return response.with_headers(response.headers.without("Strict-Transport-Security"))


def redirect_to_https(request: Request, status: int, *, https_port: int, now: float) -> Response:
    """A redirect to the same URL on localfront's HTTPS port (VP-001, VP-002).

    The host is the viewer's; it was matched to a distribution before.
    """
    name = host_name(request.headers.get("host") or "")
    port = "" if https_port == 443 else f":{https_port}"
    return _page(
        status,
        f"https://{name}{port}{request.target}",
        "The site is served over HTTPS.",
        now=now,
    )


def failed_function_text(error: EdgeFunctionError) -> str:
    """The text of CloudFront's page for a failed function, as reported by users (LX-006, LX-007).

    A function that ran into its timeout is "invalid or …" there too, as in
    github.com/serverless-nextjs/serverless-next.js/issues/2014.
    """
    match error:
        case FunctionValidationError() | FunctionExecutionError():
            return FUNCTION_FAILED
        case EdgeValidationError(rule="LH-001" | "LH-002"):
            return f"{INVALID_RESULT} The function tried to add a blacklisted header."
        case EdgeValidationError(rule=rule) if rule.startswith("LH-"):
            tried = "The function tried to add, delete, or change a read-only header."
            return f"{INVALID_RESULT} {tried}"
        case EdgeValidationError():
            return INVALID_RESULT.replace(":", ".")
        case EdgeThrottledError():
            return f"{ASSOCIATED} was throttled."
        case _:
            return f"{ASSOCIATED} is invalid or doesn't have the required permissions."


def _page(status: int, location: str, text: str, *, now: float) -> Response:
    page = error_page(status, text, rule="", request_id="", now=now)
    return page.with_headers(page.headers.adding("Location", location))


def error_page(
    status: int,
    message: str,
    *,
    rule: str,
    request_id: str,
    now: float,
    detail: str = "",
    aws_text: str = "",
) -> Response:
    """CloudFront's status with a local page that explains the rule and the remedy.

    Long messages are truncated. `detail` is preformatted text, such as a function's traceback;
    `aws_text` is the text of CloudFront's own page. The explanation may be rendered in another form
    on delivery.
    """
    phrase = reason_phrase(status)
    described = (
        f"<p>Rule <code>{escape(rule)}</code> of CloudFront's documented behavior.</p>"
        if rule
        else ""
    )
    quoted = f"<p>CloudFront says: {escape(aws_text)}</p>\n" if aws_text else ""
    detailed = f"<pre>{escape(cut(detail, MAX_DETAIL))}</pre>" if detail else ""
    request_line = f"<p><small>Request id {escape(request_id)}</small></p>" if request_id else ""
    body = (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f"<title>{status} {phrase}</title></head>\n"
        f"<body><h1>{status} {phrase}</h1>\n<p>{escape(cut(message, MAX_MESSAGE))}</p>\n"
        f"{quoted}{described}{detailed}<p>Sent by localfront, which emulates "
        f"CloudFront.</p>{request_line}</body></html>\n"
    )
    lines = [
        SERVER,
        ("Date", http_date(now)),
        ("Content-Type", "text/html; charset=utf-8"),
    ]
    page: Body = body.encode()
    if status >= 400:
        explanation = Explanation(message=message, rule=rule, detail=detail, aws_text=aws_text)
        page = ExplainedBody.of(body.encode(), explanation)
    return Response(status=status, reason=phrase, headers=Headers.of(lines), body=page)
