"""Convert CloudFormation's spelling to the CloudFront API's.

CloudFormation has bare lists, names in another case, and strings for numbers and booleans.

Source: CloudFormation Template Reference, "Amazon CloudFront"; CloudFront API Reference, data types.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

# Lists that the API writes as {"Quantity": n, "Items": [...]}.
LISTS = frozenset(
    {
        "Aliases", "AllowedMethods", "CacheBehaviors", "CachedMethods", "Cookies", "CustomErrorResponses",
        "FunctionAssociations", "Headers", "KeyValueStoreAssociations", "LambdaFunctionAssociations",
        "Origins", "QueryStringCacheKeys", "QueryStrings", "StagingDistributionDnsNames", "TrustedKeyGroups", "TrustedSigners",
        "WhitelistedNames",
    }
)  # fmt: skip
NAMES = {
    "AcmCertificateArn": "ACMCertificateArn",
    "IPV6Enabled": "IsIPV6Enabled",
    "IamCertificateId": "IAMCertificateId",
    "OriginCustomHeaders": "CustomHeaders",
    "OriginSSLProtocols": "OriginSslProtocols",
    "SslSupportMethod": "SSLSupportMethod",
}
SWITCHES = frozenset(
    {
        "AccessControlAllowCredentials", "CloudFrontDefaultCertificate", "Compress", "Enabled",
        "EnableAcceptEncodingBrotli", "EnableAcceptEncodingGzip", "IPV6Enabled", "IncludeBody",
        "IncludeCookies", "IncludeSubdomains", "ModeBlock", "OriginOverride", "Override", "Preload",
        "Protection", "QueryString", "SmoothStreaming", "Staging",
    }
)  # fmt: skip
NUMBERS = frozenset(
    {
        "AccessControlMaxAgeSec", "ConnectionAttempts", "ConnectionTimeout", "DefaultTTL", "ErrorCachingMinTTL",
        "ErrorCode", "HTTPPort", "HTTPSPort", "IdleTTL", "MaxTTL", "MaximumTTL", "MinTTL", "OriginKeepaliveTimeout",
        "OriginReadTimeout", "ResponseCompletionTimeout",
    }
)  # fmt: skip
WHOLE = re.compile(r"\d{1,18}(?:\.0+)?")


def as_in_the_api(value: Any, name: str = "") -> Any:
    """A CloudFormation structure in the API's spelling. `name` is the field that holds it."""
    if isinstance(value, Mapping):
        found = {NAMES.get(k, k): as_in_the_api(inner, k) for k, inner in value.items()}
        if name == "StatusCodes" and isinstance(found.get("Items"), list):
            return {**found, "Items": [_number(code) for code in found["Items"]]}
        return found
    if isinstance(value, list):
        members = [as_in_the_api(member) for member in value]
        return api_list(members) if name in LISTS else members
    if name in LISTS and isinstance(value, str):
        return api_list([value])  # CloudFormation accepts a single member as a list
    if name in SWITCHES:
        return _switch(value)
    if name in NUMBERS:
        return _number(value)
    return value


def api_list(members: list[Any]) -> dict[str, Any]:
    """A list as the CloudFront API writes it."""
    return {"Quantity": len(members), "Items": members} if members else {"Quantity": 0}


def _switch(value: Any) -> Any:
    return (
        {"true": True, "false": False}.get(value.lower(), value)
        if isinstance(value, str)
        else value
    )


def _number(value: Any) -> Any:
    if isinstance(value, str) and WHOLE.fullmatch(value):
        return int(value.partition(".")[0])
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value
