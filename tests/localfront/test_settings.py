from __future__ import annotations

import pytest

from localfront.errors import ConfigError
from localfront.origins.addresses import Endpoints
from localfront.settings import Settings

EMULATOR = "http://127.0.0.1:4566"


def test_no_endpoint_means_aws_itself() -> None:
    settings = Settings.load({"PATH": "/bin", "AWS_ENDPOINT_URL": ""})

    assert settings.endpoints == Endpoints()
    assert settings.service_endpoints == {}
    assert not settings.emulated


def test_one_endpoint_stands_for_all_services() -> None:
    settings = Settings.load({"AWS_ENDPOINT_URL": EMULATOR})

    assert settings.endpoints == Endpoints(s3=EMULATOR, api_gateway=EMULATOR)
    assert settings.emulated


def test_a_services_own_endpoint_wins() -> None:
    settings = Settings.load(
        {
            "AWS_ENDPOINT_URL": EMULATOR,
            "AWS_ENDPOINT_URL_S3": "http://127.0.0.1:9000",
            "AWS_ENDPOINT_URL_API_GATEWAY": "https://apis.test",
        }
    )

    assert settings.endpoints == Endpoints(
        s3="http://127.0.0.1:9000", api_gateway="https://apis.test"
    )


def test_a_control_plane_of_its_own_leaves_the_origins_on_aws() -> None:
    settings = Settings.load({"AWS_ENDPOINT_URL_CLOUDFRONT": EMULATOR})

    assert settings.endpoints == Endpoints()
    assert settings.emulated


def test_functions_are_given_the_endpoints_as_they_are_set() -> None:
    settings = Settings.load(
        {
            "AWS_ENDPOINT_URL": f"{EMULATOR}/",
            "AWS_ENDPOINT_URL_DYNAMODB": "http://127.0.0.1:8000",
            "AWS_SECRET_ACCESS_KEY": "secret",
        }
    )

    assert settings.service_endpoints == {
        "AWS_ENDPOINT_URL": EMULATOR,
        "AWS_ENDPOINT_URL_DYNAMODB": "http://127.0.0.1:8000",
    }


@pytest.mark.parametrize(
    "url",
    [
        "https://localhost",
        "http://[::1]:4566",
        "http://localhost.localstack.cloud:4566/base",
    ],
)
def test_a_host_with_or_without_port_and_path_is_an_endpoint(url: str) -> None:
    assert Settings.load({"AWS_ENDPOINT_URL": url}).endpoints.s3 == url


@pytest.mark.parametrize(
    "url",
    [
        "127.0.0.1:4566",
        "localhost",
        "ftp://127.0.0.1",
        "http://",
        "http://:4566",
        "http://127.0.0.1:port",
        "http://127.0.0.1:99999",
        "http://127.0.0.1:0",
        "http://a b",
        " http://127.0.0.1:4566",
        "http://[::1",
        "http://127.0.0.1:4566?x=1",
        "http://127.0.0.1:4566/#x",
        "http://127.0.0.1:4566\n",
    ],
)
@pytest.mark.parametrize("name", ["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_SQS"])
def test_a_malformed_endpoint_is_refused_by_its_name(name: str, url: str) -> None:
    with pytest.raises(ConfigError, match=f"^{name} is .*give a URL such as"):
        Settings.load({name: url})


@pytest.mark.parametrize(
    ("environ", "region"),
    [
        ({}, "us-east-1"),
        ({"AWS_DEFAULT_REGION": "eu-west-1"}, "eu-west-1"),
        ({"AWS_REGION": "eu-north-1", "AWS_DEFAULT_REGION": "eu-west-1"}, "eu-north-1"),
        ({"AWS_REGION": "", "AWS_DEFAULT_REGION": ""}, "us-east-1"),
    ],
)
@pytest.mark.proves("LA-002")
def test_the_region_is_the_environments_or_cloudfronts_home(
    environ: dict[str, str], region: str
) -> None:
    assert Settings.load(environ).region == region
