"""The fixture `served_distribution`: requests to a whole distribution, with its functions."""

import json
import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import HTTPRedirectHandler, HTTPSHandler, Request, build_opener

import pytest

from localfront.errors import ConfigError
from localfront.testing import ServeDistribution, StartFunction
from tests.localfront.factories import (
    a_behavior_description,
    a_custom_origin_description,
    a_distribution_config,
    an_s3_origin_description,
    listing,
)
from tests.localfront.real_workers import PYTHON
from tests.localfront.testing.functions import python_function
from tests.localfront.testing.origins import serving_folder

ARN = "arn:aws:lambda:us-east-1:123456789012:function:{}:1"


class Redirected(HTTPRedirectHandler):
    """Does not follow redirects."""

    def redirect_request(self, *_: Any) -> None:
        return None


def get(url: str, ca_file: Path | None = None) -> tuple[int, bytes, dict[str, str]]:
    """The status, the body, and the headers by lower-case name."""
    context = ssl.create_default_context(cafile=ca_file) if ca_file else None
    opener = build_opener(Redirected(), HTTPSHandler(context=context))
    try:
        response = opener.open(Request(url))
    except HTTPError as error:
        response = error
    with response:
        headers = {name.lower(): value for name, value in response.headers.items()}
        return response.status, response.read(), headers


def a_config(**behavior: Any) -> dict[str, Any]:
    described = a_behavior_description(ViewerProtocolPolicy="allow-all", Compress=False, **behavior)
    return a_distribution_config(
        Origins=listing(an_s3_origin_description()),
        DefaultCacheBehavior=described,
        DefaultRootObject="index.html",
    )


def at(event_type: str, name: str) -> dict[str, Any]:
    return listing({"EventType": event_type, "LambdaFunctionARN": ARN.format(name)})


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    folder = tmp_path / "pages"
    folder.mkdir()
    (folder / "index.html").write_text("home")
    return folder


@pytest.fixture
def code(tmp_path: Path) -> Path:
    folder = tmp_path / "code"
    folder.mkdir()
    return python_function(folder)


@pytest.fixture
def origin_url(pages: Path) -> Iterator[str]:
    with serving_folder(pages) as url:
        yield url


def test_a_folder_replaces_a_bucket_and_is_cached(
    served_distribution: ServeDistribution, pages: Path
) -> None:
    url = served_distribution(a_config(), origins={"pages": pages})

    first, second = get(f"{url}/"), get(f"{url}/index.html")

    assert (first[:2], first[2]["x-cache"]) == ((200, b"home"), "Miss from cloudfront")
    assert (second[:2], second[2]["x-cache"]) == ((200, b"home"), "Hit from cloudfront")


def test_an_origin_is_reached_at_its_address(
    served_distribution: ServeDistribution, origin_url: str
) -> None:
    config = a_config(TargetOriginId="the=api")
    origin = a_custom_origin_description(Id="the=api", DomainName="api.example.com", OriginPath="")
    config["Origins"] = listing(origin)

    url = served_distribution(config, origins={"the=api": origin_url})

    assert get(f"{url}/index.html")[:2] == (200, b"home")


def test_functions_run_for_the_behaviors_that_associate_them(
    served_distribution: ServeDistribution,
    edge_function: StartFunction,
    pages: Path,
    code: Path,
) -> None:
    guard = edge_function(code, handler="guard.to_login", runtime=PYTHON, name="site-guard")
    config = a_config(
        LambdaFunctionAssociations=at("viewer-request", "site-guard"),
    )

    url = served_distribution(config, origins={"pages": pages}, functions=[guard])
    status, _, headers = get(f"{url}/")

    assert (status, headers["location"]) == (302, "/login/")


def test_an_invalid_result_is_a_502_and_its_violation_is_available(
    served_distribution: ServeDistribution,
    edge_function: StartFunction,
    pages: Path,
    code: Path,
) -> None:
    wrong = edge_function(code, handler="guard.sets_via", runtime=PYTHON, name="wrong")
    config = a_config(LambdaFunctionAssociations=at("viewer-request", "wrong"))

    url = served_distribution(config, origins={"pages": pages}, functions=[wrong])
    status, body, _ = get(f"{url}/")

    assert status == 502
    assert b"LH-003" in body


def test_a_served_functions_output_is_in_its_logs(
    served_distribution: ServeDistribution,
    edge_function: StartFunction,
    pages: Path,
    code: Path,
) -> None:
    function = edge_function(code, runtime=PYTHON, name="site-printing")
    config = a_config(LambdaFunctionAssociations=at("viewer-request", "site-printing"))
    url = served_distribution(config, origins={"pages": pages}, functions=[function])

    assert get(f"{url}/")[:2] == (200, b"home")

    (line,) = function.logs
    assert json.loads(line)["name"] == "us-east-1.site-printing"


def test_a_requests_trace_is_shown_for_a_failed_test(
    served_distribution: ServeDistribution,
    pages: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    url = served_distribution(a_config(), origins={"pages": pages})

    get(f"{url}/gone.html")

    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("403 GET localhost:")
    assert "/gone.html | " in line


def test_https_is_trusted_with_the_fixtures_certificate_authority(
    served_distribution: ServeDistribution, pages: Path
) -> None:
    config = a_config()
    config["DefaultCacheBehavior"]["ViewerProtocolPolicy"] = "redirect-to-https"

    http = served_distribution(config, origins={"pages": pages})
    https = served_distribution(config, origins={"pages": pages}, scheme="https")

    status, _, headers = get(f"{http}/")
    assert (status, headers["location"][:18]) == (301, "https://localhost:")
    assert get(f"{https}/", served_distribution.ca_file)[:2] == (200, b"home")


def test_a_configuration_may_come_from_files_with_its_policies(
    served_distribution: ServeDistribution, pages: Path, tmp_path: Path
) -> None:
    file = tmp_path / "distribution.json"
    file.write_text(json.dumps(a_config(CachePolicyId="of-our-own")))
    policy = {
        "CachePolicy": {
            "Id": "of-our-own",
            "CachePolicyConfig": {"Name": "none", "MinTTL": 0, "MaxTTL": 0, "DefaultTTL": 0},
        }
    }  # fmt: skip

    signing = {
        "OriginAccessControl": {
            "Id": "E2QWRUHAPOMQZL",
            "OriginAccessControlConfig": {"SigningBehavior": "never"},
        }
    }

    url = served_distribution(file, policy, signing, origins={"pages": pages})

    assert get(f"{url}/")[1] == get(f"{url}/")[1] == b"home"
    assert get(f"{url}/")[2]["x-cache"] != "Hit from cloudfront"


def test_an_origin_without_an_address_is_refused_so_that_no_test_leaves_the_machine(
    served_distribution: ServeDistribution,
) -> None:
    config = a_config()
    far = a_custom_origin_description(Id="far", DomainName="www.example.com")
    config["Origins"] = listing(an_s3_origin_description(), far)

    with pytest.raises(ConfigError) as refused:
        served_distribution(config, origins={})

    assert "'pages' (pages.s3.us-east-1.amazonaws.com)" in str(refused.value)
    assert "'far' (www.example.com)" in str(refused.value)


def test_an_unknown_origin_is_refused(served_distribution: ServeDistribution, pages: Path) -> None:
    with pytest.raises(ConfigError, match="There is no origin 'page'"):
        served_distribution(a_config(), origins={"page": pages})


def test_a_missing_function_is_refused_with_the_remedy(
    served_distribution: ServeDistribution, pages: Path
) -> None:
    config = a_config(LambdaFunctionAssociations=at("viewer-request", "site-guard"))

    with pytest.raises(ConfigError, match=r"edge_function\(DIRECTORY, name='site-guar"):
        served_distribution(config, origins={"pages": pages})


def test_a_function_that_no_behavior_uses_is_refused(
    served_distribution: ServeDistribution,
    edge_function: StartFunction,
    pages: Path,
    code: Path,
) -> None:
    function = edge_function(code, runtime=PYTHON)

    with pytest.raises(ConfigError, match="No behavior has the function 'edge-functi"):
        served_distribution(a_config(), origins={"pages": pages}, functions=[function])


def test_functions_with_different_endpoints_in_one_site_are_refused(
    served_distribution: ServeDistribution,
    edge_function: StartFunction,
    pages: Path,
    code: Path,
) -> None:
    one = edge_function(code, runtime=PYTHON, name="one", access={})
    endpoint = {"AWS_ENDPOINT_URL": "http://127.0.0.1:1"}
    two = edge_function(code, runtime=PYTHON, name="two", access=endpoint)
    both = [at("viewer-request", "one"), at("viewer-response", "two")]
    config = a_config(LambdaFunctionAssociations=listing(*(part["Items"][0] for part in both)))

    with pytest.raises(ConfigError, match="different endpoints or credentials"):
        served_distribution(config, origins={"pages": pages}, functions=[one, two])


@pytest.mark.proves("VP-001")
def test_the_trusting_client_follows_a_redirect_to_https(
    served_distribution: ServeDistribution, pages: Path
) -> None:
    config = a_config()
    config["DefaultCacheBehavior"]["ViewerProtocolPolicy"] = "redirect-to-https"
    site = served_distribution(config, origins={"pages": pages})

    with served_distribution.open(f"{site}/") as page:
        assert (page.status, page.read()) == (200, b"home")
        assert page.url.startswith("https://localhost:")
    with served_distribution.open(f"{site}/none.html") as missing:
        assert missing.status == 403
    with served_distribution.open(f"{site}/", follow_redirects=False) as redirect:
        assert redirect.status == 301
