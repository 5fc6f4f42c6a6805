"""The `headers` of events and results.

Lines that a function left unchanged are not validated, so that they pass regardless of content.

Source: CloudFront Developer Guide, "Restrictions on edge functions", "Lambda@Edge event
structure".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from localfront.http_messages.event_text import is_encodable, shown
from localfront.http_messages.messages import Headers
from localfront.http_messages.tokens import TOKEN
from localfront.lambda_edge.contract.limits import (
    NOT_ADDED_AT_VIEWER_REQUEST,
    READ_ONLY_HEADERS,
    EventType,
    is_disallowed,
)
from localfront.lambda_edge.contract.result import Result, quoted

HeaderLines = tuple[tuple[str, str], ...]  # (name, value), one for each line
ShownHeaders = Mapping[str, list[dict[str, str]]]

_NOT_IN_A_VALUE = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")  # control characters except tab


def shown_headers(headers: Headers) -> dict[str, list[dict[str, str]]]:
    """One list entry for each header line (LE-010), without the hidden ones (LH-001)."""
    lines_by_name: dict[str, list[dict[str, str]]] = {}
    for name, value in headers:
        if not is_disallowed(name):
            line = {"key": name, "value": shown(value)}
            lines_by_name.setdefault(name.lower(), []).append(line)
    return lines_by_name


def returned_headers(fields: Result[Headers]) -> Headers:
    """The headers to continue with: the same object if the function did not change them.

    Raises EdgeValidationError, see `read_headers`.
    """
    if fields.returned == fields.sent:
        return fields.original
    return merged(fields, read_headers(fields))


def read_headers(fields: Result[Headers]) -> dict[str, HeaderLines]:
    """The lines by lower-case name, in the order returned.

    Raises EdgeValidationError (LR-002, LR-017, LH-001, LH-003, LH-008, LE-010, LE-023).
    """
    headers = header_lines(fields, "headers")
    for name, lines in headers.items():
        _refuse_additions(fields, name, lines)
    for name in sorted(_read_only(fields)):
        _refuse_change(fields, name, after=_values(headers.get(name, ())))
    return headers


def header_lines(fields: Result[Headers], name: str) -> dict[str, HeaderLines]:
    """Parse an object of header form, by its shape alone (LE-010, LR-002, LR-017)."""
    returned, sent = fields.returned, fields.sent
    if not isinstance(returned, dict):
        kind = "missing" if returned is None else f"of type {type(returned).__name__}"
        fields.fail(
            "LR-002",
            f"`{name}` is {kind}",
            'Return an object: {"name": [{"key": "Name", "value": "..."}]}.',
        )
    return {
        name: _sent_lines(sent[name])
        if lines == sent.get(name, ...)
        else _lines(fields, name, lines)
        for name, lines in returned.items()
    }


def merged(fields: Result[Headers], read: Mapping[str, HeaderLines]) -> Headers:
    """Merge returned headers: unchanged lines keep their place and case, others follow.

    Hidden headers are in the result again. The same object if nothing changed.
    """
    sent: ShownHeaders = fields.sent
    same = {
        name
        for name, lines in sent.items()
        if _values(_sent_lines(lines)) == _values(read.get(name, ()))
    }
    changed = [line for name, lines in read.items() if name not in same for line in lines]
    if not changed and len(same) == len(sent):
        return fields.original
    unchanged = (
        (name, value)
        for name, value in fields.original
        if is_disallowed(name) or name.lower() in same
    )
    return Headers.of((*unchanged, *changed))


def capitalised(name: str) -> str:
    """The `key` of a header for which the function omitted it (LE-011)."""
    return "-".join(part.capitalize() for part in name.split("-"))


def _lines(fields: Result[Headers], name: str, returned: object) -> HeaderLines:
    if name != name.lower():
        fields.fail(
            "LE-010",
            f"header {quoted(name)} is not in lower case",
            f"Use {quoted(name.lower())} as its name; `key` may have capitals.",
        )
    if not TOKEN.fullmatch(name):
        fields.fail(
            "LR-017",
            f"{quoted(name)} is not a header name",
            "Use letters, digits and hyphens.",
        )
    if not isinstance(returned, list):
        fields.fail(
            "LE-010",
            f"header {quoted(name)} is of type {type(returned).__name__}",
            'Return a list of {"key": ..., "value": ...}, one for each line.',
        )
    return tuple(_line(fields, name, entry) for entry in returned)


def _line(fields: Result[Headers], name: str, entry: object) -> tuple[str, str]:
    value = entry.get("value") if isinstance(entry, dict) else None
    if not isinstance(entry, dict) or not isinstance(value, str):
        fields.fail(
            "LE-010",
            f"an entry of header {quoted(name)} has no `value` that is a string",
            'Return {"key": ..., "value": "..."}.',
        )
    key = entry.get("key", capitalised(name))
    if not isinstance(key, str):
        fields.fail(
            "LE-010",
            f"header {quoted(name)} has an entry with the key {quoted(key)}",
            "Use the same name, in any case, as `key`, or leave `key` out.",
        )
    # AWS's sample "Override a response header" moves an entry of another header here, and says
    # that the header of this name is set by it (LE-011). `lower` alone would let pass a letter
    # such as the Kelvin sign, whose lower case is k.
    if not key.isascii() or key.lower() != name:
        key = capitalised(name)
    bad = _NOT_IN_A_VALUE.search(value)
    if bad or not is_encodable(value):
        problem = f"the character %{ord(bad[0]):02X}" if bad else "half a surrogate pair"
        fields.fail(
            "LR-017",
            f"the value of header {quoted(name)} has {problem}",
            "Encode it, or remove it.",
        )
    return key, value


def _refuse_additions(fields: Result[Headers], name: str, lines: HeaderLines) -> None:
    # Disallowed headers are hidden from functions, so one in the result was added.
    if is_disallowed(name):
        fields.fail(
            "LH-001",
            f"header {quoted(name)} is disallowed; functions may not add it",
            "Remove it.",
        )
    if (
        fields.event is EventType.VIEWER_REQUEST
        and name not in fields.sent
        and lines
        and name in NOT_ADDED_AT_VIEWER_REQUEST
    ):
        fields.fail(
            "LE-023",
            f"header {quoted(name)} may not be added here: CloudFront adds it later",
            "Use another name.",
        )


def _read_only(fields: Result[Headers]) -> frozenset[str]:
    names = READ_ONLY_HEADERS[fields.event]
    return names if fields.profile.cdn_loop_is_read_only else names - {"cdn-loop"}


def _refuse_change(fields: Result[Headers], name: str, *, after: tuple[str, ...]) -> None:
    before = tuple(line["value"] for line in fields.sent.get(name, ()))
    if before == after:
        return
    if not after:
        rule, did = "LH-008", "deleted"
        fix = "Change the event's `headers`; do not build new ones."
    elif not before:
        rule, did, fix = "LH-003", "added", "Remove it."
    else:
        rule, did, fix = "LH-003", "changed", "Leave it unchanged."
    fields.fail(rule, f"the function {did} header {quoted(name)}, which is read-only", fix)


def _sent_lines(shown_lines: list[dict[str, Any]]) -> HeaderLines:
    return tuple((line["key"], line["value"]) for line in shown_lines)


def _values(lines: HeaderLines) -> tuple[str, ...]:
    return tuple(value for _, value in lines)
