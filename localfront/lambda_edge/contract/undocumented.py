"""What AWS's guide leaves open about results, and is refused here: items 4 to 6 of table D.2.

AWS may ignore some of these. None of them can be meant, and what passes here must not fail there
(chapter D.3 of the checklist), so each is a 502 that says what to change.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from localfront.lambda_edge.contract.limits import EventType
from localfront.lambda_edge.contract.validation import fail, listed, named, told

_READ_ONLY = ("clientIp", "method")  # LR-014, as far as a returned request shows them


def returned_object(returned: object, event: EventType, *, wanted: str) -> dict[str, Any]:
    """Item 4: null, like everything that is no object, is not a result."""
    if not isinstance(returned, dict):
        fail(
            event,
            "LR-001",
            f"the function returned {named(returned)}",
            f"Return {wanted}.",
        )
    return returned


def refuse_missing(
    returned: Mapping[str, Any],
    names: tuple[str, ...],
    event: EventType,
    *,
    wanted: str,
) -> None:
    """Item 4: nor is {}, or an object that lacks what the event had."""
    missing = [name for name in names if name not in returned]
    if missing:
        fail(
            event,
            "LR-002",
            f"what the function returned has no {listed(missing)}",
            f"Return {wanted}, not its envelope.",
        )


def status_text(status: object, event: EventType) -> str:
    """Item 4: the guide's `status` is a string, and a number is refused.

    Not in origin-response: AWS's own samples ("Lambda@Edge example functions") set it to 302.
    """
    documented_number = event is EventType.ORIGIN_RESPONSE and type(status) is int
    if not isinstance(status, str) and not documented_number:
        fail(
            event,
            "LR-003",
            f"`status` is {told(status)}",
            'Return a string, for example "302".',
        )
    return str(status)


def refuse_changed_read_only(
    returned: Mapping[str, Any], sent: Mapping[str, Any], event: EventType
) -> None:
    """Item 5: a change of `method` or `clientIp`. `config` is not part of a result."""
    for name in _READ_ONLY:
        if returned[name] != sent[name]:
            fail(
                event,
                "LR-014",
                f"the function changed `{name}`, which is read-only",
                "Leave it.",
            )


def refuse_in_viewer_response(returned: Mapping[str, Any], sent: Mapping[str, Any]) -> None:
    """Item 6: another status, or a body, from viewer-response (LR-013)."""
    event = EventType.VIEWER_RESPONSE
    if status_text(returned["status"], event) != sent["status"]:
        fail(
            event,
            "LR-013",
            f"the function changed `status` from {sent['status']!r} to {told(returned['status'])}",
            "Leave it; a status can be changed at origin-response.",
        )
    if "body" in returned:
        fail(
            event,
            "LR-013",
            "the function set `body`",
            "Take it out; a body can be replaced at origin-response.",
        )
