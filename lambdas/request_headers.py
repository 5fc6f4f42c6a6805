"""The request headers in an API Gateway proxy event.

Source: API Gateway Developer Guide, "Input format of a Lambda function for proxy
integration": `multiValueHeaders` has every line, `headers` the last of each name.
"""

from collections.abc import Mapping
from typing import Any


def header_values(event: Mapping[str, Any], name: str) -> tuple[str, ...]:
    """All values of a header, whatever the case of its name.

    Either field may be null or missing, depending on the event's source.
    """
    wanted = name.lower()
    lines = tuple(
        value
        for key, values in (event.get("multiValueHeaders") or {}).items()
        if key.lower() == wanted
        for value in values
    )
    return lines or tuple(
        value for key, value in (event.get("headers") or {}).items() if key.lower() == wanted
    )


def header(event: Mapping[str, Any], name: str) -> str:
    """A header's value, the last of several, or an empty string."""
    lines = header_values(event, name)
    return lines[-1] if lines else ""
