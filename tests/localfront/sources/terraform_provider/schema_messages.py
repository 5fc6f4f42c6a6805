"""Responses with a provider's schema, as tests build them."""

from __future__ import annotations


def field(number: int, content: bytes) -> bytes:
    """A length-delimited field of Protocol Buffers."""
    return _varint(number << 3 | 2) + _varint(len(content)) + content


def entry(number: int, type_: bytes, schema: bytes = b"") -> bytes:
    """An entry of a map from a type to its schema."""
    return field(number, field(1, type_) + field(2, schema))


def _varint(value: int) -> bytes:
    encoded = bytearray()
    while value > 0x7F:
        encoded.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*encoded, value])


PROVIDER = field(1, b"the provider's own schema")
BUCKET = entry(2, b"aws_s3_bucket", b"of a bucket" * 20)
QUEUE = entry(2, b"aws_sqs_queue", b"of a queue")
BUCKET_DATA = entry(3, b"aws_s3_bucket", b"of a data source")
SECRET = entry(8, b"aws_secret", b"of an ephemeral resource")
FUNCTION = entry(7, b"arn_parse", b"of a function")
DIAGNOSTIC = field(4, b"an error")
SCHEMA = PROVIDER + BUCKET + QUEUE + BUCKET_DATA + FUNCTION + SECRET
