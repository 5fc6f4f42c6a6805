from pathlib import Path
from typing import Any

import pytest

from localfront.errors import ConfigError
from localfront.lambda_edge.function import (
    EdgeFunction,
    parse_function,
    parse_function_arn,
)

ARN = "arn:aws:lambda:us-east-1:123456789012:function:edge:3"


def described(**configuration: Any) -> dict[str, Any]:
    """GetFunction's response for a version that Lambda@Edge accepts, with changes."""
    return {
        "Configuration": {
            "FunctionName": "edge",
            "Runtime": "python3.13",
            "Handler": "viewer_request.handler",
            "CodeSha256": "5tTbTB4lSLcOkF5fFYZHMzmdUYw2jhcFjvLhzMhUWXE=",
            "Timeout": 5,
            "MemorySize": 128,
            "PackageType": "Zip",
            "Architectures": ["x86_64"],
            "EphemeralStorage": {"Size": 512},
            "TracingConfig": {"Mode": "PassThrough"},
        }
        | configuration,
        "Code": {"Location": "http://127.0.0.1/code"},
    }


def parsed(**configuration: Any) -> EdgeFunction:
    return parse_function(
        described(**configuration), arn=parse_function_arn(ARN), code=Path("/code")
    )


def test_the_arn_of_a_numbered_version_is_parsed() -> None:
    arn = parse_function_arn(ARN)

    assert (arn.account_id, arn.name, arn.version, str(arn)) == (
        "123456789012",
        "edge",
        "3",
        ARN,
    )


@pytest.mark.proves("LL-001")
def test_the_replica_is_named_after_the_home_region() -> None:
    replica = parse_function_arn(ARN).replica

    assert str(replica) == "arn:aws:lambda:us-east-1:123456789012:function:us-east-1.edge:3"


@pytest.mark.proves("LA-001")
@pytest.mark.parametrize("qualifier", ["", ":$LATEST", ":live"])
def test_an_arn_without_a_number_is_refused(qualifier: str) -> None:
    with pytest.raises(ConfigError, match="LA-001"):
        parse_function_arn(f"arn:aws:lambda:us-east-1:123456789012:function:edge{qualifier}")


@pytest.mark.proves("LA-002")
def test_a_function_of_another_region_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"eu-west-1.*LA-002"):
        parse_function_arn("arn:aws:lambda:eu-west-1:123456789012:function:edge:3")


@pytest.mark.parametrize("arn", ["", "edge:3", ARN + "\n", "arn:aws:s3:::bucket"])
def test_an_arn_that_is_not_a_functions_is_refused(arn: str) -> None:
    with pytest.raises(ConfigError, match="is not the ARN"):
        parse_function_arn(arn)


def test_a_functions_configuration_is_read() -> None:
    assert parsed() == EdgeFunction(
        arn=parse_function_arn(ARN),
        handler="viewer_request.handler",
        runtime="python3.13",
        memory_mb=128,
        timeout=5.0,
        code=Path("/code"),
        revision="5tTbTB4lSLcOkF5fFYZHMzmdUYw2jhcFjvLhzMhUWXE=",
    )


@pytest.mark.parametrize(
    ("configuration", "rule"),
    [
        pytest.param({"Environment": {"Variables": {"A": "b"}}}, "LA-006", id="variables"),
        pytest.param({"Layers": [{"Arn": "a"}]}, "LA-007", id="layers"),
        pytest.param({"VpcConfig": {"SubnetIds": ["a"]}}, "LA-007", id="VPC"),
        pytest.param({"PackageType": "Image"}, "LA-007", id="image"),
        pytest.param({"DeadLetterConfig": {"TargetArn": "a"}}, "LA-007", id="dead letters"),
        pytest.param({"TracingConfig": {"Mode": "Active"}}, "LA-007", id="X-Ray"),
        pytest.param({"Architectures": ["arm64"]}, "LA-007", id="arm64"),
        pytest.param({"EphemeralStorage": {"Size": 1024}}, "LA-008", id="storage"),
        pytest.param({"Runtime": "java21"}, "LA-009", id="Java"),
        pytest.param({"Runtime": "nodejs8.10"}, "LA-009", id="Node.js 8"),
        pytest.param({"Runtime": "python2.7"}, "LA-009", id="Python 2"),
        pytest.param({"Timeout": 31}, "LA-017", id="timeout"),
    ],
)
@pytest.mark.proves("LA-006", "LA-007", "LA-008", "LA-009", "LA-017")
def test_settings_that_lambda_edge_does_not_support_are_refused(
    configuration: dict[str, Any], rule: str
) -> None:
    with pytest.raises(ConfigError, match=rf"edge:3 cannot run at the edge: .*{rule}"):
        parsed(**configuration)


@pytest.mark.parametrize(
    "configuration",
    [
        {"Environment": {"Variables": {}}},
        {"Environment": None},
        {"Layers": [], "VpcConfig": {"SubnetIds": []}},
        {"Timeout": 30, "MemorySize": 3008},
    ],
)
def test_empty_settings_count_as_absent(configuration: dict[str, Any]) -> None:
    assert parsed(**configuration).handler == "viewer_request.handler"
