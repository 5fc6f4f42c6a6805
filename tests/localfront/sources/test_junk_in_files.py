"""Any content of a file is either served or refused with the file's name.

Everything that `serve` makes of files before its ports open, and that `check` makes of them, reads
the same documents with a piece of junk in a place of one.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from localfront.check.evidence.evidence import Evidence
from localfront.check.evidence.evidence_files import read_files
from localfront.check.rules.all_rules import check
from localfront.cloudfront_functions.cloudfront_function import function_name, store_arn
from localfront.cloudfront_functions.script import read_script
from localfront.errors import ConfigError
from localfront.lambda_edge.function import parse_function, parse_function_arn
from localfront.lambda_edge.function_rules import configuration_of, warnings
from localfront.origins.addresses import Endpoints
from localfront.origins.bucket_policy import Caller, allows, cloudfront
from localfront.profiles import CLASSIC
from localfront.sources.files import ConfigFiles
from localfront.sources.function_files import FunctionFiles
from tests.localfront.check.checking import a_function
from tests.localfront.config.reading import FUNCTION_ARN, KEY
from tests.localfront.config.test_junk import (
    CACHE_POLICY,
    FULL,
    JSON,
    REQUEST_POLICY,
    paths,
    with_junk,
)
from tests.localfront.emulated import READABLE
from tests.localfront.factories import DISTRIBUTION_ARN, EDGE_ARN, listing

FIXTURES = Path(__file__).parents[2] / "fixtures" / "terraform"
HEADERS_POLICY = {
    "Name": "n",
    "SecurityHeadersConfig": {
        "XSSProtection": {"Override": True, "Protection": True, "ReportUri": "/r"},
        "FrameOptions": {"Override": True, "FrameOption": "DENY"},
        "ReferrerPolicy": {"Override": True, "ReferrerPolicy": "origin"},
        "ContentSecurityPolicy": {"Override": True, "ContentSecurityPolicy": "x"},
        "ContentTypeOptions": {"Override": True},
        "StrictTransportSecurity": {
            "Override": True,
            "AccessControlMaxAgeSec": 1,
            "IncludeSubdomains": True,
            "Preload": True,
        },
    },
    "ServerTimingHeadersConfig": {"Enabled": True, "SamplingRate": 1.5},
    "CustomHeadersConfig": listing({"Header": "X", "Value": "v", "Override": True}),
    "RemoveHeadersConfig": listing({"Header": "Y"}),
    "CorsConfig": {
        "AccessControlAllowOrigins": listing("https://*.example.com"),
        "AccessControlAllowMethods": listing("GET"),
        "AccessControlAllowHeaders": listing("X-A"),
        "AccessControlExposeHeaders": listing("X-B"),
        "AccessControlAllowCredentials": True,
        "AccessControlMaxAgeSec": 600,
        "OriginOverride": True,
    },
}


BUCKET_POLICY = {
    "Version": "2012-10-17",
    "Statement": [
        READABLE,
        {
            "Effect": "Deny",
            "Principal": {"AWS": "*"},
            "Action": ["s3:*"],
            "Resource": [READABLE["Resource"]],
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        },
    ],
}


def a_policy(kind: str, policy_id: str, config: Mapping[str, Any]) -> dict[str, Any]:
    return {kind: {"Id": policy_id, f"{kind}Config": config}}


def of_everything() -> dict[str, Any]:
    """The distribution of the other tests, with policies of the account."""
    changed = copy.deepcopy(FULL)
    first = changed["DistributionConfig"]["DefaultCacheBehavior"]
    first |= {
        "CachePolicyId": "cache-1",
        "OriginRequestPolicyId": "request-1",
        "ResponseHeadersPolicyId": "headers-1",
    }
    return {"ETag": "E", "Distribution": changed}


DOCUMENTS: Mapping[str, Any] = {
    "distribution": of_everything(),
    "cache": a_policy("CachePolicy", "cache-1", CACHE_POLICY),
    "request": a_policy("OriginRequestPolicy", "request-1", REQUEST_POLICY),
    "headers": a_policy("ResponseHeadersPolicy", "headers-1", HEADERS_POLICY),
    "control": a_policy("OriginAccessControl", "E2QWRUHAPOMQZL", {"SigningBehavior": "always"}),
    "group": a_policy("KeyGroup", "group-1", {"Name": "g", "Items": ["K1"]}),
    "key": a_policy("PublicKey", "K1", {"EncodedKey": KEY.pem}),
    "identity": {"CloudFrontOriginAccessIdentity": {"Id": "E1", "S3CanonicalUserId": "79a5"}},
    "function": {
        "FunctionSummary": {
            "Name": "rewrite",
            "FunctionConfig": {
                "Runtime": "cloudfront-js-2.0",
                "KeyValueStoreAssociations": listing({"KeyValueStoreARN": "arn:kvs"}),
            },
            "FunctionMetadata": {"FunctionARN": FUNCTION_ARN},
        }
    },
    "lambda": {
        "Configuration": {
            **a_function(
                Environment={"Variables": {}},
                VpcConfig={"SubnetIds": []},
                EphemeralStorage={"Size": 512},
                TracingConfig={"Mode": "PassThrough"},
                DeadLetterConfig={"TargetArn": ""},
                Layers=[],
            ),
            "FunctionArn": EDGE_ARN,
            "Version": "3",
        },
        "Code": {"Location": "https://example.com/"},
    },
    "bucket": {"Policy": json.dumps(BUCKET_POLICY)},
}
PLANS = {file.stem: json.loads(file.read_text()) for file in FIXTURES.glob("*.json")}


def places(documents: Mapping[str, Any]) -> list[tuple[str, Any]]:
    return [(name, at) for name, one in documents.items() for at in paths(one)]


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The documents without junk."""
    return written(DOCUMENTS, tmp_path_factory.mktemp("documents"))


@given(place=st.sampled_from(places(DOCUMENTS)), junk=JSON)
def test_junk_in_cli_output_is_served_or_refused(
    place: tuple[str, Any], junk: Any, files: list[Path]
) -> None:
    name, at = place

    with replaced(files, name, with_junk(DOCUMENTS[name], at, junk)):
        read_all(files)


@given(at=st.sampled_from(list(paths(BUCKET_POLICY))), junk=JSON)
def test_junk_in_a_bucket_policy_allows_no_access(at: Any, junk: Any, files: list[Path]) -> None:
    policy = json.dumps(with_junk(BUCKET_POLICY, at, junk))

    with replaced(files, "bucket", {"Policy": policy}):
        read_all(files)


@given(place=st.sampled_from(places(PLANS)), junk=JSON)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_junk_in_a_plan_or_a_state_is_served_or_refused(
    place: tuple[str, Any], junk: Any, tmp_path: Path
) -> None:
    name, at = place

    read_all(written({name: with_junk(PLANS[name], at, junk)}, tmp_path))


def test_the_documents_without_junk_are_served(files: list[Path]) -> None:
    served, checked = read_all(files)

    assert (served, checked) == ("", "")


def written(documents: Mapping[str, Any], folder: Path) -> list[Path]:
    (folder / "rewrite.js").write_text("function handler(e) { return e.request; }")
    files = [folder / f"{name}.json" for name in documents]
    for file in files:
        file.write_text(json.dumps(documents[file.stem]))
    return files


@contextmanager
def replaced(files: list[Path], name: str, document: Any) -> Iterator[None]:
    """Replace a file's document temporarily: writing all of them takes as long as reading them."""
    (file,) = (file for file in files if file.stem == name)
    before = file.read_text()
    file.write_text(json.dumps(document))
    try:
        yield
    finally:
        file.write_text(before)


def read_all(files: list[Path]) -> tuple[str, str]:
    """The error of `serve` and `check`, "" for none. Any unexpected exception is raised."""
    return refusal_of(serving, files), refusal_of(checking, files)


def refusal_of(read: Callable[[list[Path]], object], files: list[Path]) -> str:
    try:
        read(files)
    except ConfigError as error:
        return str(error)
    return ""


def serving(files: list[Path]) -> None:
    source = ConfigFiles(files, Endpoints(aws=True), stand_ins=["edge"])
    configuration = source.read()
    for arn in sorted(configuration.lambda_arns):
        parsed = parse_function_arn(arn)
        description = source.lambda_functions.get_function(
            FunctionName=parsed.name, Qualifier=parsed.version
        )
        parse_function(description, arn=parsed, code=files[0].parent, at_viewer_events=True)
        warnings(configuration_of(description), profile=CLASSIC, at_viewer_events=True)
    for arn in sorted(configuration.function_arns):
        name = function_name(arn)
        for function in configuration.functions.values():
            read_script(function.code.encode(), name=function.name)
        described = FunctionFiles(NoApi())
        described.described = configuration.functions
        store_arn(
            name,
            described.describe_function(Name=name, Stage="LIVE")["FunctionSummary"],
        )
    for bucket, policy in configuration.bucket_policies.items():
        object_arn = f"arn:aws:s3:::{bucket}/a"
        for caller in (Caller(), cloudfront(DISTRIBUTION_ARN)):
            allows(policy, caller=caller, action="s3:GetObject", resource=object_arn)


def checking(files: list[Path]) -> None:
    description, evidence = read_files(files)
    check(description, Evidence(today=date(2026, 11, 1), **evidence))


class NoApi:
    """An API without stores, which these tests never call."""

    def describe_function(self, *, Name: str, Stage: str) -> Mapping[str, Any]:  # noqa: N803 - boto3's name for it
        raise ConfigError(f"Function {Name} is not there.")

    get_function = describe_function
