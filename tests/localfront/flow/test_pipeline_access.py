"""Access checks, before functions and origins see a request."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from localfront.config.distribution import GeoRestriction
from localfront.config.managed_policies import ALL_VIEWER_AND_CLOUDFRONT_HEADERS
from localfront.http_messages.messages import Request
from localfront.http_messages.viewer_facts import ViewerFacts
from tests.localfront.factories import (
    ALL,
    HOST,
    a_behavior,
    a_cache_policy,
    a_request,
    a_response,
    an_edge_function,
    an_error_page,
)
from tests.localfront.signers import (
    EXPIRES,
    NOW,
    URL,
    a_policy,
    canned,
    changed,
    custom,
    ecdsa_key,
    request_for,
    rsa_key,
    trusting,
)
from tests.localfront.sites import ERROR_HTML, PAGE, Edge, request_of, site

ONLY_GERMANY = GeoRestriction(allows_listed=True, countries=frozenset({"DE"}))
FILM = "/films/warp.mp4"
VIEWER = "X-Localfront-Viewer"


def from_(facts: str, target: str = "/") -> Request:
    return a_request(target, headers=[(VIEWER, facts)])


def private_site(**behavior: Any) -> Edge:
    """Films for those who have a signed URL, with all query strings for the origin."""
    edge = site(
        default=trusting(rsa_key(), cache_policy=a_cache_policy(query_strings=ALL), **behavior),
        responses={FILM: PAGE},
    )
    edge.clock.now = NOW
    return edge


@pytest.mark.proves("SG-001")
async def test_an_unsigned_request_reaches_no_function_and_no_origin() -> None:
    edge = private_site(lambda_function_associations=(an_edge_function(),))

    response = await edge.respond(request_for(URL))

    assert response.status == 403
    assert b"Missing Key-Pair-Id" in response.held
    assert edge.functions.events == []
    assert edge.origins.received == []


@pytest.mark.proves("SG-001", "SG-006")
async def test_a_signed_request_passes_until_it_expires() -> None:
    edge = private_site()

    assert (await edge.respond(canned())).status == 200
    edge.clock.now = EXPIRES
    assert (await edge.respond(canned())).status == 403


async def test_the_signature_is_part_of_neither_the_key_nor_the_origin_request() -> None:
    edge = private_site()

    await edge.respond(canned(f"{URL}?size=large"))
    hit = await edge.respond(canned(f"{URL}?size=large", expires=EXPIRES + 5))

    assert [a.request.querystring for a in edge.origins.received] == ["size=large"]
    assert hit.headers.get("x-cache") == "Hit from cloudfront"


@pytest.mark.proves("MI-004", "ER-022")
async def test_a_country_that_is_not_served_gets_403_and_its_custom_page() -> None:
    edge = site(
        geo_restriction=ONLY_GERMANY,
        responses={"/": PAGE, "/error.html": ERROR_HTML},
        error_pages=(an_error_page(403),),
    )

    refused = await edge.respond(from_("country=US"))
    served = await edge.respond(from_("country=DE"))
    unknown = await edge.respond(from_(""))

    assert (refused.status, refused.held) == (403, b"an error page")
    assert (served.status, unknown.status) == (200, 200)


@pytest.mark.proves("OR-018", "LE-021")
async def test_viewer_facts_reach_origins_by_policy_and_the_header_itself_never_does() -> None:
    edge = site(
        default=a_behavior(
            lambda_function_associations=(an_edge_function(),),
            origin_request_policy=ALL_VIEWER_AND_CLOUDFRONT_HEADERS,
        ),
        responses={"/": PAGE},
        returns=request_of,
    )

    await edge.respond(from_("country=DE; address=203.0.113.7"))

    (event,) = edge.functions.events
    event_request = request_of(event)
    assert event_request["clientIp"] == "203.0.113.7"
    assert set(event_request["headers"]) == {"host"}
    (received,) = edge.origins.received
    sent = received.request
    assert sent.headers.get("CloudFront-Viewer-Country") == "DE"
    assert sent.headers.get("X-Forwarded-For") == "203.0.113.7"
    assert VIEWER not in sent.headers


async def test_default_viewer_facts_apply_to_requests_without_the_header() -> None:
    edge = site(geo_restriction=ONLY_GERMANY, responses={"/": a_response()})
    edge.pipeline = replace(edge.pipeline, viewer=ViewerFacts(country="US"))

    assert (await edge.get("/")).status == 403
    assert (await edge.respond(from_("country=DE"))).status == 200


@pytest.mark.proves("VP-012")
async def test_malformed_viewer_facts_get_400_and_no_custom_page() -> None:
    edge = site(responses={"/error.html": ERROR_HTML}, error_pages=(an_error_page(400),))

    response = await edge.respond(from_("country=Germany"))

    assert response.status == 400
    assert b"write DE" in response.held
    assert edge.origins.received == []


def as_cookies(signed: Request, url: str = URL) -> Request:
    """The same signature, in cookies."""
    pairs = [f"CloudFront-{pair}" for pair in signed.querystring.split("&")]
    return request_for(url, headers=[("Cookie", "; ".join(pairs))])


EVERY_FILM = f"https://{HOST}/films/*"


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        pytest.param(canned(), 200, marks=pytest.mark.proves("SG-002")),
        pytest.param(custom(a_policy(EVERY_FILM)), 200, marks=pytest.mark.proves("SG-002")),
        pytest.param(custom(a_policy(f"https://{HOST}/other/*")), 403,
                     marks=pytest.mark.proves("SG-002")),
        pytest.param(changed(canned(), "Signature=", "Signature=x"), 403,
                     marks=pytest.mark.proves("SG-003")),
        pytest.param(custom(a_policy(EVERY_FILM), key=ecdsa_key(), key_id="K3D5EWEUDCCXON"), 200,
                     marks=pytest.mark.proves("SG-003")),
        pytest.param(as_cookies(canned()), 200, marks=pytest.mark.proves("SG-004")),
        pytest.param(as_cookies(custom(a_policy(EVERY_FILM))), 200,
                     marks=pytest.mark.proves("SG-004")),
        pytest.param(as_cookies(canned(), f"{URL}?a=1"), 403, marks=pytest.mark.proves("SG-004")),
        pytest.param(as_cookies(canned(), f"{URL}?Expires=1"), 403,
                     marks=pytest.mark.proves("SG-005")),
        pytest.param(as_cookies(canned(), f"{URL}?Hash-Algorithm=SHA1"), 403,
                     marks=pytest.mark.proves("SG-005")),
    ],
)  # fmt: skip
async def test_a_signature_grants_access_to_what_it_signs(request_: Request, status: int) -> None:
    edge = site(
        default=trusting(rsa_key(), ecdsa_key(), cache_policy=a_cache_policy(query_strings=ALL)),
        responses={FILM: PAGE},
    )
    edge.clock.now = NOW

    assert (await edge.respond(request_)).status == status


def at(seconds: object) -> dict[str, object]:
    return {"AWS:EpochTime": seconds}


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        pytest.param(custom(a_policy(EVERY_FILM, DateGreaterThan=at(NOW - 1))), 200, id="begun"),
        pytest.param(custom(a_policy(EVERY_FILM, DateGreaterThan=at(NOW))), 403, id="to begin"),
        pytest.param(custom(a_policy(EVERY_FILM, IpAddress={"AWS:SourceIp": "192.0.2.0/24"}),
                            client_ip="192.0.2.9"), 200, id="of the range"),
        pytest.param(custom(a_policy(EVERY_FILM, IpAddress={"AWS:SourceIp": "192.0.2.0/24"}),
                            client_ip="192.0.3.9"), 403, id="of another range"),
        pytest.param(custom(a_policy(f"https://{HOST}/films/?arp.mp4")), 200, id="one character"),
        pytest.param(custom(a_policy(f"https://{HOST}/*"), f"{URL}?a=1"), 200, id="query string"),
        pytest.param(custom(a_policy("https://*/warp.mp4")), 403, id="any domain, another path"),
        pytest.param(custom(a_policy(f"http://{HOST}/*")), 403, id="another protocol"),
        pytest.param(custom({"Statement": a_policy()["Statement"] * 2}), 403, id="two statements"),
        pytest.param(custom({"Statement": [{"Resource": URL}]}), 403, id="no end"),
    ],
)  # fmt: skip
@pytest.mark.proves("SG-007")
async def test_a_policy_grants_access_to_what_its_one_statement_covers(
    request_: Request, status: int
) -> None:
    assert (await private_site().respond(request_)).status == status


@pytest.mark.parametrize(
    ("until", "status"), [(2**31 - 1, 200), (2**31, 403), (EXPIRES * 1000, 403), (1e10, 403)]
)
@pytest.mark.proves("SG-009")
async def test_a_policys_time_is_in_whole_seconds_until_2038(until: float, status: int) -> None:
    signed = custom(a_policy(DateLessThan=at(until)))

    assert (await private_site().respond(signed)).status == status


@pytest.mark.parametrize(("count", "status"), [(1, 200), (2, 403)])
@pytest.mark.proves("HO-013")
async def test_a_chain_has_two_distributions_at_most(count: int, status: int) -> None:
    edge = site(responses={"/": PAGE})
    passed = ("Via", "1.1 abc.cloudfront.net (CloudFront)")

    response = await edge.get("/", headers=[passed] * count)

    assert response.status == status
    assert len(edge.origins.received) == (count == 1)
