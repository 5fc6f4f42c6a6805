from __future__ import annotations

from typing import Any

import pytest

from localfront.config.distribution import Origin, OriginGroup
from localfront.config.managed_policies import MANAGED
from localfront.config.parsing import parse_distribution
from localfront.errors import ConfigError
from localfront.profiles import CLASSIC, PROFILE_2026, Profile
from tests.localfront.config.reading import (
    a_group_description,
    custom_origin_with,
    custom_settings,
    notices_of,
    parsed,
    parsed_origin,
    refused,
    s3_origin_with,
)
from tests.localfront.factories import (
    API_DOMAIN,
    BUCKET_DOMAIN,
    a_behavior_description,
    a_distribution_description,
    listing,
)

IDENTITY = "origin-access-identity/cloudfront/E127EXAMPLE51Z"


@pytest.mark.proves("S3-001")
def test_an_s3_origin_gets_its_access_controls_signing_behavior() -> None:
    assert parsed().origin("pages") == Origin(
        id="pages",
        domain_name=BUCKET_DOMAIN,
        is_s3=True,
        origin_access_control="always",
    )


@pytest.mark.proves("S3-001")
def test_an_unknown_signing_behavior_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"SigningBehavior 'sometimes'.*S3-001"):
        parse_distribution(
            a_distribution_description(),
            policies=MANAGED,
            signing_behaviors={"E2QWRUHAPOMQZL": "sometimes"},
        )


@pytest.mark.proves("OR-015", "OG-005")
def test_a_custom_origin_is_read_with_its_protocol_ports_and_timeouts() -> None:
    settings = {
        "HTTPPort": 8080,
        "HTTPSPort": 8443,
        "OriginProtocolPolicy": "http-only",
        "OriginSslProtocols": listing("TLSv1.1", "TLSv1.2"),
        "OriginReadTimeout": 7,
        "OriginKeepaliveTimeout": 60,
    }
    config = custom_origin_with(
        CustomOriginConfig=settings,
        CustomHeaders=listing({"HeaderName": "X-Key", "HeaderValue": "value"}),
        ConnectionAttempts=2,
        ConnectionTimeout=4,
        ResponseCompletionTimeout=20,
        OriginShield={"Enabled": True, "OriginShieldRegion": "us-east-1"},
    )

    assert parsed_origin(**config) == Origin(
        id="api",
        domain_name=API_DOMAIN,
        origin_path="/prod",
        custom_headers=(("X-Key", "value"),),
        protocol_policy="http-only",
        http_port=8080,
        https_port=8443,
        connection_attempts=2,
        connection_timeout=4,
        read_timeout=7,
        keepalive_timeout=60,
        response_completion_timeout=20,
        ssl_protocols=("TLSv1.1", "TLSv1.2"),
    )


def test_an_origin_access_identity_is_read_with_its_canonical_user() -> None:
    origin = parsed_origin(
        "pages",
        **s3_origin_with(
            OriginAccessControlId="", S3OriginConfig={"OriginAccessIdentity": IDENTITY}
        ),
    )

    assert origin.origin_access_control is None
    assert origin.origin_access_identity == "E127EXAMPLE51Z"
    assert origin.s3_canonical_user_id == "79a59df900b949e5"


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        pytest.param(
            {"S3OriginConfig": {"OriginAccessIdentity": IDENTITY}},
            "is set together with OriginAccessControlId",
            id="both kinds of access",
        ),
        pytest.param(
            {"S3OriginConfig": {"OriginAccessIdentity": "E127EXAMPLE51Z"}},
            "OriginAccessIdentity 'E127EXAMPLE51Z'",
            id="a bare id",
        ),
        pytest.param({"S3OriginConfig": None}, "S3OriginConfig is missing", id="none"),
        pytest.param({"DomainName": "https://a.example"}, "DomainName", id="a URL"),
        pytest.param({"DomainName": "a.example:80"}, "DomainName", id="a port"),
        pytest.param({"DomainName": "a.example@b"}, "DomainName", id="a user"),
        pytest.param({"Id": "api"}, "more than one Id 'api'", id="an id twice"),
    ],
)
def test_an_unsupported_s3_origin_is_refused_with_its_field(
    changes: dict[str, Any], named: str
) -> None:
    assert named in refused(**s3_origin_with(**changes))


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        pytest.param({"OriginAccessControlId": "E9"}, "get-origin-access-control", id="unknown"),
        pytest.param({"VpcOriginConfig": {"VpcOriginId": "vo_1"}}, "VpcOriginConfig", id="VPC"),
        pytest.param({"OriginPaths": "/a"}, "OriginPaths '/a'", id="a misspelt field"),
    ],
)
def test_unsupported_origin_settings_are_reported(changes: dict[str, Any], named: str) -> None:
    config = s3_origin_with(**changes)

    assert named in notices_of(**config)
    assert parsed_origin("pages", **config).origin_access_control == "always"


@pytest.mark.parametrize(
    "path", ["prod", "/prod/", "/", "/a?b", "/a#b", "/a b", "/a\r\nb", "/é", "/" * 256]
)
@pytest.mark.proves("OR-011")
def test_an_invalid_origin_path_is_refused(path: str) -> None:
    message = refused(**custom_origin_with(OriginPath=path))

    assert "Origin 'api': OriginPath" in message
    assert "(OR-011)" in message


@pytest.mark.parametrize("port", [80, 443, 1024, 65_535])
@pytest.mark.proves("OR-015")
def test_a_port_that_cloudfront_connects_to_is_accepted(port: int) -> None:
    assert parsed_origin(**custom_settings(HTTPSPort=port)).https_port == port


@pytest.mark.parametrize("port", [0, 22, 81, 1023, 65_536, -80])
@pytest.mark.proves("OR-015")
def test_any_other_port_is_refused(port: int) -> None:
    message = refused(**custom_settings(HTTPSPort=port))

    assert f"CustomOriginConfig.HTTPSPort {port}" in message
    assert "(OR-015)" in message


@pytest.mark.parametrize(
    ("config", "named"),
    [
        (custom_origin_with(ConnectionAttempts=0), "ConnectionAttempts 0"),
        (custom_origin_with(ConnectionAttempts=4), "ConnectionAttempts 4"),
        (custom_origin_with(ConnectionTimeout=0), "ConnectionTimeout 0"),
        (custom_origin_with(ConnectionTimeout=11), "ConnectionTimeout 11"),
    ],
)
@pytest.mark.proves("OG-001")
def test_connection_attempts_and_timeout_are_limited(config: dict[str, Any], named: str) -> None:
    message = refused(**config)

    assert named in message
    assert "(OG-001)" in message


@pytest.mark.parametrize("wrong", [True, "2", 2.0, [2]])
def test_only_integers_are_accepted_as_numbers(wrong: Any) -> None:
    message = refused(**custom_origin_with(ConnectionAttempts=wrong))

    assert "Origin 'api': ConnectionAttempts" in message
    assert "is not a whole number" in message


@pytest.mark.parametrize("field", ["OriginReadTimeout", "OriginKeepaliveTimeout"])
@pytest.mark.parametrize(("profile", "most"), [(PROFILE_2026, 120), (CLASSIC, 60)])
@pytest.mark.proves("OG-002")
def test_read_and_keep_alive_timeouts_have_the_limits_of_the_profile(
    field: str, profile: Profile, most: int
) -> None:
    parsed(profile, **custom_settings(**{field: most}))

    message = refused(profile, **custom_settings(**{field: 0}))
    assert f"{field} 0 is out of range (OG-002)" in message
    assert f"1 to {most}" in message
    assert f"{field} {most + 1} is above" in notices_of(
        profile, **custom_settings(**{field: most + 1})
    )


@pytest.mark.proves("OG-005")
def test_a_completion_timeout_below_the_read_timeout_is_refused() -> None:
    message = refused(**custom_origin_with(ResponseCompletionTimeout=29))

    assert "ResponseCompletionTimeout 29" in message
    assert "(OG-005)" in message


@pytest.mark.proves("OG-005")
def test_a_completion_timeout_of_zero_means_none() -> None:
    origin = parsed_origin(**custom_origin_with(ResponseCompletionTimeout=0))

    assert origin.response_completion_timeout is None


@pytest.mark.proves("RT-009", "OG-007")
def test_a_behavior_may_target_an_origin_group() -> None:
    distribution = parsed(
        OriginGroups=listing(a_group_description()),
        DefaultCacheBehavior=a_behavior_description(TargetOriginId="both"),
    )

    assert distribution.default_cache_behavior.target_origin_id == "both"
    assert distribution.origin_group("both") == OriginGroup(
        id="both",
        primary="pages",
        secondary="api",
        failover_status_codes=frozenset({500, 503}),
    )


@pytest.mark.proves("OG-007", "OG-008")
def test_every_documented_failover_code_is_accepted() -> None:
    codes = [400, 403, 404, 416, 429, 500, 502, 503, 504]
    criteria = {"StatusCodes": listing(*codes)}
    group = a_group_description(FailoverCriteria=criteria)

    read = parsed(OriginGroups=listing(group)).origin_groups[0]

    assert read.failover_status_codes == frozenset(codes)


@pytest.mark.parametrize("codes", [[], [200], [401], [500, 301], ["500"], [True], [{}]])
@pytest.mark.proves("OG-007")
def test_any_other_failover_code_is_refused(codes: list[Any]) -> None:
    criteria = {"StatusCodes": {"Items": codes}}
    group = a_group_description(FailoverCriteria=criteria)

    message = refused(OriginGroups=listing(group))

    assert "Origin group 'both': FailoverCriteria.StatusCodes" in message
    assert "(OG-007)" in message


@pytest.mark.parametrize(
    "members",
    [
        pytest.param([], id="none"),
        pytest.param(["pages"], id="one"),
        pytest.param(["pages", "api", "pages"], id="three"),
        pytest.param(["pages", "pages"], id="one twice"),
        pytest.param(["pages", "nobody"], id="unknown"),
        pytest.param(["both", "pages"], id="a group"),
    ],
)
@pytest.mark.proves("OG-007")
def test_a_group_has_two_origins_of_the_distribution(members: list[str]) -> None:
    described = [{"OriginId": member} for member in members]
    group = a_group_description(Members=listing(*described))

    assert "Origin group 'both': Members" in refused(OriginGroups=listing(group))
