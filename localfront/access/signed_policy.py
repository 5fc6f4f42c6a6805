"""Canned and custom policies: parse them, and decide whether they allow a request.

Parsing is strict: only the guide's names, in its spelling, and numbers of the right type. A policy
is parsed after its signature was verified.

Sources: CloudFront Developer Guide, "Create a signed URL using a canned policy" and "Create a
signed URL using a custom policy" (SG-002, SG-007); the same texts for cookies.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from ipaddress import IPv4Address, IPv4Network
from typing import Any

from localfront.access.signed_resource import ANY, Url, covers

# 19 January 2038, the latest date in the guide; a time in milliseconds is far beyond it.
LATEST = 2**31 - 1
SECONDS = re.compile(r"0|[1-9][0-9]{0,9}")
CIDR = re.compile(r"[0-9]{1,3}(\.[0-9]{1,3}){3}/[0-9]{1,2}")


class PolicyError(ValueError):
    """The text is not a policy; the message completes "the policy ..."."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """Times in seconds since 1970: valid after `starts` and before `expires`."""

    resource: str
    expires: int
    starts: int | None = None
    source: IPv4Network | None = None

    def objection(self, urls: Iterable[Url], client_ip: str, *, now: float) -> str | None:
        """Why the policy does not allow a request, in a sentence, or None. One URL must match."""
        seconds = int(now)
        if seconds >= self.expires:
            return f"The signature expired at {_iso_time(self.expires)}"
        if self.starts is not None and seconds <= self.starts:
            return f"The signature is not valid until after {_iso_time(self.starts)}"
        if self.source is not None and not _is_in(client_ip, self.source):
            return f"The policy allows {self.source} (IPv4), and the viewer is {client_ip}"
        candidates = tuple(urls)
        if not any(covers(self.resource, url) for url in candidates):
            return f"The policy's Resource {self.resource!r} does not cover {candidates[0]}"
        return None


def canned_policy(url: Url, expires: str) -> bytes:
    """The text that a canned policy's signature signs, byte for byte as the guide prescribes."""
    resource = json.dumps(str(url), ensure_ascii=False)
    condition = f'{{"DateLessThan":{{"AWS:EpochTime":{expires}}}}}'
    text = f'{{"Statement":[{{"Resource":{resource},"Condition":{condition}}}]}}'
    return text.encode("utf-8", "surrogateescape")


def read_seconds(text: str) -> int | None:
    """The Unix time in an Expires parameter or cookie; None if it is malformed."""
    if not SECONDS.fullmatch(text) or int(text) > LATEST:
        return None
    return int(text)


def read_policy(text: bytes) -> Policy:
    """Parse a custom policy. Raises PolicyError."""
    try:
        document = json.loads(
            text.decode("utf-8"),
            object_pairs_hook=_without_repetition,
            parse_constant=_refuse_constant,
        )
    except PolicyError:
        raise
    except (ValueError, RecursionError) as error:
        raise PolicyError("is not JSON in UTF-8") from error
    statements = _members(document, "the policy", "Statement")["Statement"]
    if not isinstance(statements, list) or len(statements) != 1:
        raise PolicyError("must have one Statement in a list")
    statement = _members(statements[0], "Statement", "Condition", optional={"Resource"})
    resource = statement.get("Resource", ANY)
    if not isinstance(resource, str):
        raise PolicyError("must name one URL as Resource")
    condition = _members(
        statement["Condition"],
        "Condition",
        "DateLessThan",
        optional={"DateGreaterThan", "IpAddress"},
    )
    return Policy(
        resource=resource,
        expires=_time(condition["DateLessThan"], "DateLessThan"),
        starts=_time(condition["DateGreaterThan"], "DateGreaterThan")
        if "DateGreaterThan" in condition
        else None,
        source=_network(condition["IpAddress"]) if "IpAddress" in condition else None,
    )


def _members(part: Any, where: str, *required: str, optional: Iterable[str] = ()) -> dict[str, Any]:
    if not isinstance(part, dict):
        raise PolicyError(f"needs an object at {where}")
    for name in required:
        if name not in part:
            raise PolicyError(f"lacks {name} in {where}")
    unknown = part.keys() - {*required, *optional}
    if unknown:
        raise PolicyError(f"has an unknown name in {where}: {min(unknown)!r}")
    return part


def _time(part: Any, where: str) -> int:
    value = _members(part, where, "AWS:EpochTime")["AWS:EpochTime"]
    if type(value) is not int or not 0 <= value <= LATEST:
        hint = ": these are milliseconds" if type(value) is int and value > LATEST else ""
        raise PolicyError(f"needs whole seconds without quotation marks in {where}{hint}")
    return value


def _network(part: Any) -> IPv4Network:
    value = _members(part, "IpAddress", "AWS:SourceIp")["AWS:SourceIp"]
    if isinstance(value, str) and CIDR.fullmatch(value):
        try:
            return IPv4Network(value, strict=False)
        except ValueError:
            pass  # an octet or prefix too large: reported below
    raise PolicyError("needs one IPv4 range such as 192.0.2.0/24 in IpAddress")


def _is_in(client_ip: str, network: IPv4Network) -> bool:
    """Whether an address is in the range. The guide excludes IPv6: such viewers never match."""
    try:
        return IPv4Address(client_ip) in network
    except ValueError:
        return False


def _without_repetition(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise PolicyError("has a duplicate name")
    return members


def _refuse_constant(name: str) -> None:
    raise PolicyError(f"holds {name}, which is not JSON")


def _iso_time(seconds: int) -> str:
    try:
        return datetime.fromtimestamp(seconds, UTC).isoformat()
    except (ValueError, OverflowError, OSError):
        return f"second {seconds}"  # beyond datetime's range
