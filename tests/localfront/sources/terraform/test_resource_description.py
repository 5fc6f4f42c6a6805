"""Plans and states of real configurations, as Terraform and its AWS provider print them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from localfront.config.policies import Mode, Selection
from localfront.errors import ConfigError
from localfront.sources.configuration import Configuration
from tests.localfront.sources.plans import (
    FOLDER,
    alone,
    behavior,
    configured,
    document,
    named,
)


@pytest.fixture(scope="module")
def modules() -> Configuration:
    return configured(document("modules-plan"))


def test_a_plan_before_the_first_apply_is_a_whole_distribution() -> None:
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


def test_a_functions_archive_is_the_file_of_the_object_that_it_comes_from() -> None:
    configuration = configured(document("application-plan"))

    ((arn, function),) = configuration.lambda_functions.items()
    assert configuration.lambda_arns == {arn}
    assert arn == "arn:aws:lambda:us-east-1:000000000000:function:my-serverless-website-edge:1"
    assert function["Code"]["Location"] == str(FOLDER.parent / "build" / "edge.zip")
    assert function["Configuration"]["Handler"] == "viewer_request.handler"


def test_what_is_made_up_is_the_same_at_each_run() -> None:
    assert configured(document("application-plan")) == configured(document("application-plan"))


@pytest.mark.proves("S3-002")
def test_a_state_has_awss_own_names_and_the_buckets_policy() -> None:
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


def test_modules_with_for_each_are_distributions_of_their_own(
    modules: Configuration,
) -> None:
    blue, green = modules.distributions

    assert (blue.aliases, green.aliases) == (
        ("blue.example.com",),
        ("green.example.com",),
    )
    assert blue.id != green.id
    assert named(blue, "pages").domain_name == "blue.example.com.s3.eu-west-1.amazonaws.com"
    assert named(green, "pages").domain_name == "green.example.com.s3.eu-west-1.amazonaws.com"
    assert named(blue, "api").domain_name == named(green, "api").domain_name


@pytest.mark.parametrize(
    ("origin", "ending"),
    [
        ("api", ".execute-api.eu-west-1.amazonaws.com"),
        ("images", ".lambda-url.eu-west-1.on.aws"),
    ],
)
def test_a_domain_name_is_followed_through_arguments_and_attributes(
    modules: Configuration, origin: str, ending: str
) -> None:
    assert named(modules.distributions[0], origin).domain_name.endswith(ending)


@pytest.mark.proves("LA-002")
def test_a_functions_region_is_its_own_providers(modules: Configuration) -> None:
    (association,) = behavior(modules.distributions[0], "/api/*").lambda_function_associations

    assert association.include_body
    assert association.lambda_function_arn == (
        "arn:aws:lambda:us-east-1:000000000000:function:edge:1"
    )
    assert association.lambda_function_arn in modules.lambda_functions


def test_policies_are_those_of_the_same_instance_of_the_module(
    modules: Configuration,
) -> None:
    blue, green = (behavior(d, "/images/*") for d in modules.distributions)

    assert blue.response_headers_policy is not None
    assert green.response_headers_policy is not None
    assert blue.response_headers_policy.cors is not None
    assert blue.response_headers_policy.cors.allow_origins == ("https://blue.example.com",)
    assert green.response_headers_policy.cors is not None
    assert green.response_headers_policy.cors.allow_origins == ("https://green.example.com",)


def test_a_cache_policys_fields_are_the_apis(modules: Configuration) -> None:
    policy = behavior(modules.distributions[0], "*").cache_policy

    assert (policy.min_ttl, policy.default_ttl, policy.max_ttl) == (1, 60, 300)
    assert policy.headers == Selection(Mode.LISTED, frozenset({"accept-language"}))
    assert policy.cookies == Selection(Mode.LISTED, frozenset({"theme"}))
    assert policy.query_strings == Selection(Mode.ALL_EXCEPT, frozenset({"utm_source"}))
    assert policy.gzip
    assert policy.brotli


@pytest.mark.proves("SG-001")
def test_the_keys_of_a_trusted_group_are_found_by_way_of_both(
    modules: Configuration,
) -> None:
    images = behavior(modules.distributions[0], "/images/*")

    assert images.restricted
    assert len(images.trusted_keys) == 2
    assert all("BEGIN PUBLIC KEY" in key.pem for key in images.trusted_keys)
    assert not behavior(modules.distributions[0], "*").restricted


@pytest.mark.proves("FN-001")
def test_a_cloudfront_functions_code_is_at_hand_by_its_arn(
    modules: Configuration,
) -> None:
    (association,) = behavior(modules.distributions[1], "*").function_associations

    function = modules.functions[association.function_arn]
    assert function.name == "green-example-com"
    assert function.code.startswith("function handler(event)")


@pytest.mark.proves("OG-007", "MI-004")
def test_groups_legacy_settings_and_countries_come_along(
    modules: Configuration,
) -> None:
    blue = modules.distributions[0]

    (group,) = blue.origin_groups
    assert (group.primary, group.secondary) == ("images", "api")
    assert group.failover_status_codes == {500, 502}
    assert behavior(blue, "/old/*").cache_policy.max_ttl == 90
    assert blue.geo_restriction is not None
    assert blue.geo_restriction.countries == {"AQ"}
    assert blue.origins[0].custom_headers == (("X-Site", "blue.example.com"),)


@pytest.mark.proves("S3-001")
def test_a_policy_document_that_names_the_distribution_is_put_together_again(
    modules: Configuration,
) -> None:
    blue = modules.distributions[0]
    policy = modules.bucket_policies["blue.example.com"]

    assert policy == {
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": ["cloudfront.amazonaws.com"]},
                "Action": ["s3:GetObject"],
                "Resource": [
                    "arn:aws:s3:::blue.example.com",
                    "arn:aws:s3:::blue.example.com/*",
                ],
                "Condition": {"StringEquals": {"AWS:SourceArn": [blue.arn]}},
            }
        ]
    }


@pytest.mark.parametrize(
    ("name", "told"),
    [
        (
            "either",
            r"default_cache_behavior\[0\].cache_policy_id .* any of "
            r"aws_cloudfront_cache_policy.short\[0\], aws_cloudfront_cache_policy.short\[1\]",
        ),
    ],
)
def test_what_a_plan_keeps_back_is_refused_by_address_and_field(name: str, told: str) -> None:
    plan = alone(document("unresolved-plan"), name)

    with pytest.raises(ConfigError, match=rf"^aws_cloudfront_distribution\.{name}: {told}"):
        configured(plan)


@pytest.mark.parametrize("name", ["through_a_local", "in_a_dynamic_block"])
def test_what_is_relevant_to_a_plan_stands_behind_a_local_and_a_dynamic_block(
    name: str,
) -> None:
    (site,) = configured(alone(document("unresolved-plan"), name)).distributions

    (origin,) = site.origins
    assert origin.domain_name == "pages.s3.us-east-1.amazonaws.com"


def test_a_distribution_that_cannot_be_honoured_is_told_by_its_address() -> None:
    text = json.dumps(document("application-plan"))
    plan = json.loads(text.replace('"redirect-to-https"', '"sometimes"'))

    with pytest.raises(
        ConfigError,
        match=r"^aws_cloudfront_distribution\.site: .*ViewerProtocolPolicy 'sometimes'",
    ):
        configured(plan)


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"format_version": "2.0"}, "format_version '2.0'"),
        ({"errored": True}, "ended in an error"),
        ({"planned_values": {}}, "no aws_cloudfront_distribution"),
    ],
)
def test_a_plan_that_is_none_for_us_is_refused(changed: dict[str, Any], told: str) -> None:
    with pytest.raises(ConfigError, match=told):
        configured({**document("application-plan"), **changed})


def test_an_empty_state_has_no_distribution() -> None:
    with pytest.raises(ConfigError, match="no aws_cloudfront_distribution"):
        configured({"format_version": "1.0"})


def test_an_origins_id_is_a_label_and_no_restriction_has_no_countries() -> None:
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
def test_a_qualified_arn_that_an_emulator_left_without_its_version_has_the_states() -> None:
    state = document("application-state")
    text = json.dumps(state).replace("website-edge:1", "website-edge")

    configuration = configured(json.loads(text))

    (arn,) = configuration.lambda_arns
    assert arn.endswith(":function:my-serverless-website-edge:1")
    assert arn in configuration.lambda_functions
    assert "version 1 runs" in "".join(map(str, configuration.notices))


def test_a_buckets_policy_that_is_none_does_not_stand_in_the_way() -> None:
    state = document("application-state")
    for resource in state["values"]["root_module"]["resources"]:
        if resource["type"] == "aws_s3_bucket_policy":
            resource["values"]["policy"] = "a1b2c3d4"

    configuration = configured(state)

    assert configuration.distributions
    assert configuration.bucket_policies == {}
