"""The effect of response headers policies, from AWS's description to the response."""

from __future__ import annotations

from typing import Any

import pytest

from localfront.errors import ConfigError
from localfront.http_messages.messages import Headers
from tests.localfront.described_sites import described, with_policies
from tests.localfront.factories import a_response, listing

SITE = ("Origin", "https://app.example.org")
OWN_HEADERS = ("X-Frame-Options", "Referrer-Policy", "Strict-Transport-Security")


async def headers_with(
    policy: dict[str, Any] | str,
    *sent: tuple[str, str],
    request_headers: tuple[tuple[str, str], ...] = (),
) -> Headers:
    """Headers for the viewer when the origin sent these; a policy by its id, or as described."""
    response = a_response(headers=sent)
    if isinstance(policy, str):
        edge = described(ResponseHeadersPolicyId=policy, origin_response=response)
    else:
        edge = with_policies(response=policy, origin_response=response)
    return (await edge.get("/x", headers=request_headers)).headers


def framed(*, override: bool) -> dict[str, Any]:
    options = {"FrameOption": "DENY", "Override": override}
    return {"SecurityHeadersConfig": {"FrameOptions": options}}


def own(name: str, value: str, *, override: bool) -> dict[str, Any]:
    header = {"Header": name, "Value": value, "Override": override}
    return {"CustomHeadersConfig": listing(header)}


@pytest.mark.parametrize("override", [True, False])
@pytest.mark.proves("RH-001")
async def test_a_headers_override_flag_decides_between_policy_and_origin(override: bool) -> None:
    for policy, name in (
        (framed(override=override), "X-Frame-Options"),
        (own("X-Own", "DENY", override=override), "X-Own"),
    ):
        assert (await headers_with(policy)).get_all(name) == ("DENY",)
        kept = await headers_with(policy, (name, "SAMEORIGIN"))
        assert kept.get_all(name) == ("DENY" if override else "SAMEORIGIN",)


def cors(*, override: bool, origins: tuple[str, ...] = ("*",)) -> dict[str, Any]:
    config = {
        "AccessControlAllowOrigins": listing(*origins),
        "AccessControlAllowMethods": listing("GET", "PUT"),
        "AccessControlAllowHeaders": listing("X-Token"),
        "AccessControlExposeHeaders": listing("ETag"),
        "AccessControlMaxAgeSec": 600,
        "AccessControlAllowCredentials": False,
        "OriginOverride": override,
    }
    return {"CorsConfig": config}


@pytest.mark.parametrize("override", [True, False])
@pytest.mark.proves("RH-002")
async def test_any_cors_header_of_the_origin_suppresses_the_policys(override: bool) -> None:
    of_origin = ("Access-Control-Expose-Headers", "X-Its-Own")

    headers = await headers_with(cors(override=override), of_origin, request_headers=(SITE,))

    exposed = headers.get_all("access-control-expose-headers")
    assert exposed == (("ETag",) if override else ("X-Its-Own",))
    assert headers.get("access-control-allow-origin") == ("*" if override else None)


@pytest.mark.proves("RH-003")
async def test_a_header_that_is_removed_and_set_ends_up_set() -> None:
    policy = {
        **own("X-Own", "ours", override=False),
        "RemoveHeadersConfig": listing({"Header": "x-own"}, {"Header": "X-Powered-By"}),
    }

    headers = await headers_with(policy, ("X-Own", "theirs"), ("x-powered-by", "PHP"))

    assert headers.get_all("x-own") == ("ours",)
    assert "x-powered-by" not in headers


@pytest.mark.proves("RH-005")
async def test_only_cors_requests_get_cors_headers_and_preflights_the_rest() -> None:
    preflight = (SITE, ("Access-Control-Request-Method", "PUT"))
    edge = with_policies(
        response=cors(override=True),
        AllowedMethods={
            **listing("HEAD", "GET", "OPTIONS"),
            "CachedMethods": listing("HEAD", "GET"),
        },
    )

    plain = (await edge.get("/x")).headers
    simple = (await edge.get("/x", headers=[SITE])).headers
    preflight_headers = (await edge.get("/x", method="OPTIONS", headers=preflight)).headers

    assert not {name for name in plain.names() if name.startswith("access-control-")}
    assert (simple.get("access-control-allow-origin"), simple.get("access-control-max-age")) == (
        "*", None,
    )  # fmt: skip
    assert preflight_headers.get("access-control-allow-methods") == "GET, PUT"
    assert preflight_headers.get("access-control-allow-headers") == "X-Token"
    assert preflight_headers.get("access-control-max-age") == "600"


@pytest.mark.parametrize(
    ("pattern", "origin", "allowed"),
    [
        ("*", "https://a.test", True),
        ("https://app.example.org", "https://app.example.org", True),
        ("https://app.example.org", "https://www.example.org", False),
        ("*.example.org", "https://app.example.org", True),
        ("*.example.org", "https://example.com", False),
        ("http://*.example.org", "https://app.example.org", False),
        ("http://example.org:*", "http://example.org:8080", True),
        ("http://example.org:1*3", "http://example.org:1883", True),
        ("http://example.org:1*3", "http://example.org:1884", False),
    ],
)
@pytest.mark.proves("RH-006")
async def test_an_origin_pattern_decides_which_origins_are_allowed(
    pattern: str, origin: str, allowed: bool
) -> None:
    policy = cors(override=True, origins=(pattern,))

    headers = await headers_with(policy, request_headers=(("Origin", origin),))

    assert (headers.get("access-control-allow-origin") is not None) is allowed


@pytest.mark.parametrize("pattern", ["exa*mple.org", "test.*.example.org", "example.*"])
@pytest.mark.proves("RH-006")
def test_a_star_elsewhere_in_an_origin_is_refused(pattern: str) -> None:
    with pytest.raises(ConfigError, match="AccessControlAllowOrigins"):
        with_policies(response=cors(override=True, origins=(pattern,)))


@pytest.mark.proves("PO-016")
async def test_the_managed_security_headers_policy_overrides_only_one_header() -> None:
    policy = "67f7725c-6f97-4210-82d7-5512b31e9d03"
    theirs = (("X-Content-Type-Options", "theirs"), *((name, "theirs") for name in OWN_HEADERS))

    alone, beside = await headers_with(policy), await headers_with(policy, *theirs)

    assert alone.get("referrer-policy") == "strict-origin-when-cross-origin"
    assert alone.get("strict-transport-security") == "max-age=31536000"
    assert alone.get("x-frame-options") == "SAMEORIGIN"
    assert alone.get("x-xss-protection") == "1; mode=block"
    assert beside.get_all("x-content-type-options") == ("nosniff",)
    assert {beside.get_all(name) for name in OWN_HEADERS} == {("theirs",)}


@pytest.mark.parametrize(
    ("policy", "exposed"),
    [
        pytest.param("60669652-455b-4ae9-85a4-c4c02393f86c", None, id="SimpleCORS"),
        pytest.param("5cc3b908-e619-4b99-88e5-2cf7f45965bd", "*", id="CORS-With-Preflight"),
    ],
)
@pytest.mark.proves("PO-017")
async def test_the_managed_cors_policies_allow_any_origin(policy: str, exposed: str | None) -> None:
    theirs = ("Access-Control-Allow-Origin", "https://other.test")

    headers = await headers_with(policy, request_headers=(SITE,))
    kept = await headers_with(policy, theirs, request_headers=(SITE,))

    assert headers.get("access-control-allow-origin") == "*"
    assert headers.get("access-control-expose-headers") == exposed
    assert kept.get_all("access-control-allow-origin") == (theirs[1],)


@pytest.mark.parametrize(
    ("forwarded", "sent", "kept"),
    [
        ((), "Accept-Encoding, Cookie, Origin", "Accept-Encoding, Cookie"),
        (("Origin",), "Origin", "Origin"),
        ((), "User-Agent", None),
        (("CloudFront-Is-Mobile-Viewer",), "User-Agent", "User-Agent"),
    ],
)
@pytest.mark.proves("RV-009")
async def test_vary_keeps_the_names_that_are_in_the_cache_key(
    forwarded: tuple[str, ...], sent: str, kept: str | None
) -> None:
    headers = {"HeaderBehavior": "whitelist", "Headers": listing(*forwarded)}
    edge = with_policies(
        cache={"HeadersConfig": headers} if forwarded else None,
        origin_response=a_response(headers=[("Vary", sent)]),
    )

    response = await edge.get("/x", headers=[SITE])

    assert response.headers.get("vary") == kept


@pytest.mark.proves("RH-007")
async def test_all_methods_are_listed_and_a_star_is_sent_unchanged() -> None:
    config = {
        **cors(override=True)["CorsConfig"],
        "AccessControlAllowMethods": listing("ALL"),
        "AccessControlAllowHeaders": listing("*"),
    }
    methods = {"GET", "HEAD", "PUT", "POST", "PATCH", "DELETE", "OPTIONS"}
    edge = with_policies(
        response={"CorsConfig": config},
        AllowedMethods={**listing(*methods), "CachedMethods": listing("HEAD", "GET")},
    )
    preflight = (SITE, ("Access-Control-Request-Method", "PUT"))

    response = await edge.get("/x", method="OPTIONS", headers=preflight)

    allowed = response.headers.get("access-control-allow-methods") or ""
    assert set(allowed.split(", ")) == methods
    assert response.headers.get("access-control-allow-headers") == "*"


def security(**parts: Any) -> dict[str, Any]:
    return {"SecurityHeadersConfig": {name: {"Override": True, **p} for name, p in parts.items()}}


HSTS = {"AccessControlMaxAgeSec": 9, "IncludeSubdomains": True, "Preload": True}


@pytest.mark.parametrize(
    ("policy", "name", "value"),
    [
        (security(StrictTransportSecurity=HSTS), "strict-transport-security",
         "max-age=9; includeSubDomains; preload"),
        (security(StrictTransportSecurity={"AccessControlMaxAgeSec": 9}),
         "strict-transport-security", "max-age=9"),
        (security(XSSProtection={"Protection": True, "ModeBlock": True}), "x-xss-protection",
         "1; mode=block"),
        (security(XSSProtection={"Protection": True, "ReportUri": "/r"}), "x-xss-protection",
         "1; report=/r"),
        (security(ContentSecurityPolicy={"ContentSecurityPolicy": "x" * 1783}),
         "content-security-policy", "x" * 1783),
    ],
)  # fmt: skip
@pytest.mark.proves("RH-008")
async def test_security_headers_are_built_from_their_settings(
    policy: dict[str, Any], name: str, value: str
) -> None:
    assert (await headers_with(policy, (name, "theirs"))).get_all(name) == (value,)


@pytest.mark.parametrize(
    ("policy", "named"),
    [
        (security(XSSProtection={"Protection": True, "ModeBlock": True, "ReportUri": "/r"}),
         "ModeBlock and ReportUri"),
        (security(ContentSecurityPolicy={"ContentSecurityPolicy": "x" * 1784}), "1784 characters"),
    ],
)  # fmt: skip
@pytest.mark.proves("RH-008")
def test_an_invalid_security_header_is_refused(policy: dict[str, Any], named: str) -> None:
    with pytest.raises(ConfigError, match=named):
        with_policies(response=policy)


def without(*names: str) -> dict[str, Any]:
    return {"RemoveHeadersConfig": listing(*({"Header": name} for name in names))}


@pytest.mark.parametrize("name", ["Via", "X-Cache", "x-amz-cf-id", "Content-Length", "X-Edge-A"])
@pytest.mark.proves("RH-009")
def test_a_policy_cannot_remove_headers_that_cloudfront_needs(name: str) -> None:
    with pytest.raises(ConfigError, match=f"Remove.*{name.lower()}"):
        with_policies(response=without(name))


@pytest.mark.proves("RH-009", "RV-011")
async def test_a_removed_server_and_date_are_replaced_by_cloudfronts() -> None:
    theirs = (("Server", "AmazonS3"), ("Date", "then"), ("ETag", '"1"'), ("X-Amz-Meta-A", "1"))

    headers = await headers_with(without("Server", "Date", "ETag", "X-Amz-Meta-A"), *theirs)

    assert headers.get_all("server") == ("CloudFront",)
    assert headers.get_all("date") == ("Fri, 15 Jan 2027 08:00:00 GMT",)
    assert not {"etag", "x-amz-meta-a"} & headers.names()
