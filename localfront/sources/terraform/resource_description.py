"""A Terraform plan or state → a description of its distributions and the resources these use.

Resources that no distribution uses are ignored, so they can't cause errors.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from localfront.errors import ConfigError
from localfront.origins.aws_names import S3_NAME, WEBSITE_NAME
from localfront.sources.description import Description, Raw, named
from localfront.sources.function_versions import with_versions
from localfront.sources.terraform.buckets import bucket_policies
from localfront.sources.terraform.cloudfront_distribution import distribution
from localfront.sources.terraform.continuous_deployment import (
    CONTINUOUS_DEPLOYMENT,
    continuous_deployment,
)
from localfront.sources.terraform.function_resources import (
    cloudfront_function,
    lambda_function,
)
from localfront.sources.terraform.identity import Identities
from localfront.sources.terraform.key_value_stores import key_value_stores
from localfront.sources.terraform.lambda_origins import (
    as_ordinary,
    lambda_origins,
    ordinary_functions,
)
from localfront.sources.terraform.links import Links
from localfront.sources.terraform.policy_resources import config, key_group
from localfront.sources.terraform.references import References
from localfront.sources.terraform.show import Resource, Show, parse_show
from localfront.sources.terraform.web_acls import IP_SET, REGEX_SET, sets_of, web_acls
from localfront.sources.terraform.websites import websites


def describe_terraform(document: Raw, directory: Path) -> Description:
    """Describe a plan or state.

    `document` is the output of `terraform show -json`; `directory` is where Terraform ran. Raises
    ConfigError that names the resource's address and the field that can't be resolved.
    """
    show = parse_show(document)
    references = References(show.resources)
    links = Links(references, Identities(show, references), show)
    identity = links.identities
    sites = [r for r in show.of_type("aws_cloudfront_distribution") if r.mode == "managed"]
    if not sites:
        raise ConfigError(
            "There is no aws_cloudfront_distribution in it. Give `terraform show -json` of a plan or "
            "a state that has one."
        )
    distributions, version_notices = with_versions(
        [distribution(site, links) for site in sites], _left_out_versions(show)
    )
    named_resources = _NamedResources(show, links, distributions)
    functions = named_resources.functions()
    key_groups = named_resources.key_groups()
    domain_names = named(distributions, "DomainName")
    origins = lambda_origins(show, links, domain_names)
    return Description(
        distributions=distributions,
        labels={identity.id(r): r.address for r in (*sites, *_policies(show))},
        cache_policies=named_resources.configs("aws_cloudfront_cache_policy", "CachePolicyId"),
        origin_request_policies=named_resources.configs(
            "aws_cloudfront_origin_request_policy", "OriginRequestPolicyId"
        ),
        response_headers_policies=named_resources.configs(
            "aws_cloudfront_response_headers_policy", "ResponseHeadersPolicyId"
        ),
        origin_access_controls=named_resources.configs(
            "aws_cloudfront_origin_access_control", "OriginAccessControlId"
        ),
        key_groups=key_groups,
        public_keys=_NamedResources(show, links, list(key_groups.values())).configs(
            "aws_cloudfront_public_key", "Items"
        ),
        continuous_deployment_policies=named_resources.continuous_deployments(),
        functions=functions,
        key_value_stores=key_value_stores(show, links, functions.values()),
        lambda_functions={
            **named_resources.lambda_functions(directory),
            **{
                arn: as_ordinary(lambda_function(resource, show, links, directory))
                for arn, resource in ordinary_functions(show, links, origins.values())
            },
        },
        lambda_origins=origins,
        web_acls=web_acls(show, links),
        ip_sets=sets_of(show, IP_SET, "addresses"),
        regex_pattern_sets=sets_of(show, REGEX_SET, "regular_expression"),
        canonical_users=_canonical_users(show, links),
        bucket_policies=bucket_policies(show, links, _buckets(domain_names)),
        websites=websites(show, links),
        notices=(*links.notices, *version_notices),
    )


def _policies(show: Show) -> Iterator[Resource]:
    for kind in ("cache", "origin_request", "response_headers"):
        named = show.of_type(f"aws_cloudfront_{kind}_policy")
        yield from (resource for resource in named if resource.mode == "managed")


def _buckets(domain_names: Iterable[str]) -> frozenset[str]:
    """The buckets whose names are part of origins' domain names."""
    return frozenset(
        match["bucket"]
        for name in domain_names
        if (match := S3_NAME.fullmatch(name) or WEBSITE_NAME.fullmatch(name))
    )


def _canonical_users(show: Show, links: Links) -> dict[str, str]:
    """S3CanonicalUserId by origin access identity, if the provider has it."""
    return {
        links.identities.id(r): str(r.values["s3_canonical_user_id"])
        for r in show.of_type("aws_cloudfront_origin_access_identity")
        if r.values.get("s3_canonical_user_id")
    }


def _left_out_versions(show: Show) -> dict[str, str]:
    """Versions by the ARN of functions whose qualified ARN has none, as with MiniStack."""
    return {
        str(r.values["arn"]): str(r.values["version"])
        for r in show.of_type("aws_lambda_function")
        if r.values.get("arn")
        and r.values.get("qualified_arn") == r.values["arn"]
        and str(r.values.get("version")).isdecimal()
    }


class _NamedResources:
    """The resources that others refer to, by type and by the field with the reference."""

    def __init__(self, show: Show, links: Links, named_by: Any) -> None:
        self._show = show
        self._links = links
        self._named_by = named_by

    def configs(self, resource_type: str, field: str) -> Mapping[str, Any]:
        """The `…Config` of the CloudFront API for these resources, by id."""
        return self._described(
            resource_type, field, self._links.identities.id, lambda r: config(r, self._links)
        )

    def key_groups(self) -> Mapping[str, Any]:
        return self._described(
            "aws_cloudfront_key_group",
            "TrustedKeyGroups",
            self._links.identities.id,
            lambda r: key_group(r, self._links),
        )

    def continuous_deployments(self) -> Mapping[str, Any]:
        return self._described(
            CONTINUOUS_DEPLOYMENT,
            "ContinuousDeploymentPolicyId",
            self._links.identities.id,
            lambda r: continuous_deployment(r, self._links),
        )

    def functions(self) -> Mapping[str, Any]:
        return self._described(
            "aws_cloudfront_function",
            "FunctionARN",
            self._links.identities.function_arn,
            lambda r: cloudfront_function(r, self._links),
        )

    def lambda_functions(self, directory: Path) -> Mapping[str, Any]:
        return self._described(
            "aws_lambda_function",
            "LambdaFunctionARN",
            self._links.identities.lambda_arn,
            lambda r: lambda_function(r, self._show, self._links, directory),
        )

    def _described(
        self,
        resource_type: str,
        field: str,
        name: Callable[[Resource], str],
        describe: Callable[[Resource], Any],
    ) -> Mapping[str, Any]:
        found = {name(resource): resource for resource in self._show.of_type(resource_type)}
        if not found:  # before the fields with references are searched
            return {}
        wanted = named(self._named_by, field)
        return {key: describe(found[key]) for key in sorted(wanted & found.keys())}
