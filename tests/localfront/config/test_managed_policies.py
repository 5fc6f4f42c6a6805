from __future__ import annotations

import pytest

from localfront.config.managed_policies import MANAGED
from localfront.config.policies import Mode
from tests.localfront.factories import ALL, all_except, listed

DAY, YEAR = 86_400, 31_536_000  # seconds


@pytest.mark.parametrize(
    ("policy_id", "times", "compresses"),
    [
        pytest.param(
            "4135ea2d-6df8-44a3-9df3-4b5a84be39ad",
            (0, 0, 0),
            False,
            id="CachingDisabled",
            marks=pytest.mark.proves("PO-005"),
        ),
        pytest.param(
            "658327ea-f89d-4fab-a63d-7e88639e58f6",
            (1, DAY, YEAR),
            True,
            id="CachingOptimized",
            marks=pytest.mark.proves("PO-006"),
        ),
        pytest.param(
            "b2884449-e4de-46a7-ac36-70bc7f1ddd6d",
            (1, DAY, YEAR),
            False,
            id="CachingOptimizedForUncompressedObjects",
            marks=pytest.mark.proves("PO-007"),
        ),
    ],
)
def test_a_managed_cache_policy_may_have_nothing_in_the_key(
    policy_id: str, times: tuple[int, int, int], compresses: bool
) -> None:
    policy = MANAGED.cache[policy_id]

    assert (policy.min_ttl, policy.default_ttl, policy.max_ttl) == times
    assert (policy.gzip, policy.brotli) == (compresses, compresses)
    for part in (policy.headers, policy.cookies, policy.query_strings):
        assert part.mode is Mode.NONE


@pytest.mark.parametrize(
    ("policy_id", "query_strings"),
    [
        pytest.param(
            "83da9c7e-98b4-4e11-a168-04f0df8e2c65",
            False,
            id="UseOriginCacheControlHeaders",
            marks=pytest.mark.proves("PO-008"),
        ),
        pytest.param(
            "4cc15a8a-d715-48a4-82b8-cc0b614638fe",
            True,
            id="UseOriginCacheControlHeaders-QueryStrings",
            marks=pytest.mark.proves("PO-009"),
        ),
    ],
)
def test_a_managed_cache_policy_may_use_the_origins_cache_control(
    policy_id: str, query_strings: bool
) -> None:
    policy = MANAGED.cache[policy_id]

    assert (policy.min_ttl, policy.default_ttl, policy.max_ttl) == (0, 0, YEAR)
    assert policy.headers == listed(
        "host", "origin", "x-http-method-override", "x-http-method", "x-method-override"
    )
    assert policy.cookies == ALL
    assert policy.query_strings.takes_any is query_strings
    assert policy.gzip
    assert policy.brotli
    assert not policy.caching_disabled


@pytest.mark.proves("PO-011")
def test_all_viewer_forwards_everything_including_host() -> None:
    policy = MANAGED.origin_request["216adef6-5c7f-47e4-b989-5492eafa07d3"]

    assert policy.headers == policy.cookies == policy.query_strings == ALL
    assert policy.headers.takes("host")
    assert not policy.cloudfront_headers


@pytest.mark.proves("PO-012")
def test_all_viewer_except_host_header_forwards_everything_else() -> None:
    policy = MANAGED.origin_request["b689b0a8-53d0-40ab-baf2-68738e2966ac"]

    assert policy.headers == all_except("host")
    assert policy.cookies == policy.query_strings == ALL
    assert {
        "cloudfront-forwarded-proto",
        "cloudfront-viewer-http-version",
        "cloudfront-viewer-tls",
        "cloudfront-is-mobile-viewer",
        "cloudfront-viewer-country",
    } <= policy.cloudfront_headers


@pytest.mark.proves("PO-014")
def test_all_viewer_and_cloudfront_headers_adds_twenty_one() -> None:
    policy = MANAGED.origin_request["33f36d7e-f396-46d9-90e0-52428a34d9dc"]

    assert policy.headers == policy.cookies == policy.query_strings == ALL
    assert len(policy.cloudfront_headers) == 21


@pytest.mark.parametrize(
    ("policy_id", "names"),
    [
        pytest.param(
            "88a5eaf4-2fd4-4709-b370-b4c650ea3fcf",
            (
                "origin",
                "access-control-request-headers",
                "access-control-request-method",
            ),
            id="CORS-S3Origin",
            marks=pytest.mark.proves("PO-013"),
        ),
        pytest.param(
            "59781a5b-3903-41f3-afcb-af62929ccde1",
            ("origin",),
            id="CORS-CustomOrigin",
            marks=pytest.mark.proves("PO-013"),
        ),
        pytest.param(
            "bf0718e1-ba1e-49d1-88b1-f726733018ae",
            ("host",),
            id="HostHeaderOnly",
            marks=pytest.mark.proves("PO-015"),
        ),
        pytest.param(
            "acba4595-bd28-49b8-b9fe-13317c0390fa",
            ("user-agent", "referer"),
            id="UserAgentRefererHeaders",
            marks=pytest.mark.proves("PO-015"),
        ),
    ],
)
def test_a_managed_origin_request_policy_may_list_headers(
    policy_id: str, names: tuple[str, ...]
) -> None:
    policy = MANAGED.origin_request[policy_id]

    assert policy.headers == listed(*names)
    assert not policy.cookies.takes_any
    assert not policy.query_strings.takes_any


@pytest.mark.proves("PO-016")
def test_the_security_headers_policy_overrides_only_one_header() -> None:
    policy = MANAGED.response_headers["67f7725c-6f97-4210-82d7-5512b31e9d03"]

    assert {(h.name, h.value, h.override) for h in policy.set_headers} == {
        ("Referrer-Policy", "strict-origin-when-cross-origin", False),
        ("Strict-Transport-Security", "max-age=31536000", False),
        ("X-Frame-Options", "SAMEORIGIN", False),
        ("X-XSS-Protection", "1; mode=block", False),
        ("X-Content-Type-Options", "nosniff", True),
    }
    assert policy.cors is None


@pytest.mark.proves("PO-017")
def test_the_cors_policies_allow_any_origin_and_override_nothing() -> None:
    simple = MANAGED.response_headers["60669652-455b-4ae9-85a4-c4c02393f86c"].cors
    preflight = MANAGED.response_headers["5cc3b908-e619-4b99-88e5-2cf7f45965bd"].cors

    assert simple is not None
    assert preflight is not None
    assert simple.allow_origins == preflight.allow_origins == ("*",)
    assert not simple.override
    assert not preflight.override
    assert len(preflight.allow_methods) == 7
    assert preflight.expose_headers == ("*",)


@pytest.mark.parametrize(
    "policy_id",
    [
        pytest.param("e61eb60c-9c35-4d20-a928-2b84e02af89c", id="CORS-and-Security"),
        pytest.param("eaab4381-ed33-4a86-88ca-d9558dc6cd63", id="with preflight"),
    ],
)
@pytest.mark.proves("PO-018")
def test_the_combined_policies_have_both_parts(policy_id: str) -> None:
    policy = MANAGED.response_headers[policy_id]

    assert policy.cors is not None
    assert len(policy.set_headers) == 5


@pytest.mark.proves("PO-010")
def test_the_amplify_policy_has_viewer_specific_values_in_the_key() -> None:
    policy = MANAGED.cache["2e54312d-136d-493c-8eb9-b001f22f67d2"]

    assert (policy.min_ttl, policy.default_ttl, policy.max_ttl) == (2, 2, 600)
    assert policy.headers == listed("authorization", "cloudfront-viewer-country", "host")
    assert policy.cookies == policy.query_strings == ALL
    assert (policy.gzip, policy.brotli) == (True, True)


@pytest.mark.proves("PO-010")
def test_the_media_package_policy_has_its_four_query_strings() -> None:
    policy = MANAGED.cache["08627262-05a9-4f76-9ded-b50ca2e3a84f"]

    assert (policy.min_ttl, policy.default_ttl, policy.max_ttl) == (0, DAY, YEAR)
    assert policy.headers == listed("origin")
    assert policy.query_strings == listed("aws.manifestfilter", "start", "end", "m")
    assert (policy.gzip, policy.brotli) == (True, False)


@pytest.mark.proves("PO-015")
def test_the_media_tailor_policy_forwards_all_query_strings_and_device_headers() -> None:
    policy = MANAGED.origin_request["775133bc-15f2-49f9-abea-afb2e0bf67d2"]

    assert policy.query_strings == ALL
    assert policy.cookies.mode is Mode.NONE
    assert {"origin", "user-agent", "x-forwarded-for"} <= policy.headers.names


@pytest.mark.parametrize("kind", ["cache", "origin_request", "response_headers"])
def test_every_managed_policy_is_found_by_its_own_id(kind: str) -> None:
    for policy_id, policy in getattr(MANAGED, kind).items():
        assert policy.id == policy_id
