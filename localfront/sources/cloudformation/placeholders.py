"""Placeholders in a description: notices, and errors where one would decide a response.

A name that affects no response is kept. An origin's domain name needs an override. An unknown alias
or path pattern is left out. Anything that would decide a response raises an error that names the
option to give it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from localfront.config.notices import Notice
from localfront.origins.aws_names import EXECUTE_API_NAME, S3_NAME, WEBSITE_NAME
from localfront.sources import placeholder_ids
from localfront.sources.cloudformation.unknowns import Unknown, Unknowns

# Labels, and fields without effect on this machine.
SILENT = frozenset(
    {
        "ACMCertificateArn", "Bucket", "CallerReference", "Comment", "Description", "HttpVersion",
        "IAMCertificateId", "Id", "MinimumProtocolVersion", "Name", "OriginId",
        "Prefix", "PriceClass", "RealtimeLogConfigArn", "SSLSupportMethod", "TargetOriginId",
        "WebACLId",
    }
)  # fmt: skip
LEFT_OUT = frozenset({"Aliases", "DefaultRootObject", "OriginPath"})
STAYS = frozenset(
    {
        "CachePolicyId", "ContentSecurityPolicy", "ContinuousDeploymentPolicyId",
        "FieldLevelEncryptionId", "HeaderName", "HeaderValue", "OriginAccessControlId",
        "OriginAccessIdentity", "OriginRequestPolicyId", "ReportUri", "ResponseHeadersPolicyId", "TrustedKeyGroups", "Value",
        "VpcOriginId",
    }
)  # fmt: skip


@dataclass(slots=True)
class Placeholders:
    """Finds the placeholders in a description, and collects `notices` and `reasons`."""

    unknowns: Unknowns
    notices: list[Notice] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)

    def settled(self, value: Any, label: str, path: str = "", name: str = "") -> Any:
        """The value without the parts that are left out. `name` is the field with this value."""
        if isinstance(value, Mapping):
            found = {
                key: self.settled(inner, label, f"{path}.{key}" if path else key, _field(key, name))
                for key, inner in value.items()
            }
            left = {
                key: inner
                for key, inner in found.items()
                if inner is not None or value[key] is None
            }
            return _counted(left)
        if isinstance(value, list):
            members = [
                self.settled(member, label, f"{path}[{place}]", name)
                for place, member in enumerate(value)
            ]
            return [member for member in members if member is not None]
        unknowns = list(self.unknowns.within(value))
        return self._settled(value, f"{label}: {path}", name, unknowns) if unknowns else value

    def notice(self, text: str, place: str) -> None:
        """Add notices for the placeholders in a served text."""
        for unknown in self.unknowns.within(text):
            self._notice(
                place, unknown, f"it contains a placeholder; set it with {unknown.way_out}"
            )

    def _settled(self, value: str, place: str, name: str, unknowns: list[Unknown]) -> Any:
        if name in SILENT:
            return value
        if name == "DomainName":
            return self._domain_name(value, place, unknowns)
        if name in LEFT_OUT or name in STAYS:
            here = "it is left out" if name in LEFT_OUT else f"it is {value!r}"
            for unknown in unknowns:
                self._notice(place, unknown, f"{here}; set it with {unknown.way_out}")
            return None if name in LEFT_OUT else value
        for unknown in unknowns:
            self.reasons.append(f"{place} depends on {unknown.description}. Add {unknown.way_out}.")
        return value

    def _domain_name(self, value: str, place: str, unknowns: list[Unknown]) -> str:
        forms = (S3_NAME, WEBSITE_NAME, EXECUTE_API_NAME)
        host = value
        if not any(form.fullmatch(value) for form in forms):
            host = placeholder_ids.unknown_host(value)
        for unknown in unknowns:
            way_out = f"replace it with --origin-override, or set it with {unknown.way_out}"
            self._notice(place, unknown, f"it is {host!r}; {way_out}")
        return host

    def _notice(self, place: str, unknown: Unknown, here: str) -> None:
        self.notices.append(
            Notice(field=place, on_aws=f"depends on {unknown.description}", here=here)
        )


def _field(key: str, around: str) -> str:
    """The field that holds a value; members of a list belong to the list's field."""
    return around if key in ("Items", "Quantity") else str(key)


def _counted(found: dict[str, Any]) -> dict[str, Any]:
    if isinstance(found.get("Items"), list) and "Quantity" in found:
        return {**found, "Quantity": len(found["Items"])}
    return found
