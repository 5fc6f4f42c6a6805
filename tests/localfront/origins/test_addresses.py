from __future__ import annotations

import pytest

from localfront.errors import ConfigError
from localfront.origins.addresses import Address, Endpoints, Service, resolve
from tests.localfront.factories import an_api_origin, an_origin

AWS = Endpoints(aws=True)
EMULATOR = Endpoints(s3="http://127.0.0.1:4566", api_gateway="http://127.0.0.1:4566")


def address(
    domain_name: str,
    endpoints: Endpoints = AWS,
    scheme: str = "https",
    **origin: object,
) -> Address:
    found = an_api_origin(domain_name=domain_name, **origin)
    return resolve(found, viewer_scheme=scheme, endpoints=endpoints)


@pytest.mark.parametrize(
    ("domain_name", "bucket", "region"),
    [
        ("pages.s3.eu-west-1.amazonaws.com", "pages", "eu-west-1"),
        ("pages.s3.amazonaws.com", "pages", "us-east-1"),
        ("pages.s3-eu-west-1.amazonaws.com", "pages", "eu-west-1"),
        ("my.pages.s3.us-gov-west-1.amazonaws.com", "my.pages", "us-gov-west-1"),
    ],
)
@pytest.mark.proves("S3-013")
def test_a_buckets_name_is_read_from_its_domain(
    domain_name: str, bucket: str, region: str
) -> None:
    found = address(domain_name)

    assert (found.service, found.bucket, found.region) == (Service.S3, bucket, region)
    assert found.base == f"https://{domain_name}"
    assert not found.emulated


@pytest.mark.proves("S3-013")
def test_an_emulators_bucket_is_a_path_of_its_endpoint() -> None:
    found = resolve(an_origin(), viewer_scheme="https", endpoints=EMULATOR)

    assert found == Address(
        service=Service.S3,
        base="http://127.0.0.1:4566/pages",
        bucket="pages",
        emulated=True,
    )


def test_an_api_is_dialled_by_its_name() -> None:
    found = address("abc123.execute-api.eu-west-1.amazonaws.com")

    assert found == Address(
        service=Service.API_GATEWAY,
        base="https://abc123.execute-api.eu-west-1.amazonaws.com",
        region="eu-west-1",
    )


def test_an_emulators_api_is_a_path_of_its_endpoint() -> None:
    found = address("abc123.execute-api.us-east-1.amazonaws.com", EMULATOR)

    assert found.base == "http://127.0.0.1:4566/_aws/execute-api/abc123"
    assert found.emulated


@pytest.mark.parametrize(
    ("policy", "viewer", "base"),
    [
        ("http-only", "https", "http://origin.example.com:8080"),
        ("https-only", "http", "https://origin.example.com:8443"),
        ("match-viewer", "http", "http://origin.example.com:8080"),
        ("match-viewer", "https", "https://origin.example.com:8443"),
    ],
)
@pytest.mark.proves("OR-015")
def test_a_custom_origin_is_dialled_by_its_protocol_policy(
    policy: str, viewer: str, base: str
) -> None:
    found = address(
        "origin.example.com",
        scheme=viewer,
        protocol_policy=policy,
        http_port=8080,
        https_port=8443,
    )

    assert (found.service, found.base) == (Service.CUSTOM, base)


@pytest.mark.proves("S3-005")
def test_a_website_endpoint_is_a_custom_origin() -> None:
    found = address(
        "pages.s3-website-us-east-1.amazonaws.com", protocol_policy="http-only"
    )

    assert found.service is Service.CUSTOM
    assert found.base == "http://pages.s3-website-us-east-1.amazonaws.com:80"


@pytest.mark.parametrize(
    "domain_name",
    [
        "pages.s3-website-us-east-1.amazonaws.com",
        "internal-lb-1.us-east-1.elb.amazonaws.com",
        "s3.us-east-1.amazonaws.com",
    ],
)
def test_beside_an_emulator_no_other_name_of_aws_is_dialled(domain_name: str) -> None:
    with pytest.raises(ConfigError, match=r"'api' \(" + domain_name):
        address(domain_name, EMULATOR)


@pytest.mark.parametrize(
    "domain_name",
    [
        "pages.s3.us-east-1.amazonaws.com.evil.test",
        "abc.execute-api.us-east-1.amazonaws.com.evil.test",
        "evil.test/.s3.amazonaws.com",
    ],
)
def test_a_name_that_only_looks_like_awss_is_no_aws_service(domain_name: str) -> None:
    assert address(domain_name).service is Service.CUSTOM
