"""Output of the AWS CLI, recognised by its top-level key."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from localfront.errors import ConfigError
from localfront.sources.cloudfront_json import describe_output
from localfront.sources.description import Description
from tests.localfront.factories import a_distribution_config, a_distribution_description

FILE = Path("site.json")


def described(document: Mapping[str, Any], file: Path = FILE) -> Description:
    return describe_output(document, file)


def test_the_output_of_get_distribution_is_read_unchanged() -> None:
    response = {"ETag": "E1", "Distribution": a_distribution_description()}

    assert described(response).distributions == (a_distribution_description(),)


@pytest.mark.parametrize("form", ["get-distribution-config", "create-distribution"])
def test_a_configuration_without_an_id_gets_a_stable_one(form: str) -> None:
    def document(comment: str) -> dict[str, Any]:
        config = a_distribution_config(Comment=comment)
        return {"ETag": "E", "DistributionConfig": config} if form.startswith("get") else config

    (before,) = described(document("one")).distributions
    (after,) = described(document("two"), Path("elsewhere.json")).distributions

    assert before["Id"] == after["Id"]
    assert before["ARN"] == f"arn:aws:cloudfront::000000000000:distribution/{before['Id']}"
    assert before["DomainName"].endswith(".cloudfront.net")
    assert after["DistributionConfig"]["Comment"] == "two"


def test_two_configurations_have_different_ids() -> None:
    first, second = (
        described({"DistributionConfig": a_distribution_config(CallerReference=name)})
        for name in ("one", "two")
    )

    assert first.distributions[0]["Id"] != second.distributions[0]["Id"]


@pytest.mark.parametrize(
    ("key", "part"),
    [
        ("CachePolicy", "cache_policies"),
        ("OriginRequestPolicy", "origin_request_policies"),
        ("ResponseHeadersPolicy", "response_headers_policies"),
        ("OriginAccessControl", "origin_access_controls"),
        ("KeyGroup", "key_groups"),
        ("PublicKey", "public_keys"),
    ],
)
def test_referenced_resources_are_stored_by_their_ids(key: str, part: str) -> None:
    response = {"ETag": "E", key: {"Id": "X1", f"{key}Config": {"Name": "mine"}}}

    assert getattr(described(response), part) == {"X1": {"Name": "mine"}}


def test_an_access_identity_is_found_by_its_canonical_user() -> None:
    response = {"CloudFrontOriginAccessIdentity": {"Id": "E7", "S3CanonicalUserId": "abc"}}

    assert described(response).canonical_users == {"E7": "abc"}


def a_bucket_policy(*resources: str) -> dict[str, Any]:
    statement = {
        "Effect": "Allow",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": resources,
    }
    return {"Policy": json.dumps({"Statement": [statement]})}


def test_a_bucket_policy_belongs_to_the_bucket_in_its_resources() -> None:
    response = a_bucket_policy("arn:aws:s3:::pages", "arn:aws:s3:::pages/*")

    assert list(described(response).bucket_policies) == ["pages"]


@pytest.mark.proves("FN-001")
def test_a_cloudfront_functions_code_is_found_beside_its_description(
    tmp_path: Path,
) -> None:
    arn = "arn:aws:cloudfront::123456789012:function/rewrite"
    (tmp_path / "rewrite.js").write_text("function handler(event) {}")
    response = {
        "FunctionSummary": {
            "Name": "rewrite",
            "FunctionConfig": {"Comment": "", "Runtime": "cloudfront-js-2.0"},
            "FunctionMetadata": {"FunctionARN": arn},
        }
    }

    function = described(response, tmp_path / "function.json").functions[arn]

    assert function.code == "function handler(event) {}"
    (tmp_path / "rewrite.js").unlink()
    with pytest.raises(ConfigError, match=r"get-function --name rewrite --stage LIVE rewrite\.js"):
        described(response, tmp_path / "function.json")


def test_a_lambda_function_is_found_by_its_version_arn() -> None:
    arn = "arn:aws:lambda:us-east-1:123456789012:function:edge"
    response = {
        "Configuration": {"FunctionArn": arn, "Version": "3"},
        "Code": {"Location": "x"},
    }

    assert list(described(response).lambda_functions) == [f"{arn}:3"]


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ({}, "none of Distribution, DistributionConfig, CachePolicy"),
        ({"Items": []}, "neither the output of `terraform show -json` nor of the AWS CLI"),
        ({"Distribution": []}, "Distribution is missing, or not a structure"),
        (
            {"Distribution": {"Id": "E1"}},
            r"Distribution\.DistributionConfig is missing",
        ),
        ({"DistributionConfig": "x"}, "DistributionConfig is missing, or not a structure"),
        ({"CachePolicy": {"Id": "X"}}, r"CachePolicy\.CachePolicyConfig is missing"),
        ({"CachePolicy": {"CachePolicyConfig": {}}}, r"CachePolicy\.Id is missing"),
        ({"Policy": "{"}, "Policy is not JSON"),
        (a_bucket_policy(), "names no bucket"),
        (a_bucket_policy("arn:aws:s3:::a/*", "arn:aws:s3:::b/*"), "names a, b"),
        (
            {"FunctionSummary": {"Name": "x"}},
            r"FunctionSummary\.FunctionConfig is missing",
        ),
    ],
)
def test_json_that_is_not_cli_output_is_refused_with_its_field(
    document: dict[str, Any], message: str
) -> None:
    with pytest.raises(ConfigError, match=message):
        described(document)
