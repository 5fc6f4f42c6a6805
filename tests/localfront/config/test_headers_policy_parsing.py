from __future__ import annotations

from typing import Any

import pytest

from localfront.config.headers_policy_parsing import parse_response_headers_policy
from localfront.config.policies import PolicyHeader, ResponseHeadersPolicy
from localfront.errors import ConfigError
from tests.localfront.factories import listing


def parsed_headers(**config: Any) -> dict[str, tuple[str, bool]]:
    policy = parse_response_headers_policy("p", {"SecurityHeadersConfig": config})
    return {h.name: (h.value, h.override) for h in policy.set_headers}


@pytest.mark.parametrize(
    ("part", "value"),
    [
        pytest.param({"AccessControlMaxAgeSec": 60}, "max-age=60", id="max-age"),
        pytest.param(
            {
                "AccessControlMaxAgeSec": 60,
                "IncludeSubdomains": True,
                "Preload": True,
            },
            "max-age=60; includeSubDomains; preload",
            id="all parts",
        ),
        pytest.param({"AccessControlMaxAgeSec": 0}, "max-age=0", id="zero is a value"),
    ],
)
@pytest.mark.proves("RH-008")
def test_strict_transport_security_is_built_from_its_settings(
    part: dict[str, Any], value: str
) -> None:
    found = parsed_headers(StrictTransportSecurity={"Override": True, **part})

    assert found == {"Strict-Transport-Security": (value, True)}


@pytest.mark.parametrize(
    ("part", "value"),
    [
        pytest.param({"Protection": False}, "0", id="off"),
        pytest.param({"Protection": True}, "1", id="on"),
        pytest.param({"Protection": True, "ModeBlock": True}, "1; mode=block", id="block"),
        pytest.param({"Protection": True, "ReportUri": "/r"}, "1; report=/r", id="report"),
    ],
)
@pytest.mark.proves("RH-008")
def test_xss_protection_is_built_from_its_settings(part: dict[str, Any], value: str) -> None:
    found = parsed_headers(XSSProtection={"Override": False, **part})

    assert found == {"X-XSS-Protection": (value, False)}


def test_the_other_security_headers_are_read() -> None:
    found = parsed_headers(
        FrameOptions={"Override": True, "FrameOption": "DENY"},
        ReferrerPolicy={"Override": False, "ReferrerPolicy": "no-referrer"},
        ContentSecurityPolicy={
            "Override": True,
            "ContentSecurityPolicy": "default-src 'none'",
        },
        ContentTypeOptions={"Override": True},
    )

    assert found == {
        "X-Frame-Options": ("DENY", True),
        "Referrer-Policy": ("no-referrer", False),
        "Content-Security-Policy": ("default-src 'none'", True),
        "X-Content-Type-Options": ("nosniff", True),
    }


def test_empty_blocks_that_an_emulator_reads_back_set_nothing() -> None:
    policy = parse_response_headers_policy(
        "p",
        {
            "CorsConfig": {},
            "SecurityHeadersConfig": {
                "XSSProtection": {},
                "FrameOptions": {},
                "ReferrerPolicy": {},
                "ContentSecurityPolicy": {},
                "ContentTypeOptions": {},
                "StrictTransportSecurity": {},
            },
            "ServerTimingHeadersConfig": {"Enabled": False},
        },
    )

    assert policy == ResponseHeadersPolicy(id="p")


@pytest.mark.proves("RH-007")
def test_the_method_all_means_all_seven_methods() -> None:
    policy = parse_response_headers_policy(
        "p",
        {
            "CorsConfig": {
                "AccessControlAllowOrigins": listing("*"),
                "AccessControlAllowMethods": listing("ALL"),
            }
        },
    )

    assert policy.cors is not None
    assert set(policy.cors.allow_methods) == {
        "GET", "HEAD", "PUT", "POST", "PATCH", "DELETE", "OPTIONS",
    }  # fmt: skip


def test_custom_and_removed_headers_are_read() -> None:
    policy = parse_response_headers_policy(
        "p",
        {
            "CustomHeadersConfig": listing(
                {"Header": "X-Ship", "Value": "NCC-1701", "Override": True}
            ),
            "RemoveHeadersConfig": listing({"Header": "X-Powered-By"}),
        },
    )

    assert policy.set_headers == (PolicyHeader(name="X-Ship", value="NCC-1701", override=True),)
    assert policy.remove == {"x-powered-by"}


@pytest.mark.parametrize(
    ("config", "rate"),
    [
        ({"Enabled": True, "SamplingRate": 12.5}, 12.5),
        ({"Enabled": True, "SamplingRate": 0.0}, 0.0),
        ({"Enabled": True, "SamplingRate": "100"}, 100.0),
        ({"Enabled": True}, 0.0),
        ({"Enabled": False, "SamplingRate": 50}, None),
        ({}, None),
    ],
)
@pytest.mark.proves("RH-010")
def test_the_sampling_rate_of_server_timing_is_read(
    config: dict[str, Any], rate: float | None
) -> None:
    policy = parse_response_headers_policy("p", {"ServerTimingHeadersConfig": config})

    assert policy.server_timing == rate


@pytest.mark.parametrize("rate", [-0.1, 100.1, "nan"])
def test_an_invalid_sampling_rate_is_refused_with_its_field(rate: float | str) -> None:
    config = {"ServerTimingHeadersConfig": {"Enabled": True, "SamplingRate": rate}}

    with pytest.raises(ConfigError, match=r"policy p: ServerTiming.*SamplingRate"):
        parse_response_headers_policy("p", config)


@pytest.mark.parametrize(
    "name",
    [
        "Connection",
        "content-encoding",
        "VIA",
        "X-Amz-Cf-Anything",
        "x-edge-a",
        "X-Cache",
    ],
)
@pytest.mark.proves("RH-009")
def test_a_header_that_cannot_be_removed_is_refused_by_name(name: str) -> None:
    config = {"RemoveHeadersConfig": listing({"Header": name})}

    with pytest.raises(ConfigError, match=f"policy p: Remove.*{name.lower()}"):
        parse_response_headers_policy("p", config)


@pytest.mark.parametrize("name", ["Server", "Date", "Vary", "X-Amz-Meta-A", "ETag"])
@pytest.mark.proves("RH-009")
def test_other_headers_may_be_removed(name: str) -> None:
    config = {"RemoveHeadersConfig": listing({"Header": name})}

    assert parse_response_headers_policy("p", config).remove == {name.lower()}


@pytest.mark.proves("RH-008")
def test_invalid_xss_protection_and_csp_are_refused() -> None:
    both = {
        "Override": True,
        "Protection": True,
        "ModeBlock": True,
        "ReportUri": "/r",
    }

    with pytest.raises(ConfigError, match=r"ModeBlock and ReportUri"):
        parsed_headers(XSSProtection=both)
    for length, fits in ((1783, True), (1784, False)):
        csp = {"Override": True, "ContentSecurityPolicy": "x" * length}
        if fits:
            assert parsed_headers(ContentSecurityPolicy=csp)
            continue
        with pytest.raises(ConfigError, match="1784 characters"):
            parsed_headers(ContentSecurityPolicy=csp)


def parsed_origins(*origins: str) -> tuple[str, ...]:
    config = {"CorsConfig": {"AccessControlAllowOrigins": listing(*origins)}}
    policy = parse_response_headers_policy("p", config)
    assert policy.cors is not None
    return policy.cors.allow_origins


@pytest.mark.parametrize(
    "pattern",
    ["exa*mple.org", "test.*.example.org", "example.*", "https://*.*.test", "**"],
)
@pytest.mark.proves("RH-006")
def test_a_star_elsewhere_than_in_the_leftmost_label_is_refused(pattern: str) -> None:
    with pytest.raises(ConfigError, match="AccessControlAllowOrigins"):
        parsed_origins(pattern)


@pytest.mark.proves("RH-006")
def test_wildcards_as_documented_are_accepted() -> None:
    allowed = ("*", "*.example.org", "http://*.a.test", "http://a.test:1*3", "a.test:*")

    assert parsed_origins(*allowed) == allowed
