"""A provider's schema, as it is sent to Terraform, limited to the types that are in use.

Terraform reads the schemas of all types that a provider has, although a folder uses a dozen of
AWS's 1,500. Computing and decoding the rest takes three quarters of the processor time of a plan.

Source: Terraform plugin protocol (`tfplugin5.proto`, `tfplugin6.proto`: the response of GetSchema and
of GetProviderSchema has the same fields); Protocol Buffers, "Encoding".
"""

from __future__ import annotations

from collections.abc import Iterator, Set
from dataclasses import dataclass

RESOURCES, DATA_SOURCES, DIAGNOSTICS, EPHEMERAL_RESOURCES = 2, 3, 4, 8
BY_TYPE = (RESOURCES, DATA_SOURCES, EPHEMERAL_RESOURCES)  # maps; the key is the type
LENGTH_DELIMITED = 2
KEY = 1


@dataclass(frozen=True, slots=True)
class MessageField:
    """A field of a message with its tag and length, and for a map's entry its key."""

    number: int
    encoded: bytes
    type: bytes | None = None


@dataclass(frozen=True, slots=True)
class SchemaMessage:
    """The message's fields, in order."""

    fields: tuple[MessageField, ...]

    @property
    def types(self) -> Set[bytes]:
        return {field.type for field in self.fields if field.type is not None}

    @property
    def has_diagnostics(self) -> bool:
        return any(field.number == DIAGNOSTICS for field in self.fields)

    def limited_to(self, types: Set[bytes]) -> bytes:
        """The message with no types but these. The provider's own schema and functions stay."""
        kept = (f.encoded for f in self.fields if f.type is None or f.type in types)
        return b"".join(kept)

    def __bytes__(self) -> bytes:
        return b"".join(field.encoded for field in self.fields)


def parse_schema_message(message: bytes) -> SchemaMessage:
    """Parse the message. Raises ValueError if it is not one."""
    try:
        return SchemaMessage(tuple(_fields(message)))
    except IndexError as error:
        raise ValueError("the message ends early") from error


def _fields(message: bytes) -> Iterator[MessageField]:
    start = 0
    while start < len(message):
        number, content, end = _field(message, start)
        type_ = None
        if number in BY_TYPE:
            key, name, _ = _field(content, 0)
            if key != KEY:
                raise ValueError("an entry without its key first")
            type_ = name
        yield MessageField(number, message[start:end], type_)
        start = end


def _field(message: bytes, start: int) -> tuple[int, bytes, int]:
    """The number and content of the field at `start`, and where it ends."""
    tag, start = _varint(message, start)
    if tag & 7 != LENGTH_DELIMITED:
        raise ValueError("a field of another kind")
    length, start = _varint(message, start)
    end = start + length
    if end > len(message):
        raise ValueError("the message ends early")
    return tag >> 3, message[start:end], end


def _varint(message: bytes, start: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = message[start]
        start += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, start
        shift += 7
