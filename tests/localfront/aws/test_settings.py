from __future__ import annotations

import pytest

from localfront.aws.settings import Settings
from localfront.errors import ConfigError
from localfront.origins.addresses import Endpoints

EMULATOR = "http://127.0.0.1:4566"


def test_without_an_endpoint_aws_itself_is_used() -> None:
    settings = Settings.load({"PATH": "/bin", "AWS_ENDPOINT_URL": ""})

    assert settings.endpoints == Endpoints()
    assert settings.service_endpoints == {}
    assert not settings.emulated


def test_one_endpoint_serves_all_services() -> None:
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


def test_a_separate_control_plane_endpoint_does_not_choose_aws_for_other_services() -> None:
    settings = Settings.load({"AWS_ENDPOINT_URL_CLOUDFRONT": EMULATOR, "AWS_PROFILE": "me"})

    assert settings.endpoints == Endpoints()
    assert settings.emulated
    assert settings.reaches("cloudfront")
    assert not settings.reaches("lambda")


@pytest.mark.parametrize(
    ("environ", "chosen"),
    [
        ({"AWS_PROFILE": "me"}, True),
        ({"AWS_ACCESS_KEY_ID": "AKID", "AWS_SECRET_ACCESS_KEY": "secret"}, True),
        ({}, False),
        ({"AWS_PROFILE": ""}, False),
        ({"AWS_SECRET_ACCESS_KEY": "secret"}, False),
        ({"AWS_DEFAULT_PROFILE": "me"}, False),
        ({"AWS_REGION": "eu-west-1"}, False),
        ({"AWS_PROFILE": "me", "AWS_ENDPOINT_URL": EMULATOR}, False),
        ({"AWS_ACCESS_KEY_ID": "AKID", "AWS_ENDPOINT_URL_S3": EMULATOR}, False),
    ],
)
def test_aws_is_chosen_by_a_profile_or_a_key_and_no_endpoint(
    environ: dict[str, str], chosen: bool
) -> None:
    settings = Settings.load(environ)

    assert settings.endpoints.aws is chosen
    assert settings.reaches("cloudfront") is (chosen or "AWS_ENDPOINT_URL" in environ)


def test_an_endpoint_in_the_profile_is_used() -> None:
    profile = {
        "endpoint_url": EMULATOR,
        "services": {"s3": {"endpoint_url": "http://127.0.0.1:9000"}},
    }

    settings = Settings.load({"AWS_PROFILE": "emulator"}, profile)

    assert settings.endpoints == Endpoints(s3="http://127.0.0.1:9000", api_gateway=EMULATOR)


def test_the_environment_wins_over_the_profiles_endpoint() -> None:
    other = "http://127.0.0.1:4567"

    settings = Settings.load({"AWS_ENDPOINT_URL": other}, {"endpoint_url": EMULATOR})

    assert settings.endpoints.s3 == other


def test_ignored_endpoints_are_not_used() -> None:
    environ = {
        "AWS_PROFILE": "me",
        "AWS_ENDPOINT_URL": EMULATOR,
        "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true",
    }

    assert Settings.load(environ).endpoints == Endpoints(aws=True)


def test_functions_get_the_endpoint_settings_unchanged() -> None:
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
def test_an_endpoint_may_have_a_port_and_a_path(url: str) -> None:
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
    with pytest.raises(ConfigError, match=f"^{name} is .*must be a URL such as"):
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
def test_the_region_is_the_environments_or_us_east_1(environ: dict[str, str], region: str) -> None:
    assert Settings.load(environ).region == region
