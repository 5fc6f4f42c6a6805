"""A moved clock applies to everything that depends on the time."""

import time
from datetime import UTC, datetime
from email.utils import formatdate, parsedate_to_datetime
from pathlib import Path

from localfront.exchange.clock import UNITS
from tests.localfront.factories import HOST, a_behavior, a_cache_policy
from tests.localfront.origin_server import saying
from tests.localfront.signers import botocore_signer, rsa_key, trusting
from tests.localfront.whole_service import Served, a_service
from tests.localfront.wire import Reply, exchange, parsed, request_bytes

HOUR = UNITS["h"]
KEPT = a_behavior(target_origin_id="here", cache_policy=a_cache_policy(default_ttl=HOUR))


async def get(site: Served, target: str = "/a") -> Reply:
    return parsed(await exchange(site.port, request_bytes(target.encode())))


async def result(site: Served, target: str = "/a") -> bytes:
    return (await get(site, target)).all(b"x-cache")[0]


async def test_an_object_ages_and_expires_with_the_clock(tmp_path: Path) -> None:
    async with a_service(tmp_path, behavior=KEPT) as site:
        await get(site)
        site.service.clock.advance(HOUR - 60)
        fresh = await get(site)
        site.service.clock.advance(60)
        stale = await result(site)

    assert fresh.all(b"x-cache") == [b"Hit from cloudfront"]
    assert HOUR - 60 <= int(fresh.all(b"age")[0]) < HOUR
    assert stale == b"Miss from cloudfront"


async def test_a_frozen_clock_keeps_objects_fresh(tmp_path: Path) -> None:
    async with a_service(tmp_path, behavior=KEPT) as site:
        site.service.clock.freeze(
            parsedate_to_datetime("Thu, 24 Dec 2026 18:00:00 GMT").timestamp()
        )
        await get(site)
        held = await get(site)

    assert held.all(b"age") == [b"0"]
    assert site.lines[-1].startswith("200 GET")


async def test_the_origins_dates_are_moved_with_the_clock(tmp_path: Path) -> None:
    now, later = (formatdate(time.time() + ahead, usegmt=True) for ahead in (0, HOUR / 2))
    dated = saying(b"a page", f"Date: {now}".encode(), f"Expires: {later}".encode())
    async with a_service(tmp_path, dated, dated, behavior=KEPT) as site:
        site.service.clock.advance(2 * HOUR)
        first = await get(site)
        again = await result(site)
        site.service.clock.advance(HOUR / 2)
        at_last = await result(site)

    ahead = parsedate_to_datetime(first.all(b"date")[0].decode()) - datetime.now(UTC)
    assert 1.9 * HOUR < ahead.total_seconds() < 2.1 * HOUR
    assert (again, at_last) == (b"Hit from cloudfront", b"Miss from cloudfront")


async def test_error_caching_follows_the_moved_clock(tmp_path: Path) -> None:
    failing = saying(status=b"503 Service Unavailable")
    async with a_service(tmp_path, failing, saying(b"well again"), behavior=KEPT) as site:
        first = (await get(site)).status
        site.service.clock.advance(9)
        kept = (await get(site)).status
        site.service.clock.advance(2)
        after = (await get(site)).status

    assert (first, kept, after) == (503, 503, 200)  # ER-003: 10 s


async def test_a_stale_object_serves_while_it_is_revalidated(tmp_path: Path) -> None:
    lasting = saying(b"old", b"Cache-Control: max-age=600, stale-while-revalidate=600")
    async with a_service(tmp_path, lasting, saying(b"new"), behavior=KEPT) as site:
        await get(site)
        site.service.clock.advance(900)
        stale = await get(site)

    assert (stale.body, stale.all(b"x-cache")) == (b"old", [b"Hit from cloudfront"])


async def test_a_signed_url_expires_by_the_moved_clock(tmp_path: Path) -> None:
    behavior = trusting(
        rsa_key(), target_origin_id="here", cache_policy=a_cache_policy(default_ttl=60)
    )
    async with a_service(tmp_path, behavior=behavior) as site:
        in_an_hour = datetime.fromtimestamp(time.time() + HOUR, UTC)
        signed = botocore_signer().generate_presigned_url(
            f"http://{HOST}/a", date_less_than=in_an_hour
        )
        target = signed.removeprefix(f"http://{HOST}")
        before = (await get(site, target)).status
        site.service.clock.advance(HOUR + 1)
        after = (await get(site, target)).status
        site.service.clock.reset()
        again = (await get(site, target)).status

    assert (before, after, again) == (200, 403, 200)


async def test_an_object_stored_in_the_future_is_dropped_when_the_clock_goes_back(
    tmp_path: Path,
) -> None:
    async with a_service(tmp_path, behavior=KEPT) as site:
        await get(site, "/before")
        site.service.clock.advance(HOUR / 2)
        await get(site, "/meanwhile")
        site.service.clock.reset()
        results = [await result(site, target) for target in ("/before", "/meanwhile")]

    assert results == [b"Hit from cloudfront", b"Miss from cloudfront"]
