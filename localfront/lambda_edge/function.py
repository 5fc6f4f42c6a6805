"""A numbered version of a Lambda function, for Lambda@Edge.

What AWS refuses is refused here (LA-001, LA-002, and the rules of `function_rules`), as far as
GetFunction shows it.

Source: CloudFront Developer Guide, "Restrictions on Lambda@Edge"; Lambda API Reference,
GetFunction.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from localfront.errors import ConfigError
from localfront.lambda_edge.function_rules import configuration_of, refusals
from localfront.profiles import PROFILE_2026, Profile

HOME_REGION = "us-east-1"

_ARN = re.compile(
    r"arn:aws[a-z-]*:lambda:(?P<region>[a-z0-9-]+):(?P<account_id>\d{12})"
    r":function:(?P<name>[A-Za-z0-9_-]{1,64})(?::(?P<qualifier>[A-Za-z0-9$_-]+))?"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionArn:
    """The ARN of a numbered version."""

    region: str
    account_id: str
    name: str
    version: str

    def __str__(self) -> str:
        return f"arn:aws:lambda:{self.region}:{self.account_id}:function:{self.name}:{self.version}"

    @property
    def replica(self) -> FunctionArn:
        """The version's replica, which is what runs; its name starts with the home Region."""
        return FunctionArn(
            region=self.region,
            account_id=self.account_id,
            name=f"{self.region}.{self.name}",
            version=self.version,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class EdgeFunction:
    """A function at an event. `code` is a directory; `revision` changes with the code.

    Lambda@Edge functions have no `variables` (LA-006); `OrdinaryFunction` may.
    """

    arn: FunctionArn
    handler: str
    runtime: str
    memory_mb: int
    timeout: float  # seconds
    code: Path
    revision: str
    variables: tuple[tuple[str, str], ...] = ()
    log_group: str | None = None  # as its LoggingConfig names it

    @property
    def runs_as(self) -> FunctionArn:
        """The name under which it runs, as in its context object."""
        return self.arn.replica

    @property
    def name(self) -> str:
        return self.arn.name

    @property
    def version(self) -> str:
        return self.arn.version

    @property
    def title(self) -> str:
        """The function's name in messages."""
        return f"{self.name}:{self.version}"


@dataclass(frozen=True, slots=True, kw_only=True)
class OrdinaryFunction(EdgeFunction):
    """A function behind a function URL or an API: under its own name, with variables."""

    @property
    def runs_as(self) -> FunctionArn:
        return self.arn


def parse_function_arn(arn: str) -> FunctionArn:
    """Parse the ARN of an association.

    Raises ConfigError unless it names a numbered version (LA-001) in us-east-1 (LA-002).
    """
    match = _ARN.fullmatch(arn)
    if match is None:
        raise ConfigError(
            f"LambdaFunctionARN {arn!r} is not the ARN of a Lambda function. The form is "
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
    description: Mapping[str, Any],
    *,
    arn: FunctionArn,
    code: Path,
    profile: Profile = PROFILE_2026,
    at_viewer_events: bool = False,
) -> EdgeFunction:
    """Parse GetFunction's response for the version whose code is unpacked in `code`.

    Raises ConfigError naming what Lambda@Edge does not support.
    """
    configuration = configuration_of(description, f"Function {arn.name}:{arn.version}")
    refused = refusals(configuration, profile=profile, at_viewer_events=at_viewer_events)
    if refused:
        raise ConfigError(
            f"Function {arn.name}:{arn.version} cannot run at the edge: {' '.join(refused)}"
        )
    handler = configuration["Handler"]
    if not handler:
        raise ConfigError(
            f"Function {arn.name}:{arn.version}: Configuration.Handler is missing. Write "
            "FILE.FUNCTION."
        )
    return EdgeFunction(
        arn=arn,
        handler=handler,
        runtime=configuration["Runtime"],
        memory_mb=configuration["MemorySize"],
        timeout=float(configuration["Timeout"]),
        code=code,
        revision=configuration["CodeSha256"],
        log_group=configuration["LogGroup"] or None,
    )
