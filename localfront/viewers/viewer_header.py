"""The header X-Localfront-Viewer: simulate a viewer's country, device or network."""

from __future__ import annotations

from dataclasses import replace

from localfront.exchange.refusal import Refusal
from localfront.http_messages.messages import Request
from localfront.http_messages.viewer_facts import (
    HEADER,
    ViewerFacts,
    ViewerFactsError,
    parse_viewer_facts,
)


def read_viewer_facts(request: Request, defaults: ViewerFacts) -> Request | Refusal:
    """The request with its viewer's facts and without the header; 400 for a malformed value.

    It runs first, so that all later steps see a viewer with these facts.
    """
    lines = request.headers.get_all(HEADER)
    if not lines and defaults is request.viewer:
        return request
    if len(lines) > 1:
        return _refused("It occurs twice.")
    try:
        facts = parse_viewer_facts(lines[0]) if lines else defaults
    except ViewerFactsError as error:
        return _refused(f"{error}.")
    headers = request.headers.without(HEADER)
    return replace(
        request,
        headers=headers,
        client_ip=facts.address or request.client_ip,
        viewer=facts,
    )


def _refused(reason: str) -> Refusal:
    return Refusal(
        status=400,
        rule="VP-012",
        message=f"The header {HEADER} can't be read. {reason}",
    )
