"""Content negotiation for error pages.

Source: RFC 9110, 12.5.1 (Accept). Browsers send text/html for navigation; `curl` and `fetch` accept
anything, and plain text is best in a terminal or a developer console.
"""

from __future__ import annotations

from typing import Literal

Form = Literal["html", "json", "text"]
MEDIA_TYPES: dict[Form, str] = {
    "html": "text/html; charset=utf-8",
    "json": "application/json; charset=utf-8",
    "text": "text/plain; charset=utf-8",
}
_NAMED: dict[str, Form] = {
    "text/html": "html",
    "application/xhtml+xml": "html",
    "application/json": "json",
}


def wanted_form(accept: str | None) -> Form:
    """The most preferred form named in Accept; text if none is, HTML without Accept."""
    if accept is None:
        return "html"
    best: tuple[float, Form] = (0.0, "text")
    for part in accept.lower().split(","):
        media_type, *parameters = (text.strip() for text in part.split(";"))
        form = _NAMED.get(media_type)
        if form is not None and (quality := _quality(parameters)) > best[0]:
            best = (quality, form)
    return best[1]


def _quality(parameters: list[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                return float(value)
            except ValueError:
                return 0.0
    return 1.0
