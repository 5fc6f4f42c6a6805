"""Rules for a function's configuration on Lambda@Edge (LA-006 to LA-009, LA-017 to LA-019).

AWS's pages differ on the limits of viewer events (table D.1, rows 1 to 3). Exceeding the profile's
limit is refused; exceeding only the stricter page's limit is a warning.

Source: CloudFront Developer Guide, "Restrictions on Lambda@Edge", "Quotas"; Lambda Developer
Guide, "Lambda runtimes" (deprecation dates, text of 2026).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from localfront.config.fields import Fields
from localfront.lambda_edge.contract.limits import (
    MAX_EPHEMERAL_STORAGE_MB,
    MAX_MEMORY_MB,
    MAX_TIMEOUT,
    MAX_ZIP_BYTES,
    MB,
)
from localfront.profiles import CLASSIC, Profile

Configuration = Mapping[str, Any]  # as `configuration_of` returns it

_RUNTIME = re.compile(r"python3\.\d+|nodejs(?:1[0-9]|[2-9]\d)\.x")

# Deprecation dates; existing functions keep running (LA-009).
DEPRECATED = {
    "nodejs10.x": "2021-07-30",
    "nodejs12.x": "2023-03-31",
    "nodejs14.x": "2023-12-04",
    "nodejs16.x": "2024-06-12",
    "nodejs18.x": "2025-09-01",
    "nodejs20.x": "2026-04-30",
    "python3.6": "2022-07-18",
    "python3.7": "2023-12-04",
    "python3.8": "2024-10-14",
    "python3.9": "2025-12-15",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Limits:
    timeout: int  # seconds
    memory_mb: int
    zip: int  # bytes


_ANY_EVENT = _Limits(timeout=MAX_TIMEOUT, memory_mb=MAX_MEMORY_MB, zip=MAX_ZIP_BYTES)


def configuration_of(description: Mapping[str, Any], title: str = "Function") -> Configuration:
    """A version's settings from GetFunction in one mapping, with checked types.

    `title` is the function's name in messages. Raises ConfigError for a wrong type.
    """
    described = Fields.of(title, description)
    fields = described.part("Configuration")
    return {
        "Handler": fields.text("Handler", ""),
        "Runtime": fields.text("Runtime", ""),
        "PackageType": fields.text("PackageType", "Zip"),
        "CodeSha256": fields.text("CodeSha256", ""),
        "Timeout": fields.quantity("Timeout", 3),
        "MemorySize": fields.number("MemorySize", 128),
        "CodeSize": fields.number("CodeSize", 0),
        "Architectures": fields.values.get("Architectures") or ["x86_64"],
        "Layers": fields.values.get("Layers"),
        "Environment": fields.part("Environment").values,
        "VpcConfig": fields.part("VpcConfig").values,
        "DeadLetterConfig": fields.part("DeadLetterConfig").values,
        "TracingConfig": fields.part("TracingConfig").values,
        "EphemeralStorage": {"Size": fields.part("EphemeralStorage").number("Size", 512)},
        "LogGroup": fields.part("LoggingConfig").text("LogGroup", ""),
        "SourceKMSKeyArn": described.part("Code").values.get("SourceKMSKeyArn"),
    }


def refusals(
    configuration: Configuration, *, profile: Profile, at_viewer_events: bool
) -> list[str]:
    """Why Lambda@Edge would refuse the function: sentences with the rule and the remedy."""
    limits = _viewer_limits(profile) if at_viewer_events else _ANY_EVENT
    broken = [message for is_broken, message in _RULES if is_broken(configuration)]
    return broken + _over(configuration, limits)


def warnings(
    configuration: Configuration, *, profile: Profile, at_viewer_events: bool
) -> list[str]:
    """Warnings about settings that work here but that AWS might refuse, each with its rule."""
    found = []
    runtime = str(configuration.get("Runtime"))
    if runtime in DEPRECATED:
        found.append(
            f"AWS deprecated its runtime {runtime} on {DEPRECATED[runtime]}: it keeps "
            "running, but can be neither created nor updated (LA-009). Move to a newer one."
        )
    if at_viewer_events and profile != CLASSIC:
        found += [
            f"{message} Some of AWS's pages give this lower limit for viewer events."
            for message in _over(configuration, _viewer_limits(CLASSIC))
        ]
    return found


def _viewer_limits(profile: Profile) -> _Limits:
    return _Limits(
        timeout=profile.max_viewer_function_timeout,
        memory_mb=profile.max_viewer_function_memory_mb,
        zip=profile.max_viewer_function_zip,
    )


def _over(configuration: Configuration, limits: _Limits) -> list[str]:
    rows = (
        (
            configuration.get("Timeout", 3) > limits.timeout,
            f"Its timeout is over {limits.timeout} s (LA-017): lower it.",
        ),
        (
            configuration.get("MemorySize", 128) > limits.memory_mb,
            f"Its memory size is over {limits.memory_mb} MB (LA-019): lower it.",
        ),
        (
            configuration.get("CodeSize", 0) > limits.zip,
            f"Its archive is over {limits.zip // MB} MB (LA-018): make it smaller.",
        ),
    )
    return [message for is_over, message in rows if is_over]


def _is_image(configuration: Configuration) -> bool:
    return bool(configuration.get("PackageType") == "Image")


# One row for each rule: the forbidden setting, and the remedy.
_RULES: tuple[tuple[Callable[[Configuration], object], str], ...] = (
    (
        lambda c: (c.get("Environment") or {}).get("Variables"),
        "It has environment variables (LA-006): derive settings from the function's name, or "
        "put them in the archive.",
    ),
    (_is_image, "It is a container image (LA-007): use a zip."),
    (lambda c: c.get("Layers"), "It has layers (LA-007): put them into the archive."),
    (lambda c: (c.get("VpcConfig") or {}).get("SubnetIds"), "It is in a VPC (LA-007)."),
    (
        lambda c: (c.get("DeadLetterConfig") or {}).get("TargetArn"),
        "It has a dead letter queue (LA-007).",
    ),
    (
        lambda c: (c.get("TracingConfig") or {}).get("Mode") == "Active",
        "It traces with X-Ray (LA-007): set the tracing mode to PassThrough.",
    ),
    (
        lambda c: c.get("Architectures", ["x86_64"]) != ["x86_64"],
        "Its architecture is not x86_64 (LA-007).",
    ),
    (
        lambda c: (c.get("EphemeralStorage") or {}).get("Size", 0) > MAX_EPHEMERAL_STORAGE_MB,
        f"Its ephemeral storage is over {MAX_EPHEMERAL_STORAGE_MB} MB (LA-008).",
    ),
    (
        lambda c: c.get("SourceKMSKeyArn"),
        "Its archive is encrypted with a customer managed key (LA-008): use AWS's.",
    ),
    (
        lambda c: not _is_image(c) and not _RUNTIME.fullmatch(str(c.get("Runtime"))),
        "Its runtime is neither Node.js nor Python 3 (LA-009).",
    ),
)  # fmt: skip
