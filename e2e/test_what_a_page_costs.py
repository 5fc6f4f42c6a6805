"""What one further view of the log costs, counted where it costs: at CloudFront.

What DynamoDB is asked for a view is counted where the calls are made: one by the edge
function (tests/edge/test_session_store.py), two by the API (tests/lambdas/test_logs.py).
"""

import base64
import hashlib
import ssl
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from playwright.sync_api import BrowserContext, BrowserType, Response

from e2e.fleet import PICARD, Fleet
from e2e.pages.log_page import LogPage
from e2e.stack import Stack
from e2e.visitor import Visitor

MOST_REQUESTS = 3
MOST_BYTES = 8 * 1024


@dataclass
class Counted:
    """The answers that came from CloudFront and not from the browser's own cache."""

    seen: set[str] = field(default_factory=set)
    answers: list[Response] = field(default_factory=list)

    def count(self, response: Response) -> None:
        request_id = response.headers.get("x-amz-cf-id", "")
        if request_id not in self.seen:
            self.seen.add(request_id)
            self.answers.append(response)

    def start_again(self) -> None:
        self.answers.clear()


@pytest.fixture
def trusting_context(
    browser_type: BrowserType,
    browser_type_launch_args: dict[str, Any],
    browser_context_args: dict[str, Any],
    stack: Stack,
) -> Iterator[BrowserContext]:
    """A browser that trusts the certificate: Chromium caches nothing where it does not."""
    trusted = f"--ignore-certificate-errors-spki-list={key_hash(stack.site_url)}"
    launch_args = [*browser_type_launch_args["args"], trusted]
    browser = browser_type.launch(**{**browser_type_launch_args, "args": launch_args})
    context = browser.new_context(**{**browser_context_args, "ignore_https_errors": False})
    yield context
    browser.close()


def key_hash(url: str) -> str:
    """Of the server's public key, as Chromium's option takes it."""
    address = urlsplit(url)
    pem = ssl.get_server_certificate((address.hostname or "", address.port or 443))
    key = x509.load_pem_x509_certificate(pem.encode()).public_key()
    info = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(hashlib.sha256(info).digest()).decode()


def test_a_further_view_asks_for_the_page_and_the_log_alone(
    trusting_context: BrowserContext, fleet: Fleet, stack: Stack
) -> None:
    visitor = Visitor(trusting_context, fleet, site_url=stack.site_url)
    visitor.sign_in(PICARD)
    page = trusting_context.new_page()
    log_page, counted = LogPage(page), Counted()
    page.on("response", counted.count)
    log_page.open()
    log_page.expect_open_for("picard")
    page.wait_for_load_state("networkidle")
    first = [urlsplit(answer.url).path for answer in counted.answers]
    assert len(first) > MOST_REQUESTS  # it does count
    counted.start_again()

    log_page.open()
    log_page.expect_open_for("picard")
    page.wait_for_load_state("networkidle")

    asked = [urlsplit(answer.url).path for answer in counted.answers]
    sizes = [answer.request.sizes() for answer in counted.answers]
    received = sum(size["responseBodySize"] + size["responseHeadersSize"] for size in sizes)
    assert sorted(asked) == ["/", "/api/logs"]
    assert received <= MOST_BYTES
    ids = [answer.headers["x-amz-cf-id"] for answer in counted.answers]
    assert edge_invocations(stack, ids) in {1, None}


def edge_invocations(stack: Stack, request_ids: list[str]) -> int | None:
    """How many functions ran for these requests; None where localfront's log is elsewhere."""
    logs = [log for log in stack.logs if log.name == "localfront.log"]
    if not logs:
        return None
    lines = logs[0].read_text().splitlines()
    ours = [line for line in lines if any(one in line for one in request_ids)]
    assert len(ours) == len(request_ids)
    return sum("viewer-request" in line for line in ours)
