"""Parse a ContinuousDeploymentPolicyConfig: which requests go to staging (MI-005).

Sources: CloudFront API Reference, ContinuousDeploymentPolicyConfig, TrafficConfig and
SessionStickinessConfig; Developer Guide, "Learn how continuous deployment works".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from localfront.config.distribution import ContinuousDeployment, Distribution, SessionStickiness
from localfront.config.fields import Fields
from localfront.config.not_described import StandIn
from localfront.config.notices import Notice

HEADER_PREFIX = "aws-cf-cd-"
MOST_WEIGHT = 0.15
SESSION_SECONDS = (300, 3600)
NOT_DESCRIBED: StandIn[None] = StandIn(
    "a continuous deployment policy",
    "get-continuous-deployment-policy",
    "no request goes to a staging distribution",
    lambda _: None,
)


def parse_continuous_deployment(
    policy_id: str, config: Mapping[str, Any]
) -> ContinuousDeployment | None:
    """Parse the policy; None if it is not enabled. Raises ConfigError."""
    fields = Fields.of(f"Continuous deployment policy {policy_id}", config)
    if not fields.flag("Enabled"):
        return None
    names = fields.texts("StagingDistributionDnsNames")
    if not names:
        raise fields.wrong(
            "StagingDistributionDnsNames", "names no distribution", "Name the staging one."
        )
    traffic = fields.part("TrafficConfig")
    kind = traffic.choice("Type", ("SingleHeader", "SingleWeight"))
    staging = frozenset(name.lower() for name in names)
    if kind == "SingleHeader":
        return ContinuousDeployment(staging_names=staging, header=_header(traffic))
    weight, session = _weight(traffic.part("SingleWeightConfig"))
    return ContinuousDeployment(staging_names=staging, weight=weight, session=session)


def _header(traffic: Fields) -> tuple[str, str]:
    single = traffic.part("SingleHeaderConfig")
    name = single.text("Header").lower()
    if not name.startswith(HEADER_PREFIX):
        raise single.wrong(
            "Header",
            "is not a header for staging (MI-005)",
            f"Its name starts with {HEADER_PREFIX}.",
        )
    return name, single.text("Value")


def _weight(single: Fields) -> tuple[float, SessionStickiness | None]:
    weight = single.quantity("Weight", 0)
    if weight > MOST_WEIGHT:
        raise single.wrong(
            "Weight", "is out of range (MI-005)", f"CloudFront accepts 0 to {MOST_WEIGHT}."
        )
    stickiness = single.part("SessionStickinessConfig")
    if not stickiness.values:
        return weight, None
    low, high = SESSION_SECONDS
    idle = stickiness.number("IdleTTL", low=low, high=high, rule="MI-005")
    most = stickiness.number("MaximumTTL", low=low, high=high, rule="MI-005")
    if idle > most:
        raise stickiness.wrong("IdleTTL", "is above MaximumTTL", "Write a value of at most that.")
    return weight, SessionStickiness(idle_ttl=idle, maximum_ttl=most)


def staging_notices(distributions: Iterable[Distribution]) -> Iterator[Notice]:
    """Notices for primary and staging distributions whose counterpart is not here."""
    distributions = tuple(distributions)
    policies = [d.continuous_deployment for d in distributions]
    wanted = {name for policy in policies if policy for name in policy.staging_names}
    staging = {d.domain_name.lower(): d for d in distributions if d.is_staging}
    for name, distribution in staging.items():
        if name not in wanted:
            yield Notice(
                field=f"Distribution {distribution.id}: Staging",
                on_aws="makes a staging distribution, which viewers reach through its primary, "
                "by a "
                "header or by weight (MI-005)",
                here="no served primary references it, and it is reachable only at its own id",
            )
    for distribution in distributions:
        policy = distribution.continuous_deployment
        if policy and policy.staging_names.isdisjoint(staging):
            yield Notice(
                field=f"Distribution {distribution.id}: ContinuousDeploymentPolicyId",
                on_aws=f"sends requests to {', '.join(sorted(policy.staging_names))} (MI-005)",
                here="that staging distribution is not served, so all requests go to the primary",
            )


def deployment_of(
    config: Fields, policies: Mapping[str, Mapping[str, Any]]
) -> ContinuousDeployment | None:
    """A distribution's policy; one that no source describes gets a notice. Raises ConfigError."""
    policy_id = config.text("ContinuousDeploymentPolicyId", "")
    if not policy_id:
        return None
    if policy_id not in policies:
        NOT_DESCRIBED.of(config, "ContinuousDeploymentPolicyId", policy_id)
        return None
    return parse_continuous_deployment(policy_id, policies[policy_id])
