"""The effect of policies, from AWS's description to the origin request."""

from __future__ import annotations

from typing import Any

import pytest

from localfront.errors import ConfigError
from tests.localfront.described_sites import described, selecting, sent_for, with_policies
from tests.localfront.factories import a_response, an_s3_origin_description, listing
from tests.localfront.sites import x_cache

HIT, MISS = "Hit from cloudfront", "Miss from cloudfront"
YEAR = 31_536_000  # seconds
TEXT = a_response(
    body=b"In the year 2266. " * 100,
    headers=[("Content-Type", "text/html"), ("Content-Length", "1800")],
)


@pytest.mark.parametrize(
    ("cache", "request_", "sent"),
    [
        pytest.param(("none",), None, "", marks=pytest.mark.proves("PO-002")),
        pytest.param(("none",), ("whitelist", "a"), "a", marks=pytest.mark.proves("PO-002")),
        pytest.param(("none",), ("all",), "abc", marks=pytest.mark.proves("PO-002")),
        pytest.param(("all",), ("none",), "abc", marks=pytest.mark.proves("PO-002")),
        pytest.param(("whitelist", "a"), ("whitelist", "b"), "ab",
                     marks=pytest.mark.proves("PO-002")),
        pytest.param(("whitelist", "a"), ("allExcept", "a", "b"), "ac",
                     marks=pytest.mark.proves("PO-003")),
        pytest.param(("allExcept", "a", "b"), ("whitelist", "a"), "ac",
                     marks=pytest.mark.proves("PO-003")),
        pytest.param(("allExcept", "a"), ("allExcept", "b"), "c",
                     marks=pytest.mark.proves("PO-003")),
    ],
)  # fmt: skip
async def test_the_origin_gets_what_both_policies_select(
    cache: tuple[str, ...], request_: tuple[str, ...] | None, sent: str
) -> None:
    request = None if request_ is None else selecting(cookies=request_, query_strings=request_)
    edge = with_policies(cache=selecting(cookies=cache, query_strings=cache), request=request)

    forwarded = await sent_for(edge, "/x?a=1&b=1&c=1", cookie="a=1; b=1; c=1")

    pairs = [f"{name}=1" for name in sent]
    assert forwarded.querystring == "&".join(pairs)
    assert (forwarded.headers.get("cookie") or "") == "; ".join(pairs)


@pytest.mark.proves("PO-001")
async def test_values_of_the_origin_request_policy_are_not_in_the_cache_key() -> None:
    edge = with_policies(request=selecting(query_strings=("all",)))

    responses = [await edge.get("/x?a=1"), await edge.get("/x?a=2")]

    assert [x_cache(response) for response in responses] == [MISS, HIT]
    assert edge.origins.received[0].request.querystring == "a=1"


@pytest.mark.proves("PO-001")
def test_an_origin_request_policy_without_a_cache_policy_is_refused() -> None:
    legacy: dict[str, Any] = {
        "ForwardedValues": {"QueryString": False, "Cookies": {"Forward": "none"}}
    }

    with pytest.raises(ConfigError, match="OriginRequestPolicyId"):
        described(
            CachePolicyId="",
            OriginRequestPolicyId="216adef6-5c7f-47e4-b989-5492eafa07d3",
            **legacy,
        )


@pytest.mark.parametrize(
    ("headers", "names"),
    [
        (("none",), set()),
        (("whitelist", "X-A"), {"x-a"}),
        (("allViewer",), {"x-a", "x-b", "accept"}),
        (("allViewerAndWhitelistCloudFront", "CloudFront-Viewer-Country"),
         {"x-a", "x-b", "accept", "cloudfront-viewer-country"}),
        (("allExcept", "x-a", "Host"), {"x-b", "accept"}),
    ],
)  # fmt: skip
@pytest.mark.proves("PO-004")
async def test_an_origin_request_policy_has_five_header_behaviors(
    headers: tuple[str, ...], names: set[str]
) -> None:
    edge = with_policies(request=selecting(headers=headers))

    forwarded = await sent_for(
        edge, x_a="1", x_b="1", accept="*/*", X_Localfront_Viewer="country=DE"
    )

    looked_at = {"x-a", "x-b", "accept", "cloudfront-viewer-country"}
    assert forwarded.headers.names() & looked_at == names


def by_id(rule: str, policy_id: str, **expected: Any) -> Any:
    return pytest.param(policy_id, expected, id=rule, marks=pytest.mark.proves(rule))


OVERRIDES = {"x-http-method-override", "x-http-method", "x-method-override", "origin"}


@pytest.mark.parametrize(
    ("policy_id", "expected"),
    [
        by_id("PO-007", "b2884449-e4de-46a7-ac36-70bc7f1ddd6d",
              query="", headers=set(), kept=86_400, coding=None),
        by_id("PO-008", "83da9c7e-98b4-4e11-a168-04f0df8e2c65",
              query="", headers={*OVERRIDES, "cookie"}, kept=0, coding="gzip"),
        by_id("PO-009", "4cc15a8a-d715-48a4-82b8-cc0b614638fe",
              query="q=1", headers={*OVERRIDES, "cookie"}, kept=0, coding="gzip"),
    ],
)  # fmt: skip
async def test_a_managed_cache_policy_serves_as_documented(
    policy_id: str, expected: dict[str, Any]
) -> None:
    edge = described(CachePolicyId=policy_id, origin_response=TEXT)
    lines = [(name, "1") for name in sorted(OVERRIDES)] + [("Cookie", "a=1")]
    lines.append(("Accept-Encoding", "gzip"))

    await edge.get("/x?q=1", headers=lines)
    forwarded = edge.origins.received[-1].request
    edge.clock.advance(max(expected["kept"] - 1, 0))
    again = await edge.get("/x?q=1", headers=lines)

    assert forwarded.querystring == expected["query"]
    assert forwarded.headers.names() & {*OVERRIDES, "cookie"} == expected["headers"]
    assert x_cache(again) == (HIT if expected["kept"] else MISS)


@pytest.mark.parametrize(
    ("policy_id", "coding"),
    [
        by_id("PO-007", "b2884449-e4de-46a7-ac36-70bc7f1ddd6d", coding=None),
        by_id("PO-008", "83da9c7e-98b4-4e11-a168-04f0df8e2c65", coding="gzip"),
        by_id("PO-009", "4cc15a8a-d715-48a4-82b8-cc0b614638fe", coding="gzip"),
    ],
)
async def test_a_managed_cache_policy_compresses_or_does_not(
    policy_id: str, coding: dict[str, Any]
) -> None:
    kept = a_response(body=TEXT.body, headers=[*TEXT.headers, ("Cache-Control", "max-age=60")])
    edge = described(CachePolicyId=policy_id, origin_response=kept)

    response = await edge.get("/x", headers=[("Accept-Encoding", "gzip")])

    assert response.headers.get("content-encoding") == coding["coding"]


@pytest.mark.proves("PO-014")
async def test_a_managed_policy_adds_the_cloudfront_viewer_headers() -> None:
    edge = described(OriginRequestPolicyId="33f36d7e-f396-46d9-90e0-52428a34d9dc")

    forwarded = await sent_for(
        edge, "/x?q=1", cookie="a=1", x_a="1", X_Localfront_Viewer="country=DE"
    )

    assert (forwarded.querystring, forwarded.headers.get("cookie"), forwarded.headers.get("x-a")) == (
        "q=1", "a=1", "1",
    )  # fmt: skip
    assert forwarded.headers.get("cloudfront-viewer-country") == "DE"
    assert forwarded.headers.get("cloudfront-is-desktop-viewer") is not None


@pytest.mark.proves("OR-019")
async def test_only_an_origin_request_policy_may_include_the_viewers_address() -> None:
    header = ("whitelist", "CloudFront-Viewer-Address")
    edge = with_policies(request=selecting(headers=header))

    forwarded = await sent_for(edge)

    assert (forwarded.headers.get("cloudfront-viewer-address") or "").startswith("127.0.0.1:")
    with pytest.raises(ConfigError, match="cloudfront-viewer-address"):
        with_policies(cache=selecting(headers=header))


@pytest.mark.proves("OR-013")
def test_a_header_that_may_not_be_forwarded_is_refused_by_name() -> None:
    headers = listing({"HeaderName": "Via", "HeaderValue": "x"})
    with pytest.raises(ConfigError, match="Via"):
        described(config={"Origins": listing(an_s3_origin_description(CustomHeaders=headers))})


@pytest.mark.proves("OR-020")
async def test_only_an_origin_request_policy_may_include_the_viewers_tls() -> None:
    header = ("whitelist", "CloudFront-Viewer-TLS")
    edge = with_policies(request=selecting(headers=header))

    await edge.get("/a", tls="TLSv1.3:TLS_AES_128_GCM_SHA256")
    await edge.get("/b", scheme="http")

    tls_headers = [
        one.request.headers.get("cloudfront-viewer-tls") for one in edge.origins.received
    ]
    assert tls_headers == ["TLSv1.3:TLS_AES_128_GCM_SHA256:fullHandshake", None]
    with pytest.raises(ConfigError, match="cloudfront-viewer-tls"):
        with_policies(cache=selecting(headers=header))


@pytest.mark.parametrize("cookies", [("none",), ("all",)])
@pytest.mark.proves("RG-004")
async def test_with_cookies_forwarded_a_viewers_condition_is_ignored(
    cookies: tuple[str, ...],
) -> None:
    kept = a_response(headers=[("ETag", '"1"'), ("Cache-Control", "max-age=60")])
    edge = with_policies(cache=selecting(cookies=cookies), origin_response=kept)
    await edge.get("/x")

    again = await edge.get("/x", headers=[("If-None-Match", '"1"')])

    assert again.status == (304 if cookies == ("none",) else 200)
