"""Parse environment variables. Each function reads only those that it needs."""

import re
from collections.abc import Mapping

from lambdas.errors import ConfigError


def required(environ: Mapping[str, str], name: str) -> str:
    """A variable's value. Raises ConfigError if it is missing or empty."""
    value = environ.get(name, "")
    if not value:
        raise ConfigError(
            f"The environment variable {name} is not set. Terraform sets it on the "
            "function; when you run a handler by hand, set it yourself."
        )
    return value


LONGEST = 30 * 24 * 60 * 60  # seconds; Terraform's variables have the same limit


def seconds(environ: Mapping[str, str], name: str) -> int:
    """A variable's number of seconds. Raises ConfigError unless it is from 1 to LONGEST."""
    value = required(environ, name)
    if not re.fullmatch(r"[0-9]{1,9}", value) or not 0 < int(value) <= LONGEST:
        raise ConfigError(
            f"The environment variable {name} is {value!r}; it must be a whole number "
            f"of seconds above zero and up to {LONGEST}, such as 60."
        )
    return int(value)
