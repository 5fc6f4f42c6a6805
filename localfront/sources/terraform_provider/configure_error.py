"""A response to Terraform's Configure call with an error that Terraform shows to its user.

Source: Terraform plugin protocol (`tfplugin5.proto`, `tfplugin6.proto`: the response's only field is
`diagnostics`; of a diagnostic, `severity` 1 is an error); Protocol Buffers, "Encoding".
"""

from __future__ import annotations

DIAGNOSTICS = 1
SEVERITY, SUMMARY, DETAIL = 1, 2, 3
ERROR = 1
LENGTH_DELIMITED = 2


def configure_error(summary: str, detail: str) -> bytes:
    severity = bytes((SEVERITY << 3, ERROR))
    diagnostic = severity + _field(SUMMARY, summary.encode()) + _field(DETAIL, detail.encode())
    return _field(DIAGNOSTICS, diagnostic)


def _field(number: int, content: bytes) -> bytes:
    return bytes((number << 3 | LENGTH_DELIMITED,)) + _varint(len(content)) + content


def _varint(value: int) -> bytes:
    encoded = bytearray()
    while value > 0x7F:
        encoded.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*encoded, value])
