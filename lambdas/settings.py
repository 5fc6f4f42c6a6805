"""Environment variables to values. Each function asks only for what it needs."""

from collections.abc import Mapping

from lambdas.errors import ConfigError


def required(environ: Mapping[str, str], name: str) -> str:
    """Raises ConfigError when the variable is missing or empty."""
    value = environ.get(name, "")
    if not value:
        raise ConfigError(
            f"The environment variable {name} is not set. Terraform sets it on the "
            "function; when you run a handler by hand, set it yourself."
        )
    return value


def seconds(environ: Mapping[str, str], name: str) -> int:
    """Raises ConfigError unless the variable is a whole number above zero."""
    value = required(environ, name)
    if not (value.isascii() and value.isdigit() and int(value) > 0):
        raise ConfigError(
            f"The environment variable {name} is {value!r}; it must be a whole number "
            "of seconds above zero, such as 60."
        )
    return int(value)
