from __future__ import annotations

from typing import Any

import pytest

from localfront.config.managed_policies import ALL_VIEWER_EXCEPT_HOST_HEADER
from localfront.config.policies import PolicyHeader, ResponseHeadersPolicy
from tests.localfront.factories import (
    a_behavior,
    a_request,
    a_response,
    an_api_behavior,
    an_edge_function,
)
from tests.localfront.sites import (
    PAGE,
    rewriting,
    site,
    to_login,
    x_cache,
)

NOSNIFF = ResponseHeadersPolicy(
    id="p",
    set_headers=(PolicyHeader(name="X-Content-Type-Options", value="nosniff", override=True),),
)
SECURED = a_behavior(
    response_headers_policy=NOSNIFF,
    lambda_function_associations=(an_edge_function(),),
)


@pytest.mark.proves("RH-004", "PL-004")
async def test_the_response_headers_policy_applies_to_hits_and_misses() -> None:
    edge = site(default=SECURED, responses={"/a": PAGE})

    responses = [await edge.get("/a"), await edge.get("/a")]

    assert [x_cache(a) for a in responses] == [
        "Miss from cloudfront",
        "Hit from cloudfront",
    ]
    for response in responses:
        assert response.headers.get_all("x-content-type-options") == ("nosniff",)


@pytest.mark.proves("PL-004")
async def test_the_stored_object_is_not_changed_by_the_policy() -> None:
    other = a_behavior("/b*", response_headers_policy=None)
    edge = site(other, default=SECURED, returns=rewriting(uri="/x"), responses={"/x": PAGE})
    await edge.get("/a")
    edge.functions.body = rewriting()

    edge.origins.responses["/b"] = PAGE
    response = await edge.get("/b")

    assert "x-content-type-options" not in response.headers


@pytest.mark.parametrize(
    ("returns", "method"),
    [
        pytest.param(to_login, "GET", id="generated"),
        pytest.param(lambda _: None, "GET", id="a function that fails"),
        pytest.param(rewriting(), "POST", id="a refusal"),
        pytest.param(rewriting(), "GET", id="an error of the origin"),
    ],
)
@pytest.mark.proves("RH-004")
async def test_the_response_headers_policy_applies_to_every_response(
    returns: Any, method: str
) -> None:
    edge = site(default=SECURED, returns=returns)

    response = await edge.get("/", method=method)

    assert response.status != 200
    assert response.headers.get("x-content-type-options") == "nosniff"


@pytest.mark.parametrize("target", ["/a", "/missing", "/" + "a" * 9000])
@pytest.mark.proves("RV-001", "RV-002", "RV-003")
async def test_every_response_has_cloudfronts_headers(target: str) -> None:
    edge = site(responses={"/a": PAGE})

    headers = (await edge.get(target)).headers

    for name in ("Via", "X-Cache", "X-Amz-Cf-Pop", "X-Amz-Cf-Id"):
        assert len(headers.get_all(name)) == 1


@pytest.mark.proves("AG-005", "RV-007", "LR-011", "PO-012")
async def test_a_login_reaches_the_api_and_its_cookies_reach_the_viewer() -> None:
    api = an_api_behavior(origin_request_policy=ALL_VIEWER_EXCEPT_HOST_HEADER)
    signed_in = a_response(
        headers=[("Set-Cookie", "session-id=abc; HttpOnly"), ("Set-Cookie", "b=2")]
    )
    edge = site(api, responses={"/prod/api/login": signed_in})

    response = await edge.respond(
        a_request("/api/login", method="POST", headers=[("Cookie", "old=1")]), b"{}"
    )

    assert response.headers.get_all("set-cookie") == ("session-id=abc; HttpOnly", "b=2")
    assert edge.origins.received[0].body == b"{}"
    assert edge.origins.received[0].request.headers.get("cookie") == "old=1"


@pytest.mark.proves("AG-005")
async def test_a_login_without_forwarded_cookies_sets_no_cookie() -> None:
    signed_in = a_response(headers=[("Set-Cookie", "session-id=abc")])
    edge = site(an_api_behavior(), responses={"/prod/api/login": signed_in})

    response = await edge.get("/api/login", method="POST")

    assert "set-cookie" not in response.headers


@pytest.mark.proves("RH-010")
async def test_server_timing_reports_a_miss_and_then_a_hit() -> None:
    policy = ResponseHeadersPolicy(id="timing", server_timing=100.0)
    edge = site(default=a_behavior(response_headers_policy=policy), responses={"/a": a_response()})

    missed, hit = await edge.get("/a"), await edge.get("/a")

    assert "cdn-cache-miss" in (missed.headers.get("server-timing") or "")
    assert "cdn-upstream-fbl" in (missed.headers.get("server-timing") or "")
    assert "cdn-cache-hit" in (hit.headers.get("server-timing") or "")
    assert 'cdn-rid;desc="request-id=="' in (hit.headers.get("server-timing") or "")


@pytest.mark.proves("RV-006")
async def test_a_hit_has_one_age_whatever_the_origin_sent() -> None:
    aged = a_response(headers=[("Age", "100"), ("Cache-Control", "max-age=600")])
    edge = site(responses={"/a": aged})
    await edge.get("/a")
    edge.clock.advance(7)

    hit = await edge.get("/a")

    assert x_cache(hit) == "Hit from cloudfront"
    assert hit.headers.get_all("age") == ("7",)
