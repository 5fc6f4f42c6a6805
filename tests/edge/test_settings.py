import pytest
from errors import SettingsError
from settings import Endpoint, Settings

ENVIRONMENT = {
    "AWS_LAMBDA_FUNCTION_NAME": "my-serverless-website-edge",
    "AWS_REGION": "us-east-1",
    "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
    "AWS_SECRET_ACCESS_KEY": "not-a-secret-key",
}


def load(**changes: str) -> Settings:
    return Settings.load(ENVIRONMENT | changes)


def test_the_table_is_named_after_the_function() -> None:
    assert load().table == "my-serverless-website-sessions"


def test_a_replica_reads_the_table_in_its_home_region() -> None:
    replica = load(AWS_LAMBDA_FUNCTION_NAME="us-east-1.starfleet-edge", AWS_REGION="eu-west-1")

    assert replica.table == "starfleet-sessions"
    assert replica.region == "us-east-1"
    assert replica.endpoint == Endpoint(secure=True, host="dynamodb.us-east-1.amazonaws.com")


def test_the_original_function_reads_the_table_in_its_own_region() -> None:
    assert load(AWS_REGION="eu-west-1").region == "eu-west-1"


@pytest.mark.parametrize("name", ["-edge", "us-east-1.-edge", "starfleet", "edge"])
def test_a_function_that_is_not_named_for_the_edge_is_refused(name: str) -> None:
    with pytest.raises(SettingsError, match="AWS_LAMBDA_FUNCTION_NAME"):
        load(AWS_LAMBDA_FUNCTION_NAME=name)


@pytest.mark.parametrize("missing", ENVIRONMENT)
def test_a_missing_variable_is_named(missing: str) -> None:
    with pytest.raises(SettingsError, match=missing):
        load(**{missing: ""})


def test_the_dynamodb_endpoint_takes_precedence_over_the_general_one() -> None:
    both = load(
        AWS_ENDPOINT_URL="http://127.0.0.1:4566",
        AWS_ENDPOINT_URL_DYNAMODB="http://127.0.0.1:8000/",
    )

    assert both.endpoint == Endpoint(secure=False, host="127.0.0.1:8000")


def test_the_endpoint_for_all_services_is_used_for_dynamodb() -> None:
    settings = load(AWS_ENDPOINT_URL="https://localhost.localstack.cloud:4566")

    assert settings.endpoint == Endpoint(secure=True, host="localhost.localstack.cloud:4566")


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("localhost:4566", id="no scheme"),
        pytest.param("ftp://localhost", id="another scheme"),
        pytest.param("http://", id="no host"),
        pytest.param("http://localhost/dynamodb", id="path"),
        pytest.param("http://localhost/?a=b", id="query"),
        pytest.param("http://picard:makeitso@localhost", id="password"),
    ],
)
def test_an_ambiguous_endpoint_is_refused(url: str) -> None:
    with pytest.raises(SettingsError, match="AWS_ENDPOINT_URL") as refused:
        load(AWS_ENDPOINT_URL=url)

    assert "makeitso" not in str(refused.value)


def test_secrets_are_hidden_when_printed() -> None:
    assert "not-a-" not in repr(load(AWS_SESSION_TOKEN="not-a-token"))
