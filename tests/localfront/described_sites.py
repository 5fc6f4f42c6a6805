"""Sites in the form of AWS's API, parsed and served by localfront's pipeline."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from localfront.config.headers_policy_parsing import parse_response_headers_policy
from localfront.config.managed_policies import MANAGED
from localfront.config.parsing import parse_distribution
from localfront.config.policies import PolicyCatalog
from localfront.config.policy_parsing import parse_cache_policy, parse_origin_request_policy
from localfront.http_messages.messages import Request, Response
from tests.localfront.factories import (
    a_behavior_description,
    a_distribution_description,
    a_response,
    listing,
)
from tests.localfront.fakes import FakeOrigins
from tests.localfront.sites import Edge

CONFIGS = {
    "cookies": ("CookiesConfig", "CookieBehavior", "Cookies"),
    "headers": ("HeadersConfig", "HeaderBehavior", "Headers"),
    "query_strings": ("QueryStringsConfig", "QueryStringBehavior", "QueryStrings"),
}
PAGE = a_response()


def described(
    *,
    policies: PolicyCatalog = MANAGED,
    origin_response: Response = PAGE,
    config: Mapping[str, Any] | None = None,
    **behavior: Any,
) -> Edge:
    """All paths get `origin_response` from the bucket; keywords change the default behavior."""
    default = a_behavior_description(**{"ViewerProtocolPolicy": "allow-all", **behavior})
    distribution = parse_distribution(
        a_distribution_description(**{"DefaultCacheBehavior": default, **(config or {})}),
        policies=policies,
        signing_behaviors={"E2QWRUHAPOMQZL": "always"},
    )
    return Edge(distribution=distribution, origins=FakeOrigins(otherwise=origin_response))


def selecting(**selections: tuple[str, ...]) -> dict[str, Any]:
    """Parts of a policy: `cookies=("whitelist", "a")` gives its CookiesConfig."""
    parts: dict[str, Any] = {}
    for kind, (mode, *names) in selections.items():
        config, behavior, listed = CONFIGS[kind]
        parts[config] = {behavior: mode, **({listed: listing(*names)} if names else {})}
    return parts


def with_policies(
    *,
    cache: Mapping[str, Any] | None = None,
    request: Mapping[str, Any] | None = None,
    response: Mapping[str, Any] | None = None,
    **more: Any,
) -> Edge:
    """`cache` has the parts of ParametersInCacheKeyAndForwardedToOrigin, the others are whole configs."""
    parameters = {"EnableAcceptEncodingGzip": False, **(cache or {})}
    policy = {"MinTTL": 0, "ParametersInCacheKeyAndForwardedToOrigin": parameters}
    ids = {"CachePolicyId": "cache"}
    catalog: dict[str, Any] = {"cache": {"cache": parse_cache_policy("cache", policy)}}
    if request is not None:
        ids["OriginRequestPolicyId"] = "request"
        catalog["origin_request"] = {"request": parse_origin_request_policy("request", request)}
    if response is not None:
        ids["ResponseHeadersPolicyId"] = "response"
        parsed = parse_response_headers_policy("response", response)
        catalog["response_headers"] = {"response": parsed}
    more |= ids
    return described(policies=PolicyCatalog(**catalog), **more)


async def sent_for(edge: Edge, target: str = "/x", **headers: str) -> Request:
    """The origin request for a viewer's; `x_b` is the header x-b."""
    await edge.get(target, headers=[(name.replace("_", "-"), v) for name, v in headers.items()])
    return edge.origins.received[-1].request
