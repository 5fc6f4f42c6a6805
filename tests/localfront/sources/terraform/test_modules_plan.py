"""The plan of a configuration with a module that is used twice (`for_each`), with all its policies."""

from __future__ import annotations

import pytest

from localfront.config.policies import Mode, Selection
from localfront.sources.configuration import Configuration
from tests.localfront.sources.plans import (
    behavior,
    configured,
    document,
    named,
)


@pytest.fixture(scope="module")
def modules() -> Configuration:
    return configured(document("modules-plan"))


def test_each_instance_of_a_module_with_for_each_is_a_distribution(
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
def test_a_domain_name_is_resolved_through_arguments_and_attributes(
    modules: Configuration, origin: str, ending: str
) -> None:
    assert named(modules.distributions[0], origin).domain_name.endswith(ending)


@pytest.mark.proves("LA-002")
def test_a_functions_region_is_that_of_its_own_provider(modules: Configuration) -> None:
    (association,) = behavior(modules.distributions[0], "/api/*").lambda_function_associations

    assert association.include_body
    assert association.lambda_function_arn == (
        "arn:aws:lambda:us-east-1:000000000000:function:edge:1"
    )
    assert association.lambda_function_arn in modules.lambda_functions


def test_policies_are_resolved_within_the_same_module_instance(
    modules: Configuration,
) -> None:
    blue, green = (behavior(d, "/images/*") for d in modules.distributions)

    assert blue.response_headers_policy is not None
    assert green.response_headers_policy is not None
    assert blue.response_headers_policy.cors is not None
    assert blue.response_headers_policy.cors.allow_origins == ("https://blue.example.com",)
    assert green.response_headers_policy.cors is not None
    assert green.response_headers_policy.cors.allow_origins == ("https://green.example.com",)


def test_a_cache_policy_has_the_apis_fields(modules: Configuration) -> None:
    policy = behavior(modules.distributions[0], "*").cache_policy

    assert (policy.min_ttl, policy.default_ttl, policy.max_ttl) == (1, 60, 300)
    assert policy.headers == Selection(Mode.LISTED, frozenset({"accept-language"}))
    assert policy.cookies == Selection(Mode.LISTED, frozenset({"theme"}))
    assert policy.query_strings == Selection(Mode.ALL_EXCEPT, frozenset({"utm_source"}))
    assert policy.gzip
    assert policy.brotli


@pytest.mark.proves("SG-001")
def test_the_keys_of_a_key_group_are_resolved_through_two_references(
    modules: Configuration,
) -> None:
    images = behavior(modules.distributions[0], "/images/*")

    assert images.restricted
    assert len(images.trusted_keys) == 2
    assert all("BEGIN PUBLIC KEY" in key.pem for key in images.trusted_keys)
    assert not behavior(modules.distributions[0], "*").restricted


@pytest.mark.proves("FN-001")
def test_a_cloudfront_functions_code_is_found_by_its_arn(
    modules: Configuration,
) -> None:
    (association,) = behavior(modules.distributions[1], "*").function_associations

    function = modules.functions[association.function_arn]
    assert function.name == "green-example-com"
    assert function.code.startswith("function handler(event)")


@pytest.mark.proves("OG-007", "MI-004")
def test_origin_groups_legacy_settings_and_countries_are_read(
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
def test_a_policy_document_that_references_the_distribution_is_rebuilt(
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
