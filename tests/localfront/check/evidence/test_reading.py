"""Everything that CloudFront refuses is reported together, and the rest is read."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localfront.check.evidence.reading import read_site
from localfront.check.findings import Severity
from localfront.check.rules.all_rules import check
from localfront.errors import ConfigError
from localfront.sources.description import Description
from tests.localfront.check.checking import (
    ALL_VIEWER,
    api,
    at_edge,
    described,
    evidence,
    finding,
    report,
    unchecked,
)
from tests.localfront.config.test_junk import FULL, LEAVES, paths, with_junk
from tests.localfront.factories import (
    a_behavior_description,
    a_custom_origin_description,
    an_s3_origin_description,
    listing,
)

PLACES = list(paths(FULL))


@pytest.mark.proves("RT-008", "VP-006", "RT-009", "ER-008", "RT-014", "OG-001", "HO-004")
def test_all_refusals_of_cloudfront_are_reported_together() -> None:
    result = report(
        Aliases=listing("Logs.example.com"),
        DefaultRootObject="/index.html",
        Origins=listing(
            an_s3_origin_description(ConnectionAttempts=9),
            a_custom_origin_description(),
        ),
        DefaultCacheBehavior=a_behavior_description(TargetOriginId="nowhere"),
        CacheBehaviors=listing(api(PathPattern="a pattern"), api(AllowedMethods=listing("POST"))),
        CustomErrorResponses=listing({"ErrorCode": 401}),
    )

    assert {f.rule for f in result.findings} == {
        "HO-004", "RT-014", "OG-001", "RT-009", "RT-008", "VP-006", "ER-008",
    }  # fmt: skip


def test_a_finding_names_the_place_the_reason_and_the_remedy() -> None:
    behavior = a_behavior_description(TargetOriginId="nowhere", **at_edge())

    found = finding("RT-009", DefaultCacheBehavior=behavior)

    assert found.resource.endswith("default behavior")
    assert "TargetOriginId 'nowhere' names no origin" in found.message
    assert found.remedy.startswith("It defines api, pages: add the origin")
    assert found.severity is Severity.ERROR


def test_a_refused_origin_does_not_make_its_behaviors_wrong() -> None:
    origins = listing(an_s3_origin_description(ConnectionAttempts=9), a_custom_origin_description())

    assert [f.rule for f in report(Origins=origins).findings] == ["OG-001"]


@pytest.mark.proves("AG-001")
def test_a_refused_behavior_does_not_hide_what_is_wrong_with_others() -> None:
    behaviors = listing(api(PathPattern="no pattern"), api(OriginRequestPolicyId=ALL_VIEWER))

    found = {f.rule for f in report(CacheBehaviors=behaviors).findings}

    assert found == {"RT-008", "AG-001"}


@pytest.mark.proves("RT-011")
def test_more_items_than_a_quota_are_reported() -> None:
    behaviors = listing(*(api(PathPattern=f"/{n}/*") for n in range(76)))

    assert "has 76 members" in finding("RT-011", CacheBehaviors=behaviors).message


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ({"WebACLId": "arn:aws:wafv2:us-east-1:1:global/webacl/a/b"}, "WebACLId"),
        ({"ConnectionMode": "tenant-only"}, "ConnectionMode"),
        (
            {"CacheBehaviors": listing(api(TrustedSigners={"Enabled": True, "Quantity": 0}))},
            "behavior '/api/*': TrustedSigners",
        ),
        (
            {
                "Origins": listing(
                    an_s3_origin_description(),
                    {
                        "Id": "api",
                        "DomainName": "internal.example.com",
                        "VpcOriginConfig": {"VpcOriginId": "vo_1"},
                    },
                )
            },
            "origin 'api': VpcOriginConfig",
        ),
    ],
)
def test_a_feature_that_localfront_does_not_emulate_is_no_finding(
    config: dict[str, Any], message: str
) -> None:
    assert report(**config).findings == ()
    assert message in unchecked(**config)


def test_an_unknown_field_is_a_warning() -> None:
    found = finding("CONFIG", Colour="blue")

    assert "Colour 'blue'" in found.message
    assert found.severity is Severity.WARNING


@pytest.mark.proves("CA-011")
def test_a_policy_that_cloudfront_refuses_is_reported_and_its_behavior_not_checked() -> None:
    policy = "0c0ffee0-0000-4000-8000-000000000000"
    description = replace(
        described(CacheBehaviors=listing(api(CachePolicyId=policy))),
        cache_policies={policy: {"MinTTL": 9, "DefaultTTL": 1}},
    )

    result = check(description, evidence())

    assert [f.resource for f in result.findings] == [f"CachePolicy {policy}"]


@pytest.mark.proves("SG-001")
def test_an_undescribed_key_group_causes_no_finding() -> None:
    groups = {"TrustedKeyGroups": {"Enabled": True, **listing("group-1")}}
    behaviors = listing(api(**groups))

    assert report(CacheBehaviors=behaviors).findings == ()
    assert "Key group group-1" in unchecked(CacheBehaviors=behaviors)


def test_every_rule_can_be_ignored() -> None:
    result = check(described(Colour="blue"), evidence(), ignore=["CONFIG"])

    assert result.findings == ()


@given(st.sampled_from(PLACES), st.recursive(LEAVES, st.lists, max_leaves=3))
def test_junk_in_any_place_ends_in_a_report_or_a_config_error(
    place: tuple[str | int, ...], junk: Any
) -> None:
    raw = with_junk(FULL, place, junk)
    description = Description(distributions=(raw,))

    with suppress(ConfigError):
        if isinstance(raw, dict):
            read_site(raw, description)
            check(description, evidence())
