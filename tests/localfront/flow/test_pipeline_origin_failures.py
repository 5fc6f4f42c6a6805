"""Origins that do not respond, respond wrongly or are down: what a viewer gets."""

from __future__ import annotations

from typing import Any

import pytest

from localfront.config.distribution import Origin
from localfront.config.managed_policies import CACHING_DISABLED
from localfront.server.certificates import Certificates
from localfront.trust.authority import make_authority
from localfront.trust.files import utc_now
from tests.localfront.factories import a_behavior, an_api_origin
from tests.localfront.origin_server import SILENCE, OriginServer, saying
from tests.localfront.real_sites import a_site
from tests.localfront.wire import Reply, exchange, parsed, request_bytes

SOON: Any = 0.1  # seconds, for time-outs that have to pass
METHODS = frozenset({"GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"})
OPEN = a_behavior(target_origin_id="here", allowed_methods=METHODS, cache_policy=CACHING_DISABLED)


async def reply_from(origin: Origin, method: bytes = b"GET", **distribution: Any) -> Reply:
    async with a_site(origin, OPEN, **distribution) as site:
        return parsed(await exchange(site.server.http_port, request_bytes(b"/a", method=method)))


@pytest.mark.parametrize(
    ("method", "attempts", "requests"),
    [(b"GET", 3, 3), (b"HEAD", 2, 2), (b"POST", 3, 1), (b"DELETE", 3, 1), (b"OPTIONS", 3, 1)],
)
@pytest.mark.proves("OG-002", "OG-003")
async def test_after_a_read_timeout_only_safe_methods_are_retried(
    method: bytes, attempts: int, requests: int
) -> None:
    async with OriginServer(SILENCE) as server:
        origin = server.origin(read_timeout=SOON, connection_attempts=attempts)
        reply = await reply_from(origin, method)

    assert reply.status == 504
    assert reply.all(b"x-cache") == [b"Error from cloudfront"]
    assert len(server.received) == requests


@pytest.mark.proves("OG-005")
async def test_the_completion_timeout_covers_all_attempts() -> None:
    async with OriginServer(SILENCE) as server:
        origin = server.origin(
            read_timeout=60, connection_attempts=3, response_completion_timeout=SOON
        )
        reply = await reply_from(origin)

    assert reply.status == 504
    assert len(server.received) == 1


@pytest.mark.proves("OG-006")
async def test_a_name_that_does_not_resolve_is_502() -> None:
    reply = await reply_from(an_api_origin(id="here", domain_name="nowhere.invalid"))

    assert reply.status == 502
    assert reply.all(b"x-cache") == [b"Error from cloudfront"]


@pytest.mark.proves("OR-015", "OR-017")
async def test_an_untrusted_certificate_is_502() -> None:
    tls = Certificates([make_authority(now=utc_now())]).default

    async with OriginServer(tls=tls) as server:
        reply = await reply_from(server.origin(protocol_policy="https-only"))

    assert reply.status == 502
    assert reply.all(b"x-cache") == [b"Error from cloudfront"]
    assert server.received == []


@pytest.mark.parametrize("policy", ["http-only", "match-viewer"])
@pytest.mark.proves("OR-015", "OR-016")
async def test_the_origin_protocol_policy_chooses_http_or_https(policy: str) -> None:
    async with OriginServer(saying(b"plain")) as server:
        reply = await reply_from(server.origin(protocol_policy=policy))

    assert reply.body == b"plain"
    assert [received.version for received in server.received] == ["HTTP/1.1"]
