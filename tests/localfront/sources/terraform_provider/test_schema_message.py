"""A provider's schema without the types that a configuration does not name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localfront.sources.terraform_provider.schema_message import parse_schema_message
from tests.localfront.sources.terraform_provider.schema_messages import (
    BUCKET,
    BUCKET_DATA,
    DIAGNOSTIC,
    FUNCTION,
    PROVIDER,
    SCHEMA,
    SECRET,
    field,
)


def test_only_named_types_remain() -> None:
    schema = parse_schema_message(SCHEMA)

    assert schema.limited_to({b"aws_s3_bucket"}) == PROVIDER + BUCKET + BUCKET_DATA + FUNCTION
    assert schema.limited_to({b"aws_secret", b"else"}) == PROVIDER + FUNCTION + SECRET
    assert schema.types == {b"aws_s3_bucket", b"aws_sqs_queue", b"aws_secret"}


def test_a_message_is_kept_as_it_was() -> None:
    unknown = field(200, b"of a later protocol")

    assert bytes(parse_schema_message(SCHEMA + unknown)) == SCHEMA + unknown


def test_diagnostics_are_noticed() -> None:
    assert parse_schema_message(SCHEMA + DIAGNOSTIC).has_diagnostics
    assert not parse_schema_message(SCHEMA).has_diagnostics


@pytest.mark.parametrize(
    "message",
    [
        SCHEMA[:-1],
        b"\x80",
        b"\x08\x01",
        field(2, b""),
        field(2, field(2, b"a schema without its type")),
    ],
    ids=["cut off", "half a number", "a number as field", "no key", "another field first"],
)
def test_another_message_is_refused(message: bytes) -> None:
    with pytest.raises(ValueError, match=r"early|another kind|without its key"):
        parse_schema_message(message)


@given(st.binary(max_size=200))
def test_any_bytes_are_either_kept_or_refused(message: bytes) -> None:
    try:
        schema = parse_schema_message(message)
    except ValueError:
        return
    assert bytes(schema) == message
    assert schema.limited_to(schema.types) == message
