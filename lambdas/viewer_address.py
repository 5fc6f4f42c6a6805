"""The viewer's address, as CloudFront saw it.

The header can be trusted only if CloudFront's origin request policy sends it and the API
cannot be called directly (terraform/side_door.tf).

Source: CloudFront Developer Guide, "Add CloudFront request headers":
`CloudFront-Viewer-Address: 198.51.100.10:46532`, IPv6 with a port at the end as well.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from typing import Any

from lambdas.request_headers import header_values

FORWARDED = "x-forwarded-for"
HEADER = "cloudfront-viewer-address"
IPV6_NETWORK = 64  # bits of the prefix: a customer usually controls a whole /64


def viewer_network(event: Mapping[str, Any]) -> str | None:
    """The viewer's network, such as `198.51.100.10/32` or `2001:db8::/64`; None if unknown."""
    lines = header_values(event, HEADER)
    if len(lines) != 1:
        return None
    address, _, _port = lines[0].rpartition(":")
    try:
        parsed = ipaddress.ip_address(address.strip("[]"))
    except ValueError:
        return None
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped is not None:
        parsed = parsed.ipv4_mapped
    bits = IPV6_NETWORK if parsed.version == 6 else 32
    return str(ipaddress.ip_network(f"{parsed}/{bits}", strict=False))


def viewer(event: Mapping[str, Any]) -> str | None:
    """The viewer's address, only for the log: it can be forged.

    API Gateway only sees CloudFront's address. Both append their client's address to
    X-Forwarded-For, so the viewer's is the last but one; earlier ones are the viewer's own
    claim. Without CloudFront all of them are.
    """
    added = ",".join(header_values(event, FORWARDED)).split(",")
    if len(added) < 2:
        return None
    try:
        return str(ipaddress.ip_address(added[-2].strip()))
    except ValueError:
        return None
