"""Idioms of public Terraform and of AWS CLI output, served over a socket in this process."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from localfront.errors import ConfigError
from localfront.lambda_edge.functions import EdgeFunctions
from localfront.origins.addresses import Endpoints
from localfront.origins.overrides import AnotherAddress, Folder, Override
from localfront.sources.configuration import configure
from localfront.sources.description import Description
from localfront.sources.lambda_archives import LambdaArchives
from localfront.sources.terraform.resource_description import describe_terraform
from tests.localfront.factories import (
    DISTRIBUTION_ID,
    HOST,
    a_behavior_description,
    a_custom_origin_description,
    a_distribution_description,
    listing,
)
from tests.localfront.sources.plans import FOLDER, alone, document
from tests.localfront.whole_service import Served, a_service
from tests.localfront.wire import Reply, exchange, parsed, request_bytes

DISABLED = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"  # CachingDisabled
PLAIN: Mapping[str, Any] = {
    "ViewerProtocolPolicy": "allow-all",
    "TargetOriginId": "api",
    "CachePolicyId": DISABLED,
}
VPC = {"VpcOriginId": "vo_1"}


async def applied(site: Served, description: Description, /, **overrides: Override) -> str:
    """The notices at the start."""
    site.service.endpoints = Endpoints(overrides=overrides)
    configuration = configure(description, site.service.endpoints)
    await site.service.apply(configuration)
    return "\n".join(map(str, configuration.notices))


def planned(name: str, distribution: str) -> Description:
    return describe_terraform(alone(document(f"{name}-plan"), distribution), FOLDER)


async def get(site: Served, target: str = "/", host: str = "localhost") -> Reply:
    lines = f"GET {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
    return parsed(await exchange(site.port, lines.encode()))


@pytest.fixture
def pages(tmp_path: Path) -> Folder:
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "index.html").write_text("home")
    return Folder(tmp_path / "pages")


@pytest.mark.parametrize(
    ("plan", "distribution", "bucket", "target"),
    [
        ("idioms", "labels", "idioms-shop", "/"),
        ("unresolved", "through_a_local", "pages", "/index.html"),
        ("unresolved", "in_a_dynamic_block", "pages", "/index.html"),
    ],
)
async def test_a_plan_that_references_its_bucket_by_another_attribute_is_served(
    plan: str, distribution: str, bucket: str, target: str, pages: Folder, tmp_path: Path
) -> None:
    """An attribute as a label, a local, countries from a variable, a policy of a new identity."""
    async with a_service(tmp_path) as site:
        await applied(site, planned(plan, distribution), **{bucket: pages})
        page = await get(site, target)
        none = await get(site, "/none.html")

    assert (page.status, page.body) == (200, b"home")
    assert none.status == 403


async def test_a_service_whose_name_is_known_after_apply_is_overridden(tmp_path: Path) -> None:
    async with a_service(tmp_path) as site:
        here = AnotherAddress(base=site.origin.url)
        names = ("balancer", "app", "runner")
        await applied(site, planned("idioms", "domains"), **dict.fromkeys(names, here))
        for target in ("/", "/app", "/runner"):
            assert (await get(site, target)).body == b"a page"
        hosts = [request.headers.get("host") or "" for request in site.origin.received]

    balancer, app, runner = hosts
    assert balancer.endswith(".eu-west-1.elb.amazonaws.com")
    assert app.endswith(".eu-west-1.elasticbeanstalk.com")
    assert runner.endswith(".eu-west-1.awsapprunner.com")


def custom(**changes: Any) -> dict[str, Any]:
    usual = a_custom_origin_description()["CustomOriginConfig"]
    return {"CustomOriginConfig": {**usual, **changes}}


@pytest.mark.proves("LA-001")
async def test_a_version_that_an_emulator_left_out_of_the_state_runs(tmp_path: Path) -> None:
    """`qualified_arn` as MiniStack has it: without the version, which the state tells beside it."""
    name = "my-serverless-website-edge"
    text = json.dumps(document("application-state")).replace(f"{name}:1", name)
    text = text.replace("python3.13", f"python3.{sys.version_info.minor}")
    state = json.loads(text.replace("redirect-to-https", "allow-all"))
    described = describe_terraform(state, FOLDER)
    code = "{'status': '200', 'body': context.function_version}"
    (tmp_path / "viewer_request.py").write_text(
        f"def handler(event, context):\n    return {code}\n"
    )
    archives = LambdaArchives(None, frozenset({name}))
    archives.described = described.lambda_functions
    here = Folder(tmp_path)
    async with a_service(tmp_path) as site:
        site.service.lambdas = EdgeFunctions(
            archives, site.service.lambdas.pool, folder=tmp_path, directories={name: tmp_path}
        )
        api = AnotherAddress(base=site.origin.url)
        notices = await applied(site, described, api=api, site=here)
        page = await get(site)

    assert "version 1 runs" in notices
    assert (page.status, page.body) == (200, b"1")


def a_site(origin: Mapping[str, Any], behavior: Mapping[str, Any], **config: Any) -> Description:
    changed: dict[str, Any] = {
        "Origins": listing(a_custom_origin_description(**origin)),
        "DefaultCacheBehavior": a_behavior_description(**PLAIN, **behavior),
        **config,
    }
    return Description(distributions=(a_distribution_description(**changed),))


@pytest.mark.parametrize(
    ("origin", "behavior", "config", "message"),
    [
        ({"VpcOriginConfig": VPC}, {}, {}, "VpcOriginConfig"),
        (custom(OriginMtlsConfig={"ClientCertificateArn": "arn:1"}), {}, {}, "OriginMtlsConfig"),
        (custom(OriginHttpVersion="http2"), {}, {}, "OriginHttpVersion"),
        (custom(OriginReadTimeout=180), {}, {}, "OriginReadTimeout"),
        ({}, {"GrpcConfig": {"Enabled": True}}, {}, "MI-003"),
        ({}, {"FieldLevelEncryptionId": "C1"}, {}, "FieldLevelEncryptionId"),
        ({}, {"RealtimeLogConfigArn": "arn:1"}, {}, "RealtimeLogConfigArn"),
        ({}, {"SmoothStreaming": True}, {}, "SmoothStreaming"),
        ({}, {}, {"ViewerMtlsConfig": {"Mode": "required"}}, "ViewerMtlsConfig"),
        ({}, {}, {"ConnectionMode": "tenant-only"}, "ConnectionMode"),
        ({}, {}, {"ContinuousDeploymentPolicyId": "P1"}, "get-continuous-deployment-policy"),
        ({}, {}, {"WebACLId": "arn:aws:wafv2:x"}, "WebACLId"),
    ],
)
async def test_unsupported_settings_are_reported_and_the_site_served(
    origin: Mapping[str, Any],
    behavior: Mapping[str, Any],
    config: Mapping[str, Any],
    message: str,
    tmp_path: Path,
) -> None:
    async with a_service(tmp_path) as site:
        here = AnotherAddress(base=site.origin.url)
        notices = await applied(site, a_site(origin, behavior, **config), api=here)
        page = await get(site)

    assert message in notices
    assert (page.status, page.body) == (200, b"a page")


async def test_an_origin_in_a_vpc_needs_an_override(tmp_path: Path) -> None:
    async with a_service(tmp_path) as site:
        with pytest.raises(ConfigError, match="--origin-override api=http://localhost:PORT"):
            await applied(site, a_site({"VpcOriginConfig": VPC}, {}))


@pytest.mark.proves("MI-005")
async def test_a_staging_distribution_is_found_at_its_id(tmp_path: Path) -> None:
    async with a_service(tmp_path) as site:
        here = AnotherAddress(base=site.origin.url)
        await applied(site, a_site({}, {}, Staging=True), api=here)
        page = await get(site, host=f"{DISTRIBUTION_ID.lower()}.cloudfront.localhost")
        alias = await get(site, host=HOST)

    assert page.body == b"a page"
    assert alias.status == 403


@pytest.mark.proves("MI-005")
async def test_a_viewer_sent_to_staging_by_weight_stays_there(tmp_path: Path) -> None:
    """With a weight of 0.15, 300 requests all miss staging once in 10^21 runs."""
    stickiness = {"IdleTTL": 300, "MaximumTTL": 600}
    weight = {"Weight": 0.15, "SessionStickinessConfig": stickiness}
    policy = {
        "Enabled": True,
        "StagingDistributionDnsNames": listing("d9.cloudfront.net"),
        "TrafficConfig": {"Type": "SingleWeight", "SingleWeightConfig": weight},
    }
    (primary,) = a_site({}, {}, ContinuousDeploymentPolicyId="P1").distributions
    config = {**primary["DistributionConfig"], "Staging": True, "DefaultRootObject": "next.html"}
    config |= {"ContinuousDeploymentPolicyId": "", "Aliases": listing()}
    staging = {
        **{**primary, "Id": "E9", "ARN": primary["ARN"].replace(primary["Id"], "E9")},
        **{"DomainName": "d9.cloudfront.net", "DistributionConfig": config},
    }
    described = Description(
        distributions=(primary, staging), continuous_deployment_policies={"P1": policy}
    )
    async with a_service(tmp_path) as site:
        await applied(site, described, api=AnotherAddress(base=site.origin.url))

        async def side(*cookies: bytes) -> tuple[bool, bytes]:
            lines = [b"Cookie: " + cookie.partition(b";")[0] for cookie in cookies]
            response = parsed(await exchange(site.port, request_bytes(b"/", *lines)))
            (cookie,) = response.all(b"set-cookie")
            return site.origin.received[-1].target.endswith("next.html"), cookie

        for _ in range(300):
            is_staging, cookie = await side()
            if is_staging:
                break
        stays = [(await side(cookie))[0] for _ in range(20)]

    assert all(stays)
