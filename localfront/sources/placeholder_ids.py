"""Stable placeholder ids, in AWS's format, for resources that do not exist yet.

They are derived from the resource's name in the source: a Terraform address, or a file name.
"""

from __future__ import annotations

import base64
import hashlib
import uuid

from localfront.origins.aws_names import UNKNOWN_HOST

ACCOUNT = "000000000000"
SPACE = uuid.UUID("6f3b1c1e-8d0a-5f0e-9a53-6d1f1f6f0a7e")  # of localfront's own names


def short_id(prefix: str, name: str) -> str:
    """An id like a distribution's or an origin access control's: `E2QWRUHAPOMQZL`."""
    letters = base64.b32encode(hashlib.sha256(name.encode()).digest()).decode()
    return prefix + letters[:13]


def policy_id(name: str) -> str:
    """An id like a policy's or a key group's: a UUID."""
    return str(uuid.uuid5(SPACE, name))


def lower_id(name: str, length: int = 10) -> str:
    """An id of lower-case letters and digits, like an API's, which can stand in a domain name."""
    return short_id("", name).lower()[:length]


def distribution_arn(distribution_id: str, account: str = ACCOUNT) -> str:
    return f"arn:aws:cloudfront::{account}:distribution/{distribution_id}"


def distribution_domain_name(name: str) -> str:
    return f"d{lower_id(name, 13)}.cloudfront.net"


def unknown_host(name: str) -> str:
    """A domain name that is known only after the apply, and needs an override."""
    return f"{lower_id(name)}{UNKNOWN_HOST}"
