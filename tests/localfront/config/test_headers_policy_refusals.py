"""Invalid response headers policies are refused with the name of the field."""

from __future__ import annotations

from typing import Any

import pytest

from localfront.config.headers_policy_parsing import parse_response_headers_policy
from localfront.errors import ConfigError
from tests.localfront.factories import listing

SECURITY, CORS = "SecurityHeadersConfig", "CorsConfig"
REFUSED = [
    # What has to be there.
    ({SECURITY: {"FrameOptions": {"FrameOption": "DENY"}}}, "FrameOptions.Override"),
    ({SECURITY: {"XSSProtection": {"Protection": True}}}, "XSSProtection.Override"),
    (
        {SECURITY: {"ReferrerPolicy": {"ReferrerPolicy": "origin"}}},
        "ReferrerPolicy.Override",
    ),
    (
        {SECURITY: {"ContentSecurityPolicy": {"ContentSecurityPolicy": "x"}}},
        "ContentSecurityPolicy.Override",
    ),
    (
        {SECURITY: {"ContentTypeOptions": {"Override": None, "X": 1}}},
        "ContentTypeOptions.Override",
    ),
    (
        {SECURITY: {"StrictTransportSecurity": {"AccessControlMaxAgeSec": 1}}},
        "StrictTransportSecurity.Override",
    ),
    ({"CustomHeadersConfig": listing({"Value": "v", "Override": True})}, "[0].Header"),
    ({"CustomHeadersConfig": listing({"Header": "X", "Value": "v"})}, "[0].Override"),
    ({"RemoveHeadersConfig": listing({})}, "[0].Header"),
    # What is of another type.
    ([], "policy p"),
    ("x", "policy p"),
    ({SECURITY: []}, SECURITY),
    ({SECURITY: {"FrameOptions": "DENY"}}, "FrameOptions"),
    ({SECURITY: {"FrameOptions": {"FrameOption": 1, "Override": True}}}, "FrameOption"),
    (
        {SECURITY: {"FrameOptions": {"FrameOption": "DENY", "Override": "yes"}}},
        "Override",
    ),
    (
        {SECURITY: {"FrameOptions": {"FrameOption": "ALL", "Override": True}}},
        "FrameOption",
    ),
    (
        {SECURITY: {"ReferrerPolicy": {"ReferrerPolicy": [], "Override": True}}},
        "ReferrerPolicy",
    ),
    ({SECURITY: {"XSSProtection": {"Protection": 1, "Override": True}}}, "Protection"),
    (
        {
            SECURITY: {
                "StrictTransportSecurity": {
                    "AccessControlMaxAgeSec": "a",
                    "Override": True,
                }
            }
        },
        "AccessControlMaxAgeSec",
    ),
    (
        {
            SECURITY: {
                "StrictTransportSecurity": {
                    "AccessControlMaxAgeSec": -1,
                    "Override": True,
                }
            }
        },
        "AccessControlMaxAgeSec",
    ),
    ({"ServerTimingHeadersConfig": {"Enabled": "yes"}}, "Enabled"),
    (
        {"ServerTimingHeadersConfig": {"Enabled": True, "SamplingRate": {}}},
        "SamplingRate",
    ),
    (
        {"ServerTimingHeadersConfig": {"Enabled": True, "SamplingRate": True}},
        "SamplingRate",
    ),
    ({"ServerTimingHeadersConfig": 5}, "ServerTimingHeadersConfig"),
    ({"CustomHeadersConfig": {"Items": 5}}, "CustomHeadersConfig.Items"),
    ({"CustomHeadersConfig": listing("X")}, "CustomHeadersConfig.Items[0]"),
    ({"RemoveHeadersConfig": listing(5)}, "RemoveHeadersConfig.Items[0]"),
    ({CORS: 5}, CORS),
    ({CORS: {"AccessControlAllowOrigins": listing(5)}}, "AccessControlAllowOrigins"),
    (
        {CORS: {"AccessControlAllowOrigins": {"Items": "*"}}},
        "AccessControlAllowOrigins.Items",
    ),
    (
        {
            CORS: {
                "AccessControlAllowOrigins": listing("*"),
                "AccessControlMaxAgeSec": "1",
            }
        },
        "AccessControlMaxAgeSec",
    ),
    (
        {
            CORS: {
                "AccessControlAllowOrigins": listing("*"),
                "AccessControlAllowCredentials": 1,
            }
        },
        "AccessControlAllowCredentials",
    ),
    # What no header line carries.
    (
        {"CustomHeadersConfig": listing({"Header": "X Y", "Value": "v", "Override": True})},
        "Header",
    ),
    (
        {"CustomHeadersConfig": listing({"Header": "X", "Value": "a\r\nB: c", "Override": True})},
        "Value",
    ),
    (
        {CORS: {"AccessControlAllowOrigins": listing("http://a\r\n")}},
        "AccessControlAllowOrigins",
    ),
]


@pytest.mark.parametrize(("config", "field"), REFUSED)
def test_a_missing_or_invalid_setting_is_refused_with_its_field(config: Any, field: str) -> None:
    with pytest.raises(ConfigError) as refused:
        parse_response_headers_policy("p", config)

    assert str(refused.value).startswith("Response headers policy p")
    assert field in str(refused.value)
    assert "\n" not in str(refused.value)
