"""Rules for the settings of Lambda@Edge functions.

Sources: CloudFront Developer Guide, "Restrictions on Lambda@Edge" (LA-006 to LA-009), "Quotas"
(LA-017 to LA-019; two limits, table D.1, rows 1 to 3).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from localfront.check.evidence.associations import ARN
from localfront.check.evidence.evidence import Evidence
from localfront.check.evidence.sites import CheckedDistribution
from localfront.check.findings import CheckResult, Finding, Severity, Unchecked
from localfront.check.rules.associations import Use, uses
from localfront.check.rules.runtimes import EDGE_RUNTIME, RUNTIMES
from localfront.lambda_edge.contract.limits import (
    MAX_EPHEMERAL_STORAGE_MB,
    MAX_TIMEOUT,
    MAX_ZIP_BYTES,
)
from localfront.profiles import CLASSIC, PROFILE_2026
from localfront.sources.description import Raw

MAX_MEMORY_MB = PROFILE_2026.max_viewer_function_memory_mb

# One row for each rule: id, test for a forbidden setting, message, remedy.
FORBIDDEN: tuple[tuple[str, Callable[[Raw], object], str, str], ...] = (
    (
        "LA-006",
        lambda c: _inner(c, "Environment").get("Variables"),
        "It has environment variables.",
        "Derive settings from the function's name, or put them into the archive.",
    ),
    (
        "LA-007",
        lambda c: c.get("PackageType") == "Image",
        "It is a container image.",
        "Package it as a zip archive.",
    ),
    ("LA-007", lambda c: c.get("Layers"), "It has layers.", "Put them into the archive."),
    (
        "LA-007",
        lambda c: _inner(c, "VpcConfig").get("SubnetIds"),
        "It is in a VPC.",
        "Remove it from the VPC.",
    ),
    (
        "LA-007",
        lambda c: _inner(c, "DeadLetterConfig").get("TargetArn"),
        "It has a dead letter queue.",
        "Remove the queue.",
    ),
    (
        "LA-007",
        lambda c: _inner(c, "TracingConfig").get("Mode") == "Active",
        "It traces with X-Ray.",
        "Set the tracing mode to PassThrough.",
    ),
    (
        "LA-007",
        lambda c: (c.get("Architectures") or ["x86_64"]) != ["x86_64"],
        "Its architecture is arm64.",
        "Set it to x86_64, and build the archive for that.",
    ),
    (
        "LA-008",
        lambda c: _number(_inner(c, "EphemeralStorage").get("Size")) > MAX_EPHEMERAL_STORAGE_MB,
        f"Its ephemeral storage is over {MAX_EPHEMERAL_STORAGE_MB} MB.",
        f"Set it to {MAX_EPHEMERAL_STORAGE_MB} MB.",
    ),
)  # fmt: skip
# Id, field, name, unit, the newer limit for every event, the older one for viewer events.
LIMITS = (
    ("LA-017", "Timeout", "time-out", "s", MAX_TIMEOUT, CLASSIC.max_viewer_function_timeout),
    ("LA-018", "CodeSize", "archive", "bytes", MAX_ZIP_BYTES, CLASSIC.max_viewer_function_zip),
    ("LA-019", "MemorySize", "memory", "MB", MAX_MEMORY_MB, CLASSIC.max_viewer_function_memory_mb),
)  # fmt: skip


def check_settings(site: CheckedDistribution, evidence: Evidence) -> Iterator[CheckResult]:
    """Check each function's settings and quotas (LA-006 to LA-009, LA-017 to LA-019)."""
    for arn, at_viewer in _events(site).items():
        name = evidence.label(arn)
        config = evidence.functions.get(arn, {})
        if config is None:
            continue  # LA-001 reports that it does not exist
        if not config:
            if ARN.fullmatch(arn):
                yield Unchecked(
                    what=f"{name}: its settings and its role",
                    why="the function is not in the files or APIs that were read",
                )
            continue
        yield from _forbidden(name, config)
        yield from _limits(name, config, at_viewer)
        yield from _runtime(name, config, evidence)


def _events(site: CheckedDistribution) -> dict[str, Use | None]:
    """The distribution's functions, each with its use at a viewer event, if any."""
    found: dict[str, Use | None] = {}
    for use in uses(site):
        at_viewer = use if use.event_type.startswith("viewer-") else None
        found[use.arn] = found.get(use.arn) or at_viewer
    return found


def _forbidden(name: str, config: Raw) -> Iterator[Finding]:
    for rule, broken, message, remedy in FORBIDDEN:
        if broken(config):
            yield Finding(
                rule=rule,
                severity=Severity.ERROR,
                resource=name,
                message=f"{message} Lambda@Edge refuses that.",
                remedy=remedy,
            )


def _limits(name: str, config: Raw, at_viewer: Use | None) -> Iterator[CheckResult]:
    for rule, field, quantity, unit, limit, older in LIMITS:
        value = config.get(field)
        if not isinstance(value, int):
            yield Unchecked(
                what=f"{name}: the size of its {quantity}",
                why=f"its description has no {field}",
            )
        elif value > limit:
            yield Finding(
                rule=rule,
                severity=Severity.ERROR,
                resource=name,
                message=f"Its {quantity} is {value} {unit}, and Lambda@Edge accepts {limit}.",
                remedy=f"Reduce it to {limit} {unit}, or {older} for viewer events.",
            )
        elif at_viewer is not None and value > older:
            yield Finding(
                rule=rule,
                severity=Severity.WARNING,
                resource=name,
                message=f"Its {quantity} is {value} {unit}, and it runs at {at_viewer.event_type}: "
                "AWS's "
                f"current documentation (2026) accepts {limit}; its older version, and refusals "
                f"that users reported, {older}.",
                remedy=f"Stay at {older} {unit} to be on the safe side.",
            )


def _runtime(name: str, config: Raw, evidence: Evidence) -> Iterator[Finding]:
    runtime = config.get("Runtime")
    if config.get("PackageType") == "Image" or not isinstance(runtime, str):
        return
    lifecycle = RUNTIMES.get(runtime)
    newest = "Use the newest python3.x or nodejsN.x that Lambda offers."
    if not EDGE_RUNTIME.fullmatch(runtime):
        severity, reason = Severity.ERROR, "Lambda@Edge runs only Python and Node.js"
    elif lifecycle is None or evidence.today < lifecycle.deprecated:
        return
    elif evidence.today >= lifecycle.no_create:
        severity = Severity.ERROR
        reason = (
            f"Lambda has not created such functions since {lifecycle.no_create}, and does not "
            f"update them from {lifecycle.no_update} on"
        )
    else:
        severity = Severity.WARNING
        reason = (
            f"it has been deprecated since {lifecycle.deprecated}, and Lambda does not create "
            f"such functions from {lifecycle.no_create} on"
        )
    yield Finding(
        rule="LA-009",
        severity=severity,
        resource=name,
        message=f"Its runtime is {runtime}: {reason}.",
        remedy=newest,
    )


def _inner(config: Raw, field: str) -> dict[str, Any]:
    value = config.get(field)
    return dict(value) if isinstance(value, dict) else {}


def _number(value: Any) -> int:
    return value if isinstance(value, int) else 0
