"""Continuous deployment policies, and notices about dangling references."""

from __future__ import annotations

from typing import Any

import pytest

from localfront.config.continuous_deployment import (
    parse_continuous_deployment,
    staging_notices,
)
from localfront.config.distribution import ContinuousDeployment, SessionStickiness
from localfront.errors import ConfigError
from tests.localfront.factories import a_distribution, listing

NAME = "d2.cloudfront.net"
WEIGHT = {"Weight": 0.1, "SessionStickinessConfig": {"IdleTTL": 300, "MaximumTTL": 600}}

pytestmark = pytest.mark.proves("MI-005")


def a_policy(traffic: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {
        "Enabled": True,
        "StagingDistributionDnsNames": listing(NAME),
        "TrafficConfig": traffic,
        **changes,
    }


def by_header(header: str = "aws-cf-cd-next") -> dict[str, Any]:
    single = {"Header": header, "Value": "yes"}
    return {"Type": "SingleHeader", "SingleHeaderConfig": single}


def by_weight(**changes: Any) -> dict[str, Any]:
    return {"Type": "SingleWeight", "SingleWeightConfig": {**WEIGHT, **changes}}


def test_a_policy_by_header_and_one_by_weight_are_read() -> None:
    names = frozenset({NAME})

    assert parse_continuous_deployment("p", a_policy(by_header())) == ContinuousDeployment(
        staging_names=names, header=("aws-cf-cd-next", "yes")
    )
    assert parse_continuous_deployment("p", a_policy(by_weight())) == ContinuousDeployment(
        staging_names=names, weight=0.1, session=SessionStickiness(idle_ttl=300, maximum_ttl=600)
    )
    assert parse_continuous_deployment("p", a_policy(by_header(), Enabled=False)) is None


@pytest.mark.parametrize(
    ("policy", "named"),
    [
        (a_policy(by_header("next")), "starts with aws-cf-cd-"),
        (a_policy(by_weight(Weight=0.2)), "accepts 0 to 0.15"),
        (
            a_policy(by_weight(SessionStickinessConfig={"IdleTTL": 20, "MaximumTTL": 600})),
            "IdleTTL 20 is out of range",
        ),
        (
            a_policy(by_weight(SessionStickinessConfig={"IdleTTL": 900, "MaximumTTL": 600})),
            "is above MaximumTTL",
        ),
        (a_policy(by_header(), StagingDistributionDnsNames=listing()), "names no distribution"),
        (a_policy({"Type": "Other"}), "Type 'Other' is none of"),
    ],
)
def test_a_policy_that_cloudfront_refuses_is_refused_with_its_field(
    policy: dict[str, Any], named: str
) -> None:
    with pytest.raises(ConfigError, match="Continuous deployment policy p: ") as caught:
        parse_continuous_deployment("p", policy)

    assert named in str(caught.value)


def test_a_policy_or_staging_distribution_that_does_not_exist_is_reported() -> None:
    policy = ContinuousDeployment(staging_names=frozenset({NAME}), weight=0.1)
    primary = a_distribution(continuous_deployment=policy)
    staging = a_distribution(id="E2", domain_name=NAME, is_staging=True)

    assert list(staging_notices([primary, staging])) == []
    assert "all requests go to the primary" in str(*staging_notices([primary]))
    assert "reachable only at its own id" in str(*staging_notices([staging]))
