"""Plans and states of real configurations, as Terraform and its AWS provider print them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from localfront.errors import ConfigError
from localfront.sources.terraform.resource_description import describe_terraform
from tests.localfront.sources.plans import (
    FOLDER,
    alone,
    behavior,
    configured,
    document,
    named,
)


def test_a_plan_before_the_first_apply_is_a_complete_distribution() -> None:
    configuration = configured(document("application-plan"))

    (site,) = configuration.distributions
    assert site.aliases == ("logs.starfleet.localhost",)
    pages, api = named(site, "site"), named(site, "api")
    assert pages.domain_name == (
        "my-serverless-website-site-000000000000.s3.us-east-1.amazonaws.com"
    )
    assert pages.origin_access_control == "always"
    assert api.domain_name.endswith(".execute-api.us-east-1.amazonaws.com")
    assert api.origin_path == "/prod"
    assert len(site.custom_error_responses) == 1
    (default, listed) = behavior(site, "*"), behavior(site, "/api/*")
    assert default.response_headers_policy == listed.response_headers_policy
    assert default.response_headers_policy is not None
    assert len(default.response_headers_policy.set_headers) == 7


def test_a_functions_archive_is_the_source_file_of_its_s3_object() -> None:
    configuration = configured(document("application-plan"))

    ((arn, function),) = configuration.lambda_functions.items()
    assert configuration.lambda_arns == {arn}
    assert arn == "arn:aws:lambda:us-east-1:000000000000:function:my-serverless-website-edge:1"
    assert function["Code"]["Location"] == str(FOLDER.parent / "build" / "edge.zip")
    assert function["Configuration"]["Handler"] == "viewer_request.handler"


def test_placeholder_ids_are_the_same_at_each_run() -> None:
    assert configured(document("application-plan")) == configured(document("application-plan"))


@pytest.mark.proves("S3-002")
def test_a_state_has_the_real_ids_and_the_bucket_policy() -> None:
    state = document("application-state")
    configuration = configured(state)

    (site,) = configuration.distributions
    distribution = next(
        resource["values"]
        for resource in state["values"]["root_module"]["resources"]
        if resource["type"] == "aws_cloudfront_distribution"
    )
    assert (site.id, site.arn) == (distribution["id"], distribution["arn"])
    (policy,) = configuration.bucket_policies.values()
    assert policy is not None
    assert policy["Statement"][0]["Condition"] == {"StringEquals": {"AWS:SourceArn": site.arn}}


@pytest.mark.parametrize(
    ("name", "message"),
    [
        (
            "either",
            r"default_cache_behavior\[0\].cache_policy_id .* any of "
            r"aws_cloudfront_cache_policy.short\[0\], aws_cloudfront_cache_policy.short\[1\]",
        ),
    ],
)
def test_an_unknown_value_of_a_plan_is_refused_with_address_and_field(
    name: str, message: str
) -> None:
    plan = alone(document("unresolved-plan"), name)

    with pytest.raises(ConfigError, match=rf"^aws_cloudfront_distribution\.{name}: {message}"):
        configured(plan)


@pytest.mark.parametrize("name", ["through_a_local", "in_a_dynamic_block"])
def test_references_are_resolved_through_locals_and_dynamic_blocks(
    name: str,
) -> None:
    (site,) = configured(alone(document("unresolved-plan"), name)).distributions

    (origin,) = site.origins
    assert origin.domain_name == "pages.s3.us-east-1.amazonaws.com"


def test_a_behavior_with_an_unknown_origin_in_a_plan_is_not_an_error() -> None:
    plan = alone(document("fresh-plan"), "servers")
    (config,) = _distributions(plan["configuration"]["root_module"]["resources"], "servers")
    (change,) = _distributions(plan["resource_changes"], "servers")
    (planned,) = _distributions(plan["planned_values"]["root_module"]["resources"], "servers")
    del config["expressions"]["origin"]  # as for a `dynamic` block
    behind = {"references": ["aws_s3_bucket.site.id", "aws_s3_bucket.site"]}
    config["expressions"]["default_cache_behavior"][0]["target_origin_id"] = behind
    del planned["values"]["origin"][0]["origin_id"]
    del planned["values"]["default_cache_behavior"][0]["target_origin_id"]
    change["change"]["after_unknown"]["origin"][0]["origin_id"] = True
    change["change"]["after_unknown"]["default_cache_behavior"][0]["target_origin_id"] = True

    with pytest.raises(ConfigError, match=r"target_origin_id .*which origin has this id.* FOLDER"):
        configured(plan)


def test_all_unknown_fields_of_dynamic_behaviors_are_reported_together() -> None:
    plan = document("code-plan")
    (change,) = _distributions(plan["resource_changes"], "site")
    behaviors = change["change"]["after_unknown"]["ordered_cache_behavior"]
    for place in (0, 2):
        behaviors[place] |= {"target_origin_id": True, "cache_policy_id": True}

    with pytest.raises(ConfigError) as refused:
        configured(plan)

    named = [reason.split(" is known only after")[0] for reason in refused.value.reasons]
    assert named == [
        f"aws_cloudfront_distribution.site: ordered_cache_behavior[{place}].{field}"
        for place in (0, 2)
        for field in ("target_origin_id", "cache_policy_id")
    ]


def test_all_unknown_fields_of_an_origin_are_reported_together() -> None:
    plan = alone(document("idioms-plan"), "domains")
    (change,) = _distributions(plan["resource_changes"], "domains")
    origin = change["change"]["after_unknown"]["origin"][0]
    origin |= {"connection_timeout": True, "origin_access_control_id": True}
    origin["custom_origin_config"] = [{"http_port": True, "origin_read_timeout": True}]

    with pytest.raises(ConfigError) as refused:
        configured(plan)

    named = [reason.split(" is known only after")[0] for reason in refused.value.reasons]
    assert [place.rpartition(".")[2] for place in named] == [
        *("connection_timeout", "origin_access_control_id"),
        *("http_port", "origin_read_timeout"),
    ]


def _distributions(resources: list[dict[str, Any]], name: str) -> list[dict[str, Any]]:
    return [r for r in resources if r["address"] == f"aws_cloudfront_distribution.{name}"]


def test_a_record_name_may_omit_its_zone() -> None:
    plan = document("fresh-plan")
    resources = plan["planned_values"]["root_module"]["resources"]
    record = next(r for r in resources if r["type"] == "aws_route53_record")
    record["values"] |= {"name": "balancer", "zone_id": "Z0123456789"}
    zone = {"name": "below.example.com.", "zone_id": "Z0123456789"}
    values = {"type": "aws_route53_zone", "name": "z", "mode": "managed", "values": zone}
    resources.append({**record, **values, "address": "aws_route53_zone.z"})

    sites = describe_terraform(plan, FOLDER).distributions
    origins = [o for site in sites for o in site["DistributionConfig"]["Origins"]["Items"]]

    (domain,) = [o["DomainName"] for o in origins if o["Id"] == "record"]
    assert domain == "balancer.below.example.com"


def test_an_invalid_distribution_is_reported_with_its_address() -> None:
    text = json.dumps(document("application-plan"))
    plan = json.loads(text.replace('"redirect-to-https"', '"sometimes"'))

    with pytest.raises(
        ConfigError,
        match=r"^aws_cloudfront_distribution\.site: .*ViewerProtocolPolicy 'sometimes'",
    ):
        configured(plan)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"format_version": "2.0"}, "format_version '2.0'"),
        ({"errored": True}, "ended in an error"),
        ({"planned_values": {}}, "no aws_cloudfront_distribution"),
    ],
)
def test_an_unusable_plan_is_refused(changed: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        configured({**document("application-plan"), **changed})


def test_an_empty_state_has_no_distribution() -> None:
    with pytest.raises(ConfigError, match="no aws_cloudfront_distribution"):
        configured({"format_version": "1.0"})


def test_an_unresolved_origin_id_is_its_reference_and_unknown_countries_are_none() -> None:
    """`origin_id = "S3-${aws_s3_bucket.pages.id}"` twice, and `locations = []` beside "none"."""
    plan = document("application-plan")
    resource = next(
        r
        for r in plan["planned_values"]["root_module"]["resources"]
        if r["type"] == "aws_cloudfront_distribution"
    )
    change = next(c for c in plan["resource_changes"] if c["address"] == resource["address"])
    configured_as = next(
        r
        for r in plan["configuration"]["root_module"]["resources"]
        if r["address"] == resource["address"]
    )
    unknown = change["change"]["after_unknown"]
    expression = {"references": ["local.site_id"]}
    for number, origin in enumerate(resource["values"]["origin"]):
        if origin["origin_id"] == "site":
            del origin["origin_id"]
            unknown["origin"][number]["origin_id"] = True
    for origin in configured_as["expressions"]["origin"]:
        if origin["origin_id"].get("constant_value") == "site":
            origin["origin_id"] = expression
    del resource["values"]["default_cache_behavior"][0]["target_origin_id"]
    unknown["default_cache_behavior"][0]["target_origin_id"] = True
    behavior_as = configured_as["expressions"]["default_cache_behavior"][0]
    behavior_as["target_origin_id"] = expression
    geo = unknown["restrictions"][0]["geo_restriction"][0]
    geo["locations"] = True
    geo_as = configured_as["expressions"]["restrictions"][0]["geo_restriction"][0]
    geo_as["locations"] = {"references": ["var.countries"]}

    (site,) = configured(plan).distributions

    assert site.default_cache_behavior.target_origin_id == "local.site_id"
    assert named(site, "local.site_id").is_s3
    assert site.geo_restriction is None


def test_a_buckets_website_endpoint_is_not_its_rest_endpoint() -> None:
    text = json.dumps(document("application-plan"))
    assert ".bucket_regional_domain_name" in text
    plan = json.loads(text.replace(".bucket_regional_domain_name", ".website_endpoint"))

    (site,) = configured(plan).distributions

    assert named(site, "site").domain_name == (
        "my-serverless-website-site-000000000000.s3-website-us-east-1.amazonaws.com"
    )


@pytest.mark.proves("LA-001")
def test_a_qualified_arn_without_a_version_gets_the_version_from_the_state() -> None:
    state = document("application-state")
    text = json.dumps(state).replace("website-edge:1", "website-edge")

    configuration = configured(json.loads(text))

    (arn,) = configuration.lambda_arns
    assert arn.endswith(":function:my-serverless-website-edge:1")
    assert arn in configuration.lambda_functions
    assert "version 1 runs" in "".join(map(str, configuration.notices))


def test_an_invalid_bucket_policy_does_not_prevent_serving() -> None:
    state = document("application-state")
    for resource in state["values"]["root_module"]["resources"]:
        if resource["type"] == "aws_s3_bucket_policy":
            resource["values"]["policy"] = "a1b2c3d4"

    configuration = configured(state)

    assert configuration.distributions
    assert configuration.bucket_policies == {}
