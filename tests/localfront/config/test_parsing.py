from __future__ import annotations

from typing import Any

import botocore.session
import pytest
from botocore.validate import ParamValidator

from localfront.config.distribution import GeoRestriction
from localfront.config.managed_policies import MANAGED
from localfront.config.parsing import parse_distribution
from localfront.errors import ConfigError
from tests.localfront.config.reading import (
    SIGNING_BEHAVIORS,
    a_function_association,
    a_group_description,
    an_association,
    an_error_response,
    forwarded_values,
    notices_of,
    parsed,
    refused,
)
from tests.localfront.factories import (
    DISTRIBUTION_ARN,
    DISTRIBUTION_ID,
    DOMAIN_NAME,
    a_behavior_description,
    a_custom_origin_description,
    a_distribution_config,
    a_distribution_description,
    listing,
)


def test_the_test_factories_write_valid_api_requests() -> None:
    model = botocore.session.Session().get_service_model("cloudfront")
    legacy = {**forwarded_values(), "MinTTL": 0}
    del legacy["CachePolicyId"]
    config = a_distribution_config(
        CacheBehaviors=listing(
            a_behavior_description(
                PathPattern="/api/*",
                LambdaFunctionAssociations=listing(an_association()),
            ),
            a_behavior_description(
                PathPattern="/old/*",
                FunctionAssociations=listing(a_function_association()),
                **legacy,
            ),
        ),
        OriginGroups=listing(a_group_description()),
        CustomErrorResponses=listing(an_error_response()),
    )

    report = ParamValidator().validate(config, model.shape_for("DistributionConfig"))

    assert not report.has_errors(), report.generate_report()


def test_every_api_field_is_read_refused_or_listed_as_without_effect() -> None:
    """A new field of botocore fails here before a user's configuration has it."""
    model = botocore.session.Session().get_service_model("cloudfront")
    shape: Any = model.shape_for("DistributionConfig")

    unknown = [
        field for field in shape.members if "does not know" in _message_for(**{field: "something"})
    ]

    assert unknown == []


def _message_for(**config: Any) -> str:
    try:
        return notices_of(**config)
    except ConfigError as error:
        return str(error)


def test_a_distribution_is_read_from_the_api() -> None:
    distribution = parsed(DefaultRootObject="index.html")

    assert distribution.id == DISTRIBUTION_ID
    assert distribution.arn == DISTRIBUTION_ARN
    assert distribution.domain_name == DOMAIN_NAME
    assert distribution.enabled
    assert distribution.default_root_object == "index.html"
    assert distribution.geo_restriction is None
    assert not distribution.is_staging


@pytest.mark.parametrize(
    "absent",
    [
        "Aliases",
        "CacheBehaviors",
        "OriginGroups",
        "CustomErrorResponses",
        "Restrictions",
    ],
)
def test_a_field_that_an_emulator_omits_is_empty(absent: str) -> None:
    description = a_distribution_description()
    del description["DistributionConfig"][absent]

    parse_distribution(description, policies=MANAGED, signing_behaviors=SIGNING_BEHAVIORS)


@pytest.mark.parametrize("arn", ["x", "arn:aws:s3:::bucket", "arn:aws:cloudfront::1"])
def test_an_arn_that_is_not_a_distributions_is_refused(arn: str) -> None:
    with pytest.raises(ConfigError, match=r"ARN '.*' is not an ARN"):
        parse_distribution(
            {**a_distribution_description(), "ARN": arn},
            policies=MANAGED,
            signing_behaviors=SIGNING_BEHAVIORS,
        )


@pytest.mark.parametrize("absent", ["Id", "ARN", "DomainName", "DistributionConfig"])
def test_a_missing_required_field_is_named(absent: str) -> None:
    description = {**a_distribution_description(), absent: None}

    with pytest.raises(ConfigError, match=absent):
        parse_distribution(description, policies=MANAGED, signing_behaviors=SIGNING_BEHAVIORS)


@pytest.mark.proves("RT-001")
def test_behaviors_keep_their_order_and_the_default_one_is_last() -> None:
    distribution = parsed(
        CacheBehaviors=listing(
            a_behavior_description(PathPattern="/b/*"),
            a_behavior_description(PathPattern="/a/*"),
        )
    )

    assert [b.path_pattern for b in distribution.behaviors] == ["/b/*", "/a/*", "*"]


@pytest.mark.proves("RT-011")
def test_a_distribution_has_at_most_75_behaviors_100_origins_and_10_groups() -> None:
    behaviors = [a_behavior_description(PathPattern=f"/{n}/*") for n in range(76)]
    origins = [a_custom_origin_description(Id=f"o{n}") for n in range(99)]
    groups = [a_group_description(Id=f"g{n}") for n in range(11)]
    usual = a_distribution_config()["Origins"]["Items"]

    assert len(parsed(CacheBehaviors=listing(*behaviors[:75])).cache_behaviors) == 75
    assert len(parsed(Origins=listing(*usual, *origins[:98])).origins) == 100
    assert len(parsed(OriginGroups=listing(*groups[:10])).origin_groups) == 10
    too_many: list[dict[str, Any]] = [
        {"CacheBehaviors": listing(*behaviors)},
        {"Origins": listing(*usual, *origins)},
        {"OriginGroups": listing(*groups)},
    ]
    for config in too_many:
        assert "members (RT-011)" in refused(**config)


@pytest.mark.parametrize("name", ["index.html", "dir/index.html", "a" * 255, ""])
@pytest.mark.proves("RT-014")
def test_a_default_root_object_is_a_name_or_a_path(name: str) -> None:
    assert parsed(DefaultRootObject=name).default_root_object == name


@pytest.mark.parametrize(
    "name", ["/index.html", "a" * 256, "a b.html", "a?b", "a\r\nb", "index.html\n", "é"]
)
@pytest.mark.proves("RT-014")
def test_an_invalid_default_root_object_is_refused(name: str) -> None:
    message = refused(DefaultRootObject=name)

    assert "DefaultRootObject" in message
    assert "(RT-014)" in message


def restriction(kind: str, *countries: str) -> dict[str, Any]:
    return {"GeoRestriction": {"RestrictionType": kind, **listing(*countries)}}


@pytest.mark.parametrize(("kind", "allows"), [("whitelist", True), ("blacklist", False)])
@pytest.mark.proves("MI-004")
def test_geo_restrictions_are_allow_or_block_lists(kind: str, allows: bool) -> None:
    restrictions = restriction(kind, "NL", "BE")

    assert parsed(Restrictions=restrictions).geo_restriction == GeoRestriction(
        allows_listed=allows, countries=frozenset({"NL", "BE"})
    )


@pytest.mark.parametrize(
    "restrictions",
    [
        pytest.param(restriction("whitelist"), id="no country"),
        pytest.param(restriction("whitelist", "nl"), id="lower case"),
        pytest.param(restriction("blacklist", "Netherlands"), id="a name"),
        pytest.param(restriction("only", "NL"), id="another kind"),
    ],
)
@pytest.mark.proves("MI-004")
def test_a_restriction_that_names_no_country_is_refused(
    restrictions: dict[str, Any],
) -> None:
    assert "GeoRestriction" in refused(Restrictions=restrictions)


@pytest.mark.proves("MI-005")
def test_a_staging_distribution_is_read_as_one() -> None:
    assert parsed(Staging=True).is_staging


@pytest.mark.proves("MI-005")
def test_an_undescribed_continuous_deployment_policy_is_reported() -> None:
    assert "get-continuous-deployment-policy --id p" in notices_of(ContinuousDeploymentPolicyId="p")


@pytest.mark.parametrize(
    ("config", "named"),
    [
        pytest.param(
            {"WebACLId": "arn:aws:wafv2:us-east-1:1:global/webacl/a/b"},
            "PL-001",
            id="WAF",
        ),
        pytest.param({"ConnectionMode": "tenant-only"}, "ConnectionMode", id="tenants"),
        pytest.param(
            {"TenantConfig": {"ParameterDefinitions": ["a"]}},
            "TenantConfig",
            id="tenant",
        ),
        pytest.param({"ViewerMtlsConfig": {"Mode": "required"}}, "ViewerMtlsConfig", id="mTLS"),
        pytest.param(
            {"ConnectionFunctionAssociation": {"Id": "f"}},
            "ConnectionFunctionAssociation",
            id="connection function",
        ),
        pytest.param({"DefaultRotObject": "a"}, "DefaultRotObject 'a'", id="misspelt"),
    ],
)
def test_unsupported_settings_are_reported_and_the_rest_served(
    config: dict[str, Any], named: str
) -> None:
    assert named in notices_of(**config)
    assert parsed(**config) == parsed()


@pytest.mark.parametrize(
    ("config", "named"),
    [
        pytest.param({"Enabled": "true"}, "Enabled 'true'", id="text for a switch"),
        pytest.param({"Enabled": None}, "Enabled is missing", id="a missing field"),
    ],
)
def test_a_value_that_cloudfront_refuses_is_refused_with_its_field(
    config: dict[str, Any], named: str
) -> None:
    assert named in refused(**config)


def test_settings_without_effect_on_viewers_are_accepted() -> None:
    config: dict[str, Any] = {
        "AnycastIpListId": "aip_1",
        "PriceClass": "PriceClass_All",
        "HttpVersion": "http2and3",
        "Logging": {"Enabled": True, "Bucket": "b.s3.amazonaws.com"},
    }

    assert parsed(**config) == parsed()


@pytest.mark.proves("IN-008")
def test_the_cache_tag_header_of_an_origin_is_read() -> None:
    assert parsed(CacheTagConfig={"HeaderName": "Tags"}).cache_tag_header == "Tags"
    assert parsed().cache_tag_header is None
    assert "HeaderName 'a b' is not a valid header name" in refused(
        CacheTagConfig={"HeaderName": "a b"}
    )


def test_all_refusals_are_reported_together() -> None:
    message = refused(
        Enabled="true",
        DefaultRootObject="/a",
        Origins=listing(
            {**a_custom_origin_description(), "OriginPath": "a"},
            a_custom_origin_description(Id="pages", ConnectionAttempts=9),
        ),
    )

    assert message.startswith("4 problems must be fixed:\n  - ")
    for field in ("Enabled", "DefaultRootObject", "OriginPath", "ConnectionAttempts"):
        assert field in message
