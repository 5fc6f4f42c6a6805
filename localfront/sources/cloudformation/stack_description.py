"""Stacks before deployment → a description of their distributions and the resources these use.

Resources that no distribution uses are ignored, so they can't cause errors.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from localfront.config.notices import Notice
from localfront.errors import ConfigError
from localfront.origins.aws_names import S3_NAME, WEBSITE_NAME
from localfront.sources.cloudformation.buckets import (
    bucket_folders,
    bucket_policies,
    websites,
)
from localfront.sources.cloudformation.configs import config
from localfront.sources.cloudformation.deployment import Deployment
from localfront.sources.cloudformation.distribution import distribution
from localfront.sources.cloudformation.functions import cloudfront_function, lambda_function
from localfront.sources.cloudformation.identities import StackResource, lambda_arn
from localfront.sources.cloudformation.key_value_stores import key_value_stores
from localfront.sources.cloudformation.lambda_origins import LambdaOriginReader
from localfront.sources.cloudformation.placeholders import Placeholders
from localfront.sources.cloudformation.stack import Stack
from localfront.sources.description import Description, FunctionCode, Raw, named

UNUSED = Notice(
    field="it",
    on_aws="matches no parameter, and no other value in use",
    here="it is ignored",
)
DISTRIBUTION = "AWS::CloudFront::Distribution"


def describe_stacks(stacks: Sequence[Stack], parameters: Mapping[str, str]) -> Description:
    """Describe the stacks. `parameters` are those of --parameter.

    Raises ConfigError that lists everything that can't be resolved.
    """
    deployment = Deployment(stacks, parameters)
    deployment.check_supported()
    reader = _Reader(deployment)
    sites = list(reader.all(DISTRIBUTION))
    reader.end()
    if not sites:
        raise ConfigError(
            f"There is no {DISTRIBUTION} in it, or its condition is false. Name a template that "
            "has one, or add --parameter NAME=VALUE to make the condition true."
        )
    distributions = tuple(reader.distribution(site) for site in sites)
    reader.end()
    return reader.description(distributions, {site.id: site.address for site in sites})


class _Reader:
    def __init__(self, deployment: Deployment) -> None:
        self._deployment = deployment
        self._scopes = list(deployment.scopes())
        self._placeholders = Placeholders(deployment.unknowns)

    def all(self, *types: str) -> Iterator[StackResource]:
        for scope in self._scopes:
            for resource in scope.of_type(*types):
                yield StackResource(scope, resource)

    def end(self) -> None:
        """Raise ConfigError if an unknown value would decide a response."""
        reasons = [*self._deployment.reasons, *self._placeholders.reasons]
        if reasons:
            raise ConfigError(*dict.fromkeys(reasons))

    def distribution(self, site: StackResource) -> dict[str, Any]:
        raw = distribution(site)
        settled = self._placeholders.settled(raw["DistributionConfig"], site.address)
        return {**raw, "DistributionConfig": settled}

    def description(self, distributions: tuple[Raw, ...], labels: Mapping[str, str]) -> Description:
        groups = self._configs("KeyGroup", named(distributions, "TrustedKeyGroups"))
        functions = self._functions(named(distributions, "FunctionARN"))
        buckets = frozenset(
            match["bucket"]
            for name in named(distributions, "DomainName")
            if (match := S3_NAME.fullmatch(name) or WEBSITE_NAME.fullmatch(name))
        )
        code = LambdaOriginReader(tuple(self._scopes), self._placeholders.notices)
        origins = code.behind(named(distributions, "DomainName"))
        policies = {b: p for b, p in bucket_policies(self._scopes).items() if b in buckets}
        found = Description(
            distributions=distributions,
            labels=labels,
            cache_policies=self._named(distributions, "CachePolicy"),
            origin_request_policies=self._named(distributions, "OriginRequestPolicy"),
            response_headers_policies=self._named(distributions, "ResponseHeadersPolicy"),
            origin_access_controls=self._named(distributions, "OriginAccessControl"),
            key_groups=groups,
            public_keys=self._configs("PublicKey", named(list(groups.values()), "Items")),
            functions=functions,
            key_value_stores=key_value_stores(self._scopes, functions.values()),
            lambda_functions={
                **self._lambdas(named(distributions, "LambdaFunctionARN")),
                **{arn: lambda_function(f, arn) for arn, f in code.functions(origins.values())},
            },
            lambda_origins=origins,
            continuous_deployment_policies=self._named(distributions, "ContinuousDeploymentPolicy"),
            canonical_users=self._canonical_users(),
            bucket_policies=policies,
            web_acls=self._web_acls(),
            ip_sets=self._sets("AWS::WAFv2::IPSet", "Addresses"),
            regex_pattern_sets=self._sets("AWS::WAFv2::RegexPatternSet", "RegularExpressionList"),
            websites={b: w for b, w in websites(self._scopes).items() if b in buckets},
            bucket_folders=bucket_folders(self._scopes),
            notices=tuple(self._placeholders.notices),
        )
        self.end()
        unused = [
            replace(UNUSED, field=f"--parameter {n}") for n in self._deployment.unused_parameters()
        ]
        return replace(found, notices=(*found.notices, *unused))

    def _named(self, distributions: Any, kind: str) -> dict[str, Raw]:
        return self._configs(kind, named(distributions, f"{kind}Id"))

    def _configs(self, kind: str, wanted: frozenset[str]) -> dict[str, Raw]:
        return {
            thing.id: self._placeholders.settled(config(thing), thing.address)
            for thing in self.all(f"AWS::CloudFront::{kind}")
            if thing.id in wanted
        }

    def _functions(self, wanted: frozenset[str]) -> dict[str, FunctionCode]:
        found = {}
        for thing in self.all("AWS::CloudFront::Function"):
            arn, function = cloudfront_function(thing)
            if arn in wanted:
                found[arn] = function
                self._placeholders.notice(function.code, f"{thing.address}: FunctionCode")
        return found

    def _lambdas(self, wanted: frozenset[str]) -> dict[str, Raw]:
        """Lambda functions by the version ARN that a behavior has."""
        functions = {lambda_arn(thing): thing for thing in self.all("AWS::Lambda::Function")}
        found: dict[str, Raw] = {}
        for arn in sorted(wanted):
            thing = functions.get(arn) or functions.get(arn.rpartition(":")[0])
            if thing is not None:
                found[arn] = lambda_function(thing, arn)
        return found

    def _web_acls(self) -> dict[str, Raw]:
        """Web ACLs by ARN; their properties already have WAFV2's structure."""
        return {
            str(arn): {
                **thing.scope.properties(thing.resource),
                "ARN": arn,
                "Name": thing.physical_name,
            }
            for thing in self.all("AWS::WAFv2::WebACL")
            if (arn := thing.scope.attribute(thing.resource.logical_id, "Arn"))
        }

    def _sets(self, kind: str, field: str) -> dict[str, tuple[str, ...]]:
        """The IP sets or regex pattern sets that web ACLs' rules refer to, by ARN."""
        return {
            str(thing.scope.attribute(thing.resource.logical_id, "Arn")): tuple(
                map(str, thing.scope.properties(thing.resource).get(field) or ())
            )
            for thing in self.all(kind)
        }

    def _canonical_users(self) -> dict[str, str]:
        kind = "AWS::CloudFront::CloudFrontOriginAccessIdentity"
        return {
            thing.id: str(thing.scope.attribute(thing.resource.logical_id, "S3CanonicalUserId"))
            for thing in self.all(kind)
        }
