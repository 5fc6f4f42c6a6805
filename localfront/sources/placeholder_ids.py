"""Stable placeholder ids, in AWS's format, for resources that do not exist yet.

They are made of what the thing is called where it is written: an address in Terraform, the name of
a file.
"""

from __future__ import annotations

import base64
import hashlib
import uuid

from localfront.origins.aws_names import UNKNOWN_HOST

ACCOUNT = "000000000000"
SPACE = uuid.UUID("6f3b1c1e-8d0a-5f0e-9a53-6d1f1f6f0a7e")  # of localfront's names


def short_id(prefix: str, name: str) -> str:
    """An id like that of a distribution or an origin access control: `E2QWRUHAPOMQZL`."""
    letters = base64.b32encode(hashlib.sha256(name.encode()).digest()).decode()
    return prefix + letters[:13]


def policy_id(name: str) -> str:
    """An id like that of a policy or a key group: a UUID."""
    return str(uuid.uuid5(SPACE, name))


def lower_id(name: str, length: int = 10) -> str:
    """An id like that of an API, or in a domain name: lower-case letters and digits."""
    return short_id("", name).lower()[:length]


def distribution_arn(distribution_id: str, account: str = ACCOUNT) -> str:
    return f"arn:aws:cloudfront::{account}:distribution/{distribution_id}"


def distribution_domain_name(name: str) -> str:
    return f"d{lower_id(name, 13)}.cloudfront.net"


def unknown_host(name: str) -> str:
    """A domain name that only the apply will tell: it needs an override."""
    return f"{lower_id(name)}{UNKNOWN_HOST}"
