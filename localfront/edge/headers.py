"""The `headers` object that a function returned, held against the one it was sent.

Source: CloudFront Developer Guide, "Restrictions on edge functions", "Lambda@Edge event
structure".
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from localfront.edge.limits import (
    NOT_ADDED_AT_VIEWER_REQUEST,
    READ_ONLY_HEADERS,
    EventType,
    is_disallowed,
)
from localfront.errors import EdgeValidationError

HeaderLines = tuple[tuple[str, str], ...]  # (name, value), one for each line

_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # RFC 9110 section 5.6.2
_NOT_IN_A_VALUE = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")  # all controls but the tab


def read_headers(
    returned: object, *, event: EventType, sent: Mapping[str, HeaderLines]
) -> dict[str, HeaderLines]:
    """The lines by lower-case name, in the order returned.

    `sent` holds what the function was shown; {} for a response that it made by itself. Raises
    EdgeValidationError (LR-002, LR-017, LH-001, LH-003, LH-008, LE-010, LE-023).
    """
    if not isinstance(returned, dict):
        raise EdgeValidationError(
            f"{event}: `headers` is {_kind(returned)}. Return an object: "
            '{"name": [{"key": "Name", "value": "..."}]}.',
            rule="LR-002",
        )
    headers = {name: _lines(name, lines, event) for name, lines in returned.items()}
    for name, lines in headers.items():
        _refuse_additions(name, lines, event, is_new=name not in sent)
    for name in sorted(READ_ONLY_HEADERS[event]):
        before, after = _values(sent.get(name, ())), _values(headers.get(name, ()))
        if before != after:
            raise _read_only(name, event, before=before, after=after)
    return headers


def sent_headers(shown: Mapping[str, list[dict[str, str]]]) -> dict[str, HeaderLines]:
    """The `headers` of an event that was sent, in the form of `read_headers`."""
    return {
        name: tuple((line["key"], line["value"]) for line in lines)
        for name, lines in shown.items()
    }


def is_encodable(text: str) -> bool:
    """Whether the text can be sent as UTF-8 (LE-018): half a surrogate pair cannot."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def capitalised(name: str) -> str:
    """The `key` of a header whose function left it out (LE-011)."""
    return "-".join(part.capitalize() for part in name.split("-"))


def _lines(name: str, returned: object, event: EventType) -> HeaderLines:
    if name != name.lower():
        raise EdgeValidationError(
            f"{event}: header {name!r} is not in lower case. Use {name.lower()!r} as its name "
            "in `headers`; `key` may have capitals.",
            rule="LE-010",
        )
    if not _TOKEN.fullmatch(name):
        raise EdgeValidationError(
            f"{event}: {name!r} is not a header name. Use letters, digits and hyphens.",
            rule="LR-017",
        )
    if not isinstance(returned, list):
        raise EdgeValidationError(
            f"{event}: header {name!r} is {_kind(returned)}. Return a list of "
            '{"key": ..., "value": ...}, one for each line.',
            rule="LE-010",
        )
    return tuple(_line(name, entry, event) for entry in returned)


def _line(name: str, entry: object, event: EventType) -> tuple[str, str]:
    value = entry.get("value") if isinstance(entry, dict) else None
    if not isinstance(entry, dict) or not isinstance(value, str):
        raise EdgeValidationError(
            f"{event}: an entry of header {name!r} has no `value` that is a string. Return "
            '{"key": ..., "value": "..."}.',
            rule="LE-010",
        )
    key = entry.get("key", capitalised(name))
    if not isinstance(key, str) or key.lower() != name:
        raise EdgeValidationError(
            f"{event}: header {name!r} has an entry with the key {key!r}. `key` is the same "
            "name, in any case; or leave it out.",
            rule="LE-010",
        )
    bad = _NOT_IN_A_VALUE.search(value)
    if bad or not is_encodable(value):
        shown = f"the character %{ord(bad[0]):02X}" if bad else "half a surrogate pair"
        raise EdgeValidationError(
            f"{event}: the value of header {name!r} has {shown}. Encode it, or take it out.",
            rule="LR-017",
        )
    return key, value


def _refuse_additions(
    name: str, lines: HeaderLines, event: EventType, *, is_new: bool
) -> None:
    # A function sees none of the disallowed headers, so one that is here was added.
    if is_disallowed(name):
        raise EdgeValidationError(
            f"{event}: header {name!r} is disallowed; functions may not add it. Take it out.",
            rule="LH-001",
        )
    if (
        event is EventType.VIEWER_REQUEST
        and is_new
        and lines
        and name in NOT_ADDED_AT_VIEWER_REQUEST
    ):
        raise EdgeValidationError(
            f"{event}: header {name!r} may not be added here: CloudFront adds it later. Use "
            "another name.",
            rule="LE-023",
        )


def _read_only(
    name: str, event: EventType, *, before: tuple[str, ...], after: tuple[str, ...]
) -> EdgeValidationError:
    if not after:
        did, fix = (
            "deleted",
            "Change the `headers` you were given; do not build new ones.",
        )
    elif not before:
        did, fix = "added", "Take it out."
    else:
        did, fix = "changed", "Leave it as it is."
    return EdgeValidationError(
        f"{event}: the function {did} header {name!r}, which is read-only. {fix}",
        rule="LH-008" if did == "deleted" else "LH-003",
    )


def _values(lines: HeaderLines) -> tuple[str, ...]:
    return tuple(value for _, value in lines)


def _kind(value: object) -> str:
    return "missing" if value is None else f"of type {type(value).__name__}"
