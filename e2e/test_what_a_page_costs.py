"""The requests of one more view of the log, counted where they are served.

In the browser, in localfront's log, and in the record that the emulator keeps of its calls.
docs/explanation/cost-and-scale.md reckons with these figures: harness/cost reads the last
run's from build/.
"""

import base64
import hashlib
import json
import ssl
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest
from botocore.exceptions import ClientError
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from playwright.sync_api import BrowserContext, BrowserType, Response

from e2e.fleet import Captain, Fleet
from e2e.pages.log_page import PAGE_SIZE, LogPage
from e2e.stack import Stack
from e2e.visitor import Visitor
from harness.checkout import BUILD

MOST_REQUESTS = 3
MOST_READS = 3  # one by the edge function, two by the API
MOST_BYTES = 8 * 1024
LAST_RUN = BUILD / "page-view.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class PageView:
    """The counts; None for those that this stack cannot report."""

    cloudfront_requests: int
    edge_invocations: int | None
    api_calls: int
    dynamodb_reads: int | None
    received_bytes: int

    @property
    def is_complete(self) -> bool:
        return None not in (self.edge_invocations, self.dynamodb_reads)


@dataclass
class Counted:
    """The responses that came from CloudFront and not from the browser's cache."""

    seen: set[str] = field(default_factory=set)
    responses: list[Response] = field(default_factory=list)

    def count(self, response: Response) -> None:
        request_id = response.headers.get("x-amz-cf-id", "")
        if request_id not in self.seen:
            self.seen.add(request_id)
            self.responses.append(response)

    def start_again(self) -> None:
        self.responses.clear()


@pytest.fixture
def trusting_context(
    browser_type: BrowserType,
    browser_type_launch_args: dict[str, Any],
    browser_context_args: dict[str, Any],
    stack: Stack,
) -> Iterator[BrowserContext]:
    """A browser that trusts the certificate, without which Chromium does not cache."""
    trusted = f"--ignore-certificate-errors-spki-list={key_hash(stack.site_url)}"
    launch_args = [*browser_type_launch_args["args"], trusted]
    browser = browser_type.launch(**{**browser_type_launch_args, "args": launch_args})
    context = browser.new_context(**{**browser_context_args, "ignore_https_errors": False})
    yield context
    browser.close()


def key_hash(url: str) -> str:
    """The hash of the server's public key, for Chromium's option."""
    address = urlsplit(url)
    pem = ssl.get_server_certificate((address.hostname or "", address.port or 443))
    key = x509.load_pem_x509_certificate(pem.encode()).public_key()
    info = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(hashlib.sha256(info).digest()).decode()


def test_a_repeated_view_requests_only_the_page_and_the_log(
    trusting_context: BrowserContext,
    captain: Captain,
    visitor: Visitor,
    fleet: Fleet,
    stack: Stack,
) -> None:
    session_id = visitor.sign_in(captain)
    fleet.record(
        captain, *(f"Entry {number}. {'All is well. ' * 20}" for number in range(PAGE_SIZE))
    )
    Visitor(trusting_context, fleet, site_url=stack.site_url).present(session_id)
    page = trusting_context.new_page()
    log_page, counted = LogPage(page), Counted()
    page.on("response", counted.count)
    log_page.open()
    log_page.expect_open_for(captain.user_name)
    page.wait_for_load_state("networkidle")
    first = [urlsplit(response.url).path for response in counted.responses]
    assert len(first) > MOST_REQUESTS  # it does count
    assert any("/images/stars." in path for path in first)  # pages of other tests have no pictures
    before = dynamodb_calls(stack, session_id, captain)
    counted.start_again()

    log_page.open()
    log_page.expect_open_for(captain.user_name)
    page.wait_for_load_state("networkidle")

    after = dynamodb_calls(stack, session_id, captain)
    paths = [urlsplit(response.url).path for response in counted.responses]
    view = PageView(
        cloudfront_requests=len(paths),
        edge_invocations=edge_invocations(stack, counted.responses),
        api_calls=sum(path.startswith("/api/") for path in paths),
        dynamodb_reads=None if after is None else len(after) - len(before or ()),
        received_bytes=sum(received(response) for response in counted.responses),
    )
    assert sorted(paths) == ["/", "/api/logs"]
    assert view.received_bytes <= MOST_BYTES
    assert view.edge_invocations in {1, None}
    assert view.dynamodb_reads in {MOST_READS, None}
    if before is not None:
        assert len(before) >= MOST_READS  # it does count
    if view.is_complete:
        LAST_RUN.write_text(json.dumps(asdict(view), indent=2) + "\n")


def received(response: Response) -> int:
    size = response.request.sizes()
    return size["responseBodySize"] + size["responseHeadersSize"]


def edge_invocations(stack: Stack, responses: list[Response]) -> int | None:
    """The number of edge invocations for these responses; None without localfront's log."""
    logs = [log for log in stack.logs if log.name == "localfront.log"]
    if not logs:
        return None
    ids = [response.headers["x-amz-cf-id"] for response in responses]
    lines = [line for line in logs[0].read_text().splitlines() if " | " in line]
    ours = [line for line in lines if any(one in line for one in ids)]
    assert len(ours) == len(ids)
    return sum("viewer-request" in line for line in ours)


def dynamodb_calls(stack: Stack, session_id: str, captain: Captain) -> list[str] | None:
    """The DynamoDB requests so far about that session and that captain.

    The embedded emulator keeps CloudTrail's record of it; others do not, and that is None.
    """
    trail: Any = stack.emulator.session().client("cloudtrail", endpoint_url=stack.emulator.endpoint)
    by_service = {
        "AttributeKey": "EventSource",
        "AttributeValue": "dynamodb.amazonaws.com",
    }
    try:
        pages = trail.get_paginator("lookup_events").paginate(LookupAttributes=[by_service])
        events = [event for page in pages for event in page["Events"]]
    except ClientError:
        return None
    if not events:
        return None  # it keeps none: by now there was a log-in at the least
    about = (session_id, captain.user_name)
    return [
        event["EventName"]
        for event in events
        if any(one in event["CloudTrailEvent"] for one in about)
        and event["EventName"] in {"GetItem", "Query", "UpdateItem", "BatchGetItem"}
    ]
