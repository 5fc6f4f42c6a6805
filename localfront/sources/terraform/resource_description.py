"""A plan or a state of Terraform → a description: the distributions, and what they name.

What no distribution names is not looked at, so that nothing else in a plan can be in the way.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from localfront.errors import ConfigError
from localfront.origins.addresses import S3_NAME, WEBSITE_NAME
from localfront.sources.description import Description, Raw, named
from localfront.sources.function_versions import with_versions
from localfront.sources.terraform import continuous_deployment
from localfront.sources.terraform.buckets import bucket_policies
from localfront.sources.terraform.cloudfront_distribution import distribution
from localfront.sources.terraform.function_resources import (
    cloudfront_function,
    lambda_function,
)
from localfront.sources.terraform.identity import Identities
from localfront.sources.terraform.key_value_stores import key_value_stores
from localfront.sources.terraform.links import Links
from localfront.sources.terraform.policy_resources import config, key_group
from localfront.sources.terraform.references import References
from localfront.sources.terraform.show import Resource, Show, parse_show
from localfront.sources.terraform.websites import websites


def describe_terraform(document: Raw, directory: Path) -> Description:
    """`document` is `terraform show -json`; `directory` is where Terraform ran.

    Raises ConfigError naming the address of a resource and the field that can't be resolved.
    """
    show = parse_show(document)
    references = References(show.resources)
    links = Links(references, Identities(show, references), show)
    sites = [r for r in show.of_type("aws_cloudfront_distribution") if r.mode == "managed"]
    if not sites:
        raise ConfigError(
            "There is no aws_cloudfront_distribution in it. Give `terraform show -json` of a plan or "
            "a state that has one."
        )
    distributions, told = with_versions(
        [distribution(site, links) for site in sites], _left_out_versions(show)
    )
    buckets = frozenset(
        match["bucket"]
        for name in named(distributions, "DomainName")
        if (match := S3_NAME.fullmatch(name) or WEBSITE_NAME.fullmatch(name))
    )
    by_name = _Named(show, distributions)
    identity = links.identities

    def settings(resource: Resource) -> Any:
        return config(resource, links)

    groups = by_name.of(
        "aws_cloudfront_key_group",
        "TrustedKeyGroups",
        identity.id,
        lambda r: key_group(r, links),
    )
    functions = by_name.of(
        "aws_cloudfront_function",
        "FunctionARN",
        identity.function_arn,
        lambda r: cloudfront_function(r, links),
    )
    return Description(
        distributions=distributions,
        labels={identity.id(site): site.address for site in sites},
        cache_policies=by_name.of(
            "aws_cloudfront_cache_policy", "CachePolicyId", identity.id, settings
        ),
        origin_request_policies=by_name.of(
            "aws_cloudfront_origin_request_policy",
            "OriginRequestPolicyId",
            identity.id,
            settings,
        ),
        response_headers_policies=by_name.of(
            "aws_cloudfront_response_headers_policy",
            "ResponseHeadersPolicyId",
            identity.id,
            settings,
        ),
        origin_access_controls=by_name.of(
            "aws_cloudfront_origin_access_control",
            "OriginAccessControlId",
            identity.id,
            settings,
        ),
        key_groups=groups,
        public_keys=_Named(show, list(groups.values())).of(
            "aws_cloudfront_public_key", "Items", identity.id, settings
        ),
        continuous_deployment_policies=by_name.of(
            continuous_deployment.TYPE,
            "ContinuousDeploymentPolicyId",
            identity.id,
            lambda r: continuous_deployment.continuous_deployment(r, links),
        ),
        functions=functions,
        key_value_stores=key_value_stores(show, links, functions.values()),
        lambda_functions=by_name.of(
            "aws_lambda_function",
            "LambdaFunctionARN",
            identity.lambda_arn,
            lambda r: lambda_function(r, show, links, directory),
        ),
        canonical_users={
            identity.id(r): str(r.values["s3_canonical_user_id"])
            for r in show.of_type("aws_cloudfront_origin_access_identity")
            if r.values.get("s3_canonical_user_id")
        },
        bucket_policies=bucket_policies(show, links, buckets),
        websites=websites(show, links),
        notices=(*links.notices, *told),
    )


def _left_out_versions(show: Show) -> dict[str, str]:
    """Versions by the ARN of functions whose qualified ARN has none, as MiniStack gives it."""
    return {
        str(r.values["arn"]): str(r.values["version"])
        for r in show.of_type("aws_lambda_function")
        if r.values.get("arn")
        and r.values.get("qualified_arn") == r.values["arn"]
        and str(r.values.get("version")).isdecimal()
    }


class _Named:
    """The resources of a type that something names in a field."""

    def __init__(self, show: Show, by: Any) -> None:
        self._show = show
        self._by = by

    def of(
        self,
        resource_type: str,
        field: str,
        name: Callable[[Resource], str],
        describe: Callable[[Resource], Any],
    ) -> Mapping[str, Any]:
        wanted = named(self._by, field)
        found = {name(resource): resource for resource in self._show.of_type(resource_type)}
        return {key: describe(found[key]) for key in sorted(wanted & found.keys())}
