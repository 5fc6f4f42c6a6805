from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from localfront.errors import ConfigError
from localfront.origins.addresses import (
    Address,
    Endpoints,
    OriginService,
    check_addresses,
    resolve,
    unused_overrides,
)
from localfront.origins.overrides import AnotherAddress, Folder
from tests.localfront.factories import (
    API_DOMAIN,
    a_distribution,
    an_api_origin,
    an_origin,
)

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
def test_a_buckets_name_is_read_from_its_domain(domain_name: str, bucket: str, region: str) -> None:
    found = address(domain_name)

    assert (found.service, found.bucket, found.region) == (OriginService.S3, bucket, region)
    assert found.base == f"https://{domain_name}"
    assert not found.emulated


@pytest.mark.proves("S3-013")
def test_an_emulators_bucket_is_a_path_of_its_endpoint() -> None:
    found = resolve(an_origin(), viewer_scheme="https", endpoints=EMULATOR)

    assert found == Address(
        service=OriginService.S3,
        base="http://127.0.0.1:4566/pages",
        bucket="pages",
        emulated=True,
    )


def test_an_api_is_reached_at_its_domain_name() -> None:
    found = address("abc123.execute-api.eu-west-1.amazonaws.com")

    assert found == Address(
        service=OriginService.API_GATEWAY,
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
def test_a_custom_origins_protocol_policy_chooses_the_scheme(
    policy: str, viewer: str, base: str
) -> None:
    found = address(
        "origin.example.com",
        scheme=viewer,
        protocol_policy=policy,
        http_port=8080,
        https_port=8443,
    )

    assert (found.service, found.base) == (OriginService.CUSTOM, base)


@pytest.mark.proves("S3-005")
def test_a_website_endpoint_at_aws_is_a_custom_origin() -> None:
    found = address("pages.s3-website-us-east-1.amazonaws.com", protocol_policy="http-only")

    assert found.service is OriginService.CUSTOM
    assert found.base == "http://pages.s3-website-us-east-1.amazonaws.com:80"


@pytest.mark.parametrize(
    "domain_name",
    [
        "s3-website-us-east-1.amazonaws.com",
        "internal-lb-1.us-east-1.elb.amazonaws.com",
        "s3.us-east-1.amazonaws.com",
        "s3.cn-north-1.amazonaws.com.cn",
        "abcdef.lambda-url.us-east-1.on.aws",
        "site-1.us-east-1.elb.amazonaws.com.",
    ],
)
@pytest.mark.parametrize("endpoints", [EMULATOR, Endpoints()])
def test_no_aws_name_is_connected_to_unless_aws_is_chosen(
    domain_name: str, endpoints: Endpoints
) -> None:
    with pytest.raises(ConfigError, match=r"'api' \(" + domain_name):
        address(domain_name, endpoints)


@pytest.mark.parametrize(
    "domain_name",
    [
        "pages.s3.us-east-1.amazonaws.com.evil.test",
        "abc.execute-api.us-east-1.amazonaws.com.evil.test",
        "evil.test/.s3.amazonaws.com",
    ],
)
def test_a_name_that_resembles_an_aws_domain_is_not_an_aws_service(domain_name: str) -> None:
    assert address(domain_name).service is OriginService.CUSTOM


@pytest.mark.parametrize(
    "domain_name",
    [
        "pages.s3.eu-west-1.amazonaws.com",
        "pages.s3.cn-north-1.amazonaws.com.cn",
        "abc.execute-api.us-east-1.amazonaws.com",
        "abc.execute-api.cn-north-1.amazonaws.com.cn",
    ],
)
def test_without_endpoint_or_choice_these_names_are_refused_too(
    domain_name: str,
) -> None:
    with pytest.raises(ConfigError, match="connections to AWS are off"):
        address(domain_name, Endpoints())


def test_a_bucket_has_its_name_in_every_partition_and_over_ipv6() -> None:
    china = address("pages.s3.cn-north-1.amazonaws.com.cn")
    dual = address("pages.s3.dualstack.eu-west-1.amazonaws.com")

    assert (china.bucket, china.region) == ("pages", "cn-north-1")
    assert (dual.bucket, dual.region) == ("pages", "eu-west-1")


def test_all_origins_without_an_address_are_reported_together() -> None:
    with pytest.raises(ConfigError) as refused:
        check_addresses([a_distribution()], Endpoints())

    message = str(refused.value)
    assert "Origins 'pages' (pages.s3.us-east-1.amazonaws.com), 'api' (abc123." in message
    assert "--origin-override pages=DIR --origin-override api=http://localhost:PORT" in message


def test_a_non_aws_origin_needs_no_choice() -> None:
    own = an_api_origin(id="own", domain_name="origin.example.com")

    check_addresses([a_distribution(origins=(own,))], Endpoints())


def test_a_folder_may_replace_only_buckets(tmp_path: Path) -> None:
    endpoints = Endpoints(overrides={"api": Folder(tmp_path)})

    with pytest.raises(ConfigError, match=r"'api' is abc123.* not a bucket.* Use a URL"):
        resolve(an_api_origin(), viewer_scheme="https", endpoints=endpoints)


def test_an_override_wins_over_an_endpoint_and_over_aws() -> None:
    override = {"pages": AnotherAddress(base="http://localhost:3000")}

    for endpoints in (
        replace(EMULATOR, overrides=override),
        replace(AWS, overrides=override),
    ):
        found = resolve(an_origin(), viewer_scheme="https", endpoints=endpoints)
        assert (found.base, found.emulated) == ("http://localhost:3000", False)


def test_an_override_that_matches_no_origin_is_an_error() -> None:
    address = AnotherAddress(base="http://localhost:3000")
    overrides = {"pages": address, "abc123": address, API_DOMAIN: address}

    unused = unused_overrides([a_distribution()], Endpoints(overrides=overrides))

    assert unused == ["abc123"]


@pytest.mark.proves("S3-010")
@pytest.mark.parametrize(
    ("control", "viewer_scheme", "scheme"),
    [
        ("always", "http", "https"),
        ("never", "http", "http"),
        (None, "http", "http"),
        ("no-override", "http", "http"),
        (None, "https", "https"),
    ],
)
def test_a_bucket_is_requested_over_the_viewers_scheme_unless_always_signed(
    control: str | None, viewer_scheme: str, scheme: str
) -> None:
    bucket = an_origin(origin_access_control=control)

    found = resolve(bucket, viewer_scheme=viewer_scheme, endpoints=AWS)

    assert found.base == f"{scheme}://{bucket.domain_name}"
    assert bucket.read_timeout == 30
