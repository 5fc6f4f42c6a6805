"""Functions, settings and stores are shown in their current state, and stores are edited."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from localfront.errors import ConfigError
from localfront.exchange.request_trace import Step
from localfront.inspector.function_runs import FunctionRuns
from localfront.inspector.setting_sources import Read
from localfront.sources.description import StoreContent, read_from
from localfront.sources.key_value_files import StoreFiles, read_pairs
from localfront.sources.terraform.resource_description import describe_terraform
from tests.localfront.inspector.inspecting import inspected
from tests.localfront.sources.plans import document

ARN = "arn:aws:cloudfront::123456789012:key-value-store/words"
CLOUDFRONT_FORM = {"data": [{"key": "a", "value": "1"}]}


def test_runs_are_counted_with_their_percentiles() -> None:
    runs = FunctionRuns()
    for ms in range(1, 101):
        kept: dict[str, Any] = {"ran": ("arn",), "failed": "why"} if ms > 98 else {"ran": ("arn",)}
        runs.add(Step("viewer-request", duration_ms=float(ms), kept=kept))

    of = runs.of("arn")

    assert (of.calls, of.errors, of.percentile(50), of.percentile(99)) == (100, 2, 50.0, 99.0)
    assert (runs.of("other").calls, runs.of("other").percentile(50)) == (0, None)


@pytest.mark.parametrize("document", [CLOUDFRONT_FORM, {"a": "1"}])
def test_an_edit_keeps_the_files_format_and_is_live_at_once(
    document: dict[str, Any], tmp_path: Path
) -> None:
    file = tmp_path / "words.json"
    file.write_text(json.dumps(document))
    stores = StoreFiles({"words": file})

    stores.edit(ARN, "b", "ü")
    stores.edit(ARN, "a", None)

    read = stores.read(ARN, but="")
    assert read is not None
    assert dict(read[1].values) == read_pairs(file) == {"b": "ü"}
    assert ("data" in json.loads(file.read_text())) is ("data" in document)
    assert stores.place(ARN) == str(file)


def test_a_store_read_from_a_plan_is_edited_in_memory() -> None:
    stores = StoreFiles({})
    stores.described = {ARN: StoreContent(name="words", values={"a": "1"})}

    stores.edit(ARN, "a", "2")

    read = stores.read(ARN, but="")
    assert read is not None
    assert read[1].values == {"a": "2"}
    assert stores.place(ARN) == "memory"


def test_an_edit_that_no_store_accepts_is_refused() -> None:
    with pytest.raises(ConfigError, match="FN-021"):
        StoreFiles({}).edit(ARN, "a", "x" * 1025)


def test_a_setting_names_its_source_fields_or_says_that_there_are_none() -> None:
    raw = {"MinTTL": 0, "Comment": "", "Aliases": {"Quantity": 0}, "A": {"B": False}}
    read = Read("plan.json: aws_cloudfront_cache_policy.pages", raw)

    assert read.source(["MinTTL", "MaxTTL"]) == "MinTTL"
    assert read.source(["A.B"]) == "B"
    assert (
        read.source(["MaxTTL", "Comment", "Aliases", "A.C", "MinTTL.B"]) == "CloudFront's default"
    )
    assert Read("managed by AWS", {}).source(["MinTTL"]) == "managed by AWS"


def test_policies_have_their_terraform_addresses_too() -> None:
    described = read_from("plan.json", describe_terraform(document("application-plan"), Path()))

    found = set(described.places.values())
    assert "plan.json: aws_cloudfront_distribution.site" in found
    assert "plan.json: aws_cloudfront_response_headers_policy.security" in found


async def test_settings_have_their_source_and_no_secret(tmp_path: Path) -> None:
    async with inspected(tmp_path) as here:
        settings = await here.look("/api/settings")
        functions = await here.look("/api/functions")
        stores = await here.look("/api/stores")
        closed = [
            (await here.raw(f"/api/{name}")).status for name in ("functions", "settings", "stores")
        ]
        unknown = await here.raw(
            "/api/stores",
            f"Authorization: Bearer {here.server.token}",
            method="POST",
            body={"arn": ARN, "key": "a", "value": "1"},
        )

    groups = {group["title"]: group for group in settings["distributions"][0]["groups"]}
    behavior = {name: value for name, value, _ in groups["Behavior 1: *"]["rows"]}
    assert behavior["Origin"] == "here"
    origin = {name: value for name, value, _ in groups["Origin here"]["rows"]}
    assert origin["here"].startswith("http://127.0.0.1:")
    assert (functions["functions"], stores["stores"]) == ([], [])
    assert closed == [401, 401, 401]
    assert unknown.status == 404
