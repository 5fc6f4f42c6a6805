"""Header objects: as functions are shown them, and as they returned them.

A line that a function left alone is not looked at again, so that it goes on whatever it holds.

Source: CloudFront Developer Guide, "Restrictions on edge functions", "Lambda@Edge event
structure".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from localfront.http_messages.event_text import is_encodable, shown
from localfront.http_messages.messages import Headers
from localfront.lambda_edge.contract.limits import (
    NOT_ADDED_AT_VIEWER_REQUEST,
    READ_ONLY_HEADERS,
    EventType,
    is_disallowed,
)
from localfront.lambda_edge.contract.validation import fail, told
from localfront.profiles import Profile

HeaderLines = tuple[tuple[str, str], ...]  # (name, value), one for each line
ShownHeaders = Mapping[str, list[dict[str, str]]]

NO_SHOWN_HEADERS: ShownHeaders = {}  # for a response that a function made by itself

_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # RFC 9110 section 5.6.2
_NOT_IN_A_VALUE = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")  # all controls but the tab


def shown_headers(headers: Headers) -> dict[str, list[dict[str, str]]]:
    """One list entry for each header line (LE-010), less the hidden ones (LH-001)."""
    lines_by_name: dict[str, list[dict[str, str]]] = {}
    for name, value in headers:
        if not is_disallowed(name):
            line = {"key": name, "value": shown(value)}
            lines_by_name.setdefault(name.lower(), []).append(line)
    return lines_by_name


def read_headers(
    returned: object, *, event: EventType, sent: ShownHeaders, profile: Profile
) -> dict[str, HeaderLines]:
    """The lines by lower-case name, in the order returned.

    `sent` is what the function was shown. Raises EdgeValidationError (LR-002, LR-017, LH-001,
    LH-003, LH-008, LE-010, LE-023).
    """
    headers = header_lines(returned, field="headers", event=event, sent=sent)
    for name, lines in headers.items():
        _refuse_additions(name, lines, event, is_new=name not in sent)
    for name in sorted(_read_only(event, profile)):
        before = tuple(line["value"] for line in sent.get(name, ()))
        _refuse_change(name, event, before=before, after=_values(headers.get(name, ())))
    return headers


def header_lines(
    returned: object, *, field: str, event: EventType, sent: ShownHeaders
) -> dict[str, HeaderLines]:
    """An object of header form, by its shape alone (LE-010, LR-002, LR-017)."""
    if not isinstance(returned, dict):
        kind = "missing" if returned is None else f"of type {type(returned).__name__}"
        fail(
            event,
            "LR-002",
            f"`{field}` is {kind}",
            'Return an object: {"name": [{"key": "Name", "value": "..."}]}.',
        )
    return {
        name: _sent_lines(sent[name])
        if lines == sent.get(name, ...)
        else _lines(name, lines, event)
        for name, lines in returned.items()
    }


def merged(headers: Headers, *, sent: ShownHeaders, returned: Mapping[str, HeaderLines]) -> Headers:
    """Lines that are as before stay where and as they are; changed and new ones follow.

    `sent` was made of `headers`, whose hidden lines are in the result again. The same object when
    nothing changed.
    """
    same = {
        name
        for name, lines in sent.items()
        if _values(_sent_lines(lines)) == _values(returned.get(name, ()))
    }
    changed = [line for name, lines in returned.items() if name not in same for line in lines]
    if not changed and len(same) == len(sent):
        return headers
    kept = ((name, value) for name, value in headers if is_disallowed(name) or name.lower() in same)
    return Headers.of((*kept, *changed))


def capitalised(name: str) -> str:
    """The `key` of a header whose function left it out (LE-011)."""
    return "-".join(part.capitalize() for part in name.split("-"))


def _lines(name: str, returned: object, event: EventType) -> HeaderLines:
    if name != name.lower():
        fail(
            event,
            "LE-010",
            f"header {told(name)} is not in lower case",
            f"Use {told(name.lower())} as its name; `key` may have capitals.",
        )
    if not _TOKEN.fullmatch(name):
        fail(
            event,
            "LR-017",
            f"{told(name)} is not a header name",
            "Use letters, digits and hyphens.",
        )
    if not isinstance(returned, list):
        fail(
            event,
            "LE-010",
            f"header {told(name)} is of type {type(returned).__name__}",
            'Return a list of {"key": ..., "value": ...}, one for each line.',
        )
    return tuple(_line(name, entry, event) for entry in returned)


def _line(name: str, entry: object, event: EventType) -> tuple[str, str]:
    value = entry.get("value") if isinstance(entry, dict) else None
    if not isinstance(entry, dict) or not isinstance(value, str):
        fail(
            event,
            "LE-010",
            f"an entry of header {told(name)} has no `value` that is a string",
            'Return {"key": ..., "value": "..."}.',
        )
    key = entry.get("key", capitalised(name))
    # `lower` alone would let pass a letter such as the Kelvin sign, whose lower case is k.
    if not isinstance(key, str) or not key.isascii() or key.lower() != name:
        fail(
            event,
            "LE-010",
            f"header {told(name)} has an entry with the key {told(key)}",
            "`key` is the same name, in any case; or leave it out.",
        )
    bad = _NOT_IN_A_VALUE.search(value)
    if bad or not is_encodable(value):
        what = f"the character %{ord(bad[0]):02X}" if bad else "half a surrogate pair"
        fail(
            event,
            "LR-017",
            f"the value of header {told(name)} has {what}",
            "Encode it, or take it out.",
        )
    return key, value


def _refuse_additions(name: str, lines: HeaderLines, event: EventType, *, is_new: bool) -> None:
    # A function sees none of the disallowed headers, so one that is here was added.
    if is_disallowed(name):
        fail(
            event,
            "LH-001",
            f"header {told(name)} is disallowed; functions may not add it",
            "Take it out.",
        )
    if (
        event is EventType.VIEWER_REQUEST
        and is_new
        and lines
        and name in NOT_ADDED_AT_VIEWER_REQUEST
    ):
        fail(
            event,
            "LE-023",
            f"header {told(name)} may not be added here: CloudFront adds it later",
            "Use another name.",
        )


def _read_only(event: EventType, profile: Profile) -> frozenset[str]:
    names = READ_ONLY_HEADERS[event]
    return names if profile.cdn_loop_is_read_only else names - {"cdn-loop"}


def _refuse_change(
    name: str, event: EventType, *, before: tuple[str, ...], after: tuple[str, ...]
) -> None:
    if before == after:
        return
    if not after:
        rule, did = "LH-008", "deleted"
        fix = "Change the `headers` you were given; do not build new ones."
    elif not before:
        rule, did, fix = "LH-003", "added", "Take it out."
    else:
        rule, did, fix = "LH-003", "changed", "Leave it as it is."
    fail(event, rule, f"the function {did} header {told(name)}, which is read-only", fix)


def _sent_lines(shown_lines: list[dict[str, Any]]) -> HeaderLines:
    return tuple((line["key"], line["value"]) for line in shown_lines)


def _values(lines: HeaderLines) -> tuple[str, ...]:
    return tuple(value for _, value in lines)
