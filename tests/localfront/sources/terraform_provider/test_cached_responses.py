"""Calls that a provider gets once, and calls that it gets each time."""

from __future__ import annotations

from pathlib import Path

import pytest

from localfront.sources.terraform_provider.cached_responses import SCHEMA as SCHEMA_METHODS
from localfront.sources.terraform_provider.cached_responses import VALIDATION, CachedResponses
from localfront.sources.terraform_provider.named_types import NamedTypes
from localfront.sources.terraform_provider.schema_cache import SchemaCache
from tests.localfront.sources.terraform_provider.schema_messages import (
    BUCKET,
    BUCKET_DATA,
    DIAGNOSTIC,
    FUNCTION,
    PROVIDER,
    QUEUE,
    SCHEMA,
)

LIMITED = PROVIDER + BUCKET + BUCKET_DATA + FUNCTION


@pytest.fixture
def cache(tmp_path: Path) -> SchemaCache:
    program = tmp_path / "terraform-provider-aws_v5"
    program.write_bytes(b"program")
    return SchemaCache(tmp_path, program)


def cached_responses(cache: SchemaCache, *declared: bytes) -> CachedResponses:
    words = {*declared, b"aws_region", b"variable"}
    return CachedResponses(cache, lambda: NamedTypes(words, set(declared)))


@pytest.mark.parametrize("method", SCHEMA_METHODS)
def test_a_schema_is_requested_once_and_reused_by_each_run(
    cache: SchemaCache, method: bytes
) -> None:
    first = cached_responses(cache, b"aws_s3_bucket")
    assert first.response(method) is None
    assert first.store(SCHEMA) == LIMITED
    assert first.response(method) == LIMITED

    assert cached_responses(cache, b"aws_sqs_queue").response(method) == PROVIDER + QUEUE + FUNCTION


def test_the_types_in_use_are_read_for_each_response(cache: SchemaCache) -> None:
    words: set[bytes] = set()
    growing = CachedResponses(cache, lambda: NamedTypes(words, set()))
    assert growing.store(SCHEMA) == PROVIDER + FUNCTION

    words.add(b"aws_s3_bucket")

    assert growing.response(SCHEMA_METHODS[0]) == LIMITED


def test_with_a_misspelled_type_terraform_gets_all_types(cache: SchemaCache) -> None:
    misspelled = cached_responses(cache, b"aws_s3_bukcet")

    assert misspelled.store(SCHEMA) == SCHEMA


def test_another_providers_type_is_not_misspelled(cache: SchemaCache) -> None:
    mixed = cached_responses(cache, b"aws_s3_bucket", b"random_password", b"terraform_data")

    assert mixed.store(SCHEMA) == LIMITED


@pytest.mark.parametrize("response", [SCHEMA + DIAGNOSTIC, SCHEMA[:-1]], ids=["error", "no schema"])
def test_a_failed_response_is_passed_on_and_not_kept(cache: SchemaCache, response: bytes) -> None:
    failing = cached_responses(cache, b"aws_s3_bucket")

    assert failing.store(response) == response
    assert failing.response(SCHEMA_METHODS[0]) is None


@pytest.mark.parametrize("method", VALIDATION)
def test_a_configuration_is_valid_without_a_call_to_the_provider(
    cache: SchemaCache, method: bytes
) -> None:
    assert cached_responses(cache).response(method) == b""  # no diagnostics
