"""CloudFront Functions with code in files."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Literal

import pytest

from localfront.cloudfront_functions.cloudfront_function import store_arn
from localfront.errors import ConfigError
from localfront.sources.description import FunctionCode
from localfront.sources.function_files import FunctionFiles

ARN = "arn:aws:cloudfront::123456789012:function/rewrite"
STORE = "arn:aws:cloudfront::123456789012:key-value-store/1"
REWRITE = FunctionCode(name="rewrite", runtime="cloudfront-js-2.0", code="function handler(e) {}")


class Api:
    """An API that has every function."""

    def describe_function(
        self,
        *,
        Name: str,  # noqa: N803 -- the API's name
        Stage: Literal["LIVE"],  # noqa: N803 - boto3's name for it
    ) -> dict[str, Any]:
        return {"described": Name, "stage": Stage}

    def get_function(
        self,
        *,
        Name: str,  # noqa: N803 - boto3's name for it
        Stage: Literal["LIVE"],  # noqa: N803 - boto3's name for it
    ) -> dict[str, Any]:
        return {"got": Name, "stage": Stage}


def files(function: FunctionCode, api: Api | None = None) -> FunctionFiles:
    found = FunctionFiles(api)
    found.described = {ARN: function}
    return found


def etag(function: FunctionCode) -> object:
    return files(function).describe_function(Name="rewrite", Stage="LIVE")["ETag"]


@pytest.mark.proves("FN-001")
def test_a_function_from_files_has_the_apis_description_and_code() -> None:
    described = files(REWRITE).describe_function(Name="rewrite", Stage="LIVE")
    response = files(REWRITE).get_function(Name="rewrite", Stage="LIVE")

    assert store_arn("rewrite", described["FunctionSummary"]) is None
    assert response["FunctionCode"].read() == b"function handler(e) {}"
    assert response["ETag"] == described["ETag"]


def test_different_code_has_a_different_etag() -> None:
    assert etag(REWRITE) == etag(replace(REWRITE))
    assert etag(REWRITE) != etag(replace(REWRITE, code="function handler(e) { }"))


def test_a_function_without_a_file_is_read_from_the_api() -> None:
    found = files(REWRITE, Api())

    assert found.describe_function(Name="other", Stage="LIVE") == {
        "described": "other",
        "stage": "LIVE",
    }
    assert found.get_function(Name="other", Stage="LIVE") == {
        "got": "other",
        "stage": "LIVE",
    }


def test_without_an_api_an_undescribed_function_is_refused_with_the_remedy() -> None:
    with pytest.raises(ConfigError, match=r"describe-function --name other.*other\.js"):
        files(REWRITE).describe_function(Name="other", Stage="LIVE")


@pytest.mark.proves("FN-021")
def test_a_store_is_associated_with_or_without_an_api() -> None:
    keyed = replace(REWRITE, key_value_store_arns=(STORE,))

    for found in (files(keyed), files(keyed, Api())):
        described = found.describe_function(Name="rewrite", Stage="LIVE")
        assert store_arn("rewrite", described["FunctionSummary"]) == STORE
