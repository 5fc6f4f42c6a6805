"""The viewer's address, as CloudFront saw it. Pure.

Only CloudFront may be believed: the header is worth something where its origin request
policy sends it and nobody can call the API directly (terraform/side_door.tf).

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
IPV6_NETWORK = 64  # bits: whoever has one address has all of these


def viewer_network(event: Mapping[str, Any]) -> str | None:
    """`198.51.100.10/32` or `2001:db8::/64`; None where there is not one such address."""
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
    """The viewer's address for the log. Nothing may be decided by it.

    API Gateway knows CloudFront's address alone. Each of the two adds whom it was asked by to
    X-Forwarded-For, so the viewer's is the last but one; what stands before is the viewer's own
    invention. Without CloudFront it is all invented.
    """
    added = ",".join(header_values(event, FORWARDED)).split(",")
    if len(added) < 2:
        return None
    try:
        return str(ipaddress.ip_address(added[-2].strip()))
    except ValueError:
        return None
