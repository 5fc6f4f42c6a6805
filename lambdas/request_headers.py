"""A request's header lines in an API Gateway proxy event. Pure.

Source: API Gateway Developer Guide, "Input format of a Lambda function for proxy
integration": `multiValueHeaders` has every line, `headers` the last of each name.
"""

from collections.abc import Mapping
from typing import Any


def header_values(event: Mapping[str, Any], name: str) -> tuple[str, ...]:
    """All lines with that name, in any spelling of its case; empty when there is none.

    Either field may be null or missing, depending on who built the event.
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
    """The one line with that name, or an empty string; of several, the last."""
    lines = header_values(event, name)
    return lines[-1] if lines else ""
