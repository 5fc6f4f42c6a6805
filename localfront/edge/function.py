"""A numbered version of a Lambda function, as Lambda@Edge may run it.

Not emulated: Node.js. A function with a Node.js runtime is refused, as is what AWS refuses
(LA-001, LA-002, LA-006 to LA-009, LA-017) as far as GetFunction shows it.

Source: CloudFront Developer Guide, "Restrictions on Lambda@Edge"; Lambda API Reference,
GetFunction.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from localfront.edge.limits import MAX_EPHEMERAL_STORAGE_MB, MAX_TIMEOUT
from localfront.errors import ConfigError

HOME_REGION = "us-east-1"

_ARN = re.compile(
    r"arn:aws[a-z-]*:lambda:(?P<region>[a-z0-9-]+):(?P<account_id>\d{12})"
    r":function:(?P<name>[A-Za-z0-9_-]{1,64})(?::(?P<qualifier>[A-Za-z0-9$_-]+))?"
)
_PYTHON = re.compile(r"python3\.\d+")


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionArn:
    """The ARN of a numbered version."""

    region: str
    account_id: str
    name: str
    version: str

    def __str__(self) -> str:
        return (
            f"arn:aws:lambda:{self.region}:{self.account_id}"
            f":function:{self.name}:{self.version}"
        )

    @property
    def replica(self) -> FunctionArn:
        """The version's replica, which is what runs: its name starts with the home region."""
        return FunctionArn(
            region=self.region,
            account_id=self.account_id,
            name=f"{self.region}.{self.name}",
            version=self.version,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class EdgeFunction:
    """What runs at an event. `code` is a directory; `revision` changes when the code does."""

    arn: FunctionArn
    handler: str
    runtime: str
    memory_mb: int
    timeout: float  # seconds
    code: Path
    revision: str

    @property
    def name(self) -> str:
        return self.arn.name

    @property
    def version(self) -> str:
        return self.arn.version


def parse_function_arn(arn: str) -> FunctionArn:
    """Read the ARN of an association.

    Raises ConfigError unless it names a numbered version (LA-001) in us-east-1 (LA-002).
    """
    match = _ARN.fullmatch(arn)
    if match is None:
        raise ConfigError(
            f"LambdaFunctionARN {arn!r} is not the ARN of a Lambda function. It looks like "
            "arn:aws:lambda:us-east-1:123456789012:function:NAME:VERSION."
        )
    region, version = match["region"], match["qualifier"]
    if version is None or not version.isdecimal():
        raise ConfigError(
            f"LambdaFunctionARN {arn!r} names "
            f"{'no version' if version is None else repr(version)}; Lambda@Edge runs numbered "
            "versions only (LA-001). Publish a version and put its number at the end."
        )
    if region != HOME_REGION:
        raise ConfigError(
            f"LambdaFunctionARN {arn!r} is in {region}; a Lambda@Edge function must be in "
            f"{HOME_REGION} (LA-002). Create it there."
        )
    return FunctionArn(
        region=region,
        account_id=match["account_id"],
        name=match["name"],
        version=version,
    )


def parse_function(
    description: Mapping[str, Any], *, arn: FunctionArn, code: Path
) -> EdgeFunction:
    """Read the answer of Lambda's GetFunction for the version whose code is unpacked in `code`.

    Raises ConfigError naming what Lambda@Edge does not take.
    """
    configuration = description["Configuration"]
    refusals = list(_refusals(configuration))
    if refusals:
        raise ConfigError(
            f"Function {arn.name}:{arn.version} cannot run at the edge: {' '.join(refusals)}"
        )
    return EdgeFunction(
        arn=arn,
        handler=configuration["Handler"],
        runtime=configuration["Runtime"],
        memory_mb=int(configuration.get("MemorySize", 128)),
        timeout=float(configuration.get("Timeout", 3)),
        code=code,
        revision=configuration["CodeSha256"],
    )


# One row for each rule: what is there that may not be, and what to do about it.
_RULES: tuple[tuple[Callable[[Mapping[str, Any]], object], str], ...] = (
    (
        lambda c: (c.get("Environment") or {}).get("Variables"),
        "It has environment variables (LA-006): derive settings from the function's name, or "
        "put them in the archive.",
    ),
    (lambda c: c.get("PackageType") == "Image", "It is a container image (LA-007): use a zip."),
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
        lambda c: (
            (c.get("EphemeralStorage") or {}).get("Size", 0) > MAX_EPHEMERAL_STORAGE_MB
        ),
        f"Its ephemeral storage is over {MAX_EPHEMERAL_STORAGE_MB} MB (LA-008).",
    ),
    (
        lambda c: c.get("Timeout", 3) > MAX_TIMEOUT,
        f"Its timeout is over {MAX_TIMEOUT} s (LA-017).",
    ),
    (
        lambda c: c.get("PackageType") != "Image"
        and not _PYTHON.fullmatch(str(c.get("Runtime"))),
        "Its runtime is not a Python 3 (LA-009): localfront runs no other yet.",
    ),
)  # fmt: skip


def _refusals(configuration: Mapping[str, Any]) -> Iterator[str]:
    for broken, message in _RULES:
        if broken(configuration):
            yield message
