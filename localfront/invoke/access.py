"""Endpoints and credentials of a function under test, from AWS's environment variables.

With AWS itself it gets none: a developer's own credentials are not the function's role.
"""

from __future__ import annotations

from collections.abc import Mapping

from localfront.errors import ConfigError
from localfront.lambda_edge.workers.environment import aws_access

_ANY = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}


def emulator_access(environ: Mapping[str, str]) -> dict[str, str]:
    """The environment's endpoints with its credentials, or placeholder ones."""
    access = {name: value for name, value in aws_access(environ).items() if value}
    if not any(name.startswith("AWS_ENDPOINT_URL") for name in access):
        return {}
    return access if "AWS_ACCESS_KEY_ID" in access else _ANY | access


def chosen_access(variables: Mapping[str, str]) -> dict[str, str]:
    """The same from a mapping of such variables. Raises ConfigError for any other variable."""
    access = emulator_access(variables)
    if other := [name for name in variables if name not in access]:
        raise ConfigError(
            f"A function at the edge can't have the environment variable {other[0]} (LA-006). It "
            "can get AWS_ENDPOINT_URL, AWS_ENDPOINT_URL_<SERVICE>, and credentials with them."
        )
    return access
