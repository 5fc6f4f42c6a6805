"""AWS's managed policies, which not every emulator knows.

Sources: CloudFront Developer Guide, "Use managed cache policies", "Use managed origin request
policies", "Use managed response headers policies" (PO-005..018).
"""

from __future__ import annotations

from localfront.config.policies import (
    CachePolicy,
    CorsPolicy,
    Mode,
    OriginRequestPolicy,
    PolicyCatalog,
    PolicyHeader,
    ResponseHeadersPolicy,
    Selection,
)

ALL = Selection(Mode.ALL)


def _listed(*names: str) -> Selection:
    return Selection(Mode.LISTED, frozenset(names))


_METHOD_OVERRIDES = _listed(
    "host", "origin", "x-http-method-override", "x-http-method", "x-method-override"
)

CACHING_DISABLED = CachePolicy(
    id="4135ea2d-6df8-44a3-9df3-4b5a84be39ad", min_ttl=0, default_ttl=0, max_ttl=0
)  # PO-005
CACHING_OPTIMIZED = CachePolicy(
    id="658327ea-f89d-4fab-a63d-7e88639e58f6", min_ttl=1, gzip=True, brotli=True
)  # PO-006
CACHING_OPTIMIZED_FOR_UNCOMPRESSED_OBJECTS = CachePolicy(
    id="b2884449-e4de-46a7-ac36-70bc7f1ddd6d", min_ttl=1
)  # PO-007
USE_ORIGIN_CACHE_CONTROL_HEADERS = CachePolicy(
    id="83da9c7e-98b4-4e11-a168-04f0df8e2c65",
    default_ttl=0,
    headers=_METHOD_OVERRIDES,
    cookies=ALL,
    gzip=True,
    brotli=True,
)  # PO-008
USE_ORIGIN_CACHE_CONTROL_HEADERS_QUERY_STRINGS = CachePolicy(
    id="4cc15a8a-d715-48a4-82b8-cc0b614638fe",
    default_ttl=0,
    headers=_METHOD_OVERRIDES,
    cookies=ALL,
    query_strings=ALL,
    gzip=True,
    brotli=True,
)  # PO-009
AMPLIFY = CachePolicy(
    id="2e54312d-136d-493c-8eb9-b001f22f67d2",
    min_ttl=2,
    default_ttl=2,
    max_ttl=600,
    headers=_listed("authorization", "cloudfront-viewer-country", "host"),
    cookies=ALL,
    query_strings=ALL,
    gzip=True,
    brotli=True,
)  # PO-010
ELEMENTAL_MEDIA_PACKAGE = CachePolicy(
    id="08627262-05a9-4f76-9ded-b50ca2e3a84f",
    headers=_listed("origin"),
    query_strings=_listed("aws.manifestfilter", "start", "end", "m"),
    gzip=True,
)  # PO-010

ALL_VIEWER = OriginRequestPolicy(
    id="216adef6-5c7f-47e4-b989-5492eafa07d3",
    headers=ALL,
    cookies=ALL,
    query_strings=ALL,
)  # PO-011

_DEVICE = ("android", "desktop", "ios", "mobile", "smarttv", "tablet")
_PLACE = [
    "city",
    "country",
    "country-name",
    "country-region",
    "country-region-name",
    "latitude",
    "longitude",
    "metro-code",
    "postal-code",
    "time-zone",
]
_CONNECTION = frozenset(
    {
        "cloudfront-forwarded-proto",
        "cloudfront-viewer-http-version",
        "cloudfront-viewer-tls",
    }
)
_DEVICE_AND_PLACE = frozenset(
    [f"cloudfront-is-{kind}-viewer" for kind in _DEVICE]
    + [f"cloudfront-viewer-{part}" for part in _PLACE]
)

ALL_VIEWER_EXCEPT_HOST_HEADER = OriginRequestPolicy(
    id="b689b0a8-53d0-40ab-baf2-68738e2966ac",
    headers=Selection(Mode.ALL_EXCEPT, frozenset({"host"})),
    cookies=ALL,
    query_strings=ALL,
    cloudfront_headers=_CONNECTION | _DEVICE_AND_PLACE,
)  # PO-012
ALL_VIEWER_AND_CLOUDFRONT_HEADERS = OriginRequestPolicy(
    id="33f36d7e-f396-46d9-90e0-52428a34d9dc",
    headers=ALL,
    cookies=ALL,
    query_strings=ALL,
    cloudfront_headers=_CONNECTION
    | _DEVICE_AND_PLACE
    | {"cloudfront-viewer-address", "cloudfront-viewer-asn"},
)  # PO-014
CORS_S3_ORIGIN = OriginRequestPolicy(
    id="88a5eaf4-2fd4-4709-b370-b4c650ea3fcf",
    headers=_listed("origin", "access-control-request-headers", "access-control-request-method"),
)  # PO-013
CORS_CUSTOM_ORIGIN = OriginRequestPolicy(
    id="59781a5b-3903-41f3-afcb-af62929ccde1", headers=_listed("origin")
)  # PO-013
HOST_HEADER_ONLY = OriginRequestPolicy(
    id="bf0718e1-ba1e-49d1-88b1-f726733018ae", headers=_listed("host")
)  # PO-015
USER_AGENT_REFERER_HEADERS = OriginRequestPolicy(
    id="acba4595-bd28-49b8-b9fe-13317c0390fa", headers=_listed("user-agent", "referer")
)  # PO-015
ELEMENTAL_MEDIA_TAILOR_PERSONALIZED_MANIFESTS = OriginRequestPolicy(
    id="775133bc-15f2-49f9-abea-afb2e0bf67d2",
    headers=_listed(
        "origin",
        "access-control-request-headers",
        "access-control-request-method",
        "user-agent",
        "x-forwarded-for",
    ),
    query_strings=ALL,
)  # PO-015


def _kept(name: str, value: str) -> PolicyHeader:
    return PolicyHeader(name=name, value=value, override=False)


_SECURITY_HEADERS = (
    _kept("Referrer-Policy", "strict-origin-when-cross-origin"),
    _kept("Strict-Transport-Security", "max-age=31536000"),
    _kept("X-Frame-Options", "SAMEORIGIN"),
    _kept("X-XSS-Protection", "1; mode=block"),
    PolicyHeader(name="X-Content-Type-Options", value="nosniff", override=True),
)


def _cors(*methods: str, expose: tuple[str, ...] = ()) -> CorsPolicy:
    return CorsPolicy(
        allow_origins=("*",),
        allow_methods=methods,
        allow_headers=(),
        expose_headers=expose,
        allow_credentials=False,
        max_age=None,
        override=False,
    )


_ALL_METHODS = ("GET", "HEAD", "PUT", "POST", "PATCH", "DELETE", "OPTIONS")
_SIMPLE_CORS = _cors()
_PREFLIGHT_CORS = _cors(*_ALL_METHODS, expose=("*",))

MANAGED = PolicyCatalog(
    cache={
        policy.id: policy
        for policy in (
            CACHING_DISABLED,
            CACHING_OPTIMIZED,
            CACHING_OPTIMIZED_FOR_UNCOMPRESSED_OBJECTS,
            USE_ORIGIN_CACHE_CONTROL_HEADERS,
            USE_ORIGIN_CACHE_CONTROL_HEADERS_QUERY_STRINGS,
            AMPLIFY,
            ELEMENTAL_MEDIA_PACKAGE,
        )
    },
    origin_request={
        policy.id: policy
        for policy in (
            ALL_VIEWER,
            ALL_VIEWER_EXCEPT_HOST_HEADER,
            ALL_VIEWER_AND_CLOUDFRONT_HEADERS,
            CORS_S3_ORIGIN,
            CORS_CUSTOM_ORIGIN,
            HOST_HEADER_ONLY,
            USER_AGENT_REFERER_HEADERS,
            ELEMENTAL_MEDIA_TAILOR_PERSONALIZED_MANIFESTS,
        )
    },
    response_headers={
        policy.id: policy
        for policy in (
            ResponseHeadersPolicy(
                id="67f7725c-6f97-4210-82d7-5512b31e9d03", set_headers=_SECURITY_HEADERS
            ),  # PO-016 SecurityHeadersPolicy
            ResponseHeadersPolicy(
                id="60669652-455b-4ae9-85a4-c4c02393f86c", cors=_SIMPLE_CORS
            ),  # PO-017 SimpleCORS
            ResponseHeadersPolicy(
                id="5cc3b908-e619-4b99-88e5-2cf7f45965bd", cors=_PREFLIGHT_CORS
            ),  # PO-017 CORS-With-Preflight
            ResponseHeadersPolicy(
                id="e61eb60c-9c35-4d20-a928-2b84e02af89c",
                cors=_SIMPLE_CORS,
                set_headers=_SECURITY_HEADERS,
            ),  # PO-018 CORS-and-SecurityHeadersPolicy
            ResponseHeadersPolicy(
                id="eaab4381-ed33-4a86-88ca-d9558dc6cd63",
                cors=_PREFLIGHT_CORS,
                set_headers=_SECURITY_HEADERS,
            ),  # PO-018 CORS-with-preflight-and-SecurityHeadersPolicy
        )
    },
)
