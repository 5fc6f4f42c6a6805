"""Ids and names of resources: AWS's if they exist, else placeholders.

Placeholders are the same in each run. The region is the provider's, if the plan shows it; it is
only used as a part of names.

Sources: Terraform AWS provider, attribute reference of each resource; S3 User Guide, "Virtual
hosting of buckets"; API Gateway Developer Guide, "Invoke REST APIs"; Lambda Developer Guide,
"Function URLs".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from localfront.sources import placeholder_ids
from localfront.sources.terraform.references import References
from localfront.sources.terraform.show import Resource, Show

DEFAULT_REGION = "us-east-1"
PREFIXES = {
    "aws_cloudfront_distribution": "E",
    "aws_cloudfront_origin_access_control": "E",
    "aws_cloudfront_origin_access_identity": "E",
    "aws_cloudfront_public_key": "K",
}
APIS = ("aws_api_gateway_rest_api", "aws_apigatewayv2_api")
OF_AN_API = {
    "aws_api_gateway_deployment": "rest_api_id",
    "aws_api_gateway_stage": "rest_api_id",
    "aws_apigatewayv2_stage": "api_id",
}
# Types with a domain name attribute: the attribute, and what a placeholder for it replaces.
WITH_A_DOMAIN_NAME = {
    "aws_alb": ("dns_name", "{}.elb.amazonaws.com"),
    "aws_amplify_app": ("default_domain", "amplifyapp.com"),
    "aws_apprunner_service": ("service_url", "{}.awsapprunner.com"),
    "aws_eip": ("public_dns", "{}.compute.amazonaws.com"),
    "aws_elastic_beanstalk_environment": ("cname", "{}.elasticbeanstalk.com"),
    "aws_elb": ("dns_name", "{}.elb.amazonaws.com"),
    "aws_globalaccelerator_accelerator": ("dns_name", "awsglobalaccelerator.com"),
    "aws_instance": ("public_dns", "{}.compute.amazonaws.com"),
    "aws_lb": ("dns_name", "{}.elb.amazonaws.com"),
    "aws_media_store_container": ("endpoint", "mediastore.{}.amazonaws.com"),
}


class Identities:
    """The names of a plan's or state's resources."""

    def __init__(self, show: Show, references: References) -> None:
        self._references = references
        self._show = show
        self.region = _region(show)
        self.account = _account(show)

    def id(self, resource: Resource) -> str:
        actual = resource.values.get("id")
        if actual:
            return str(actual)
        prefix = PREFIXES.get(resource.type)
        if prefix is not None:
            return placeholder_ids.short_id(prefix, resource.address)
        if resource.type in APIS:
            return placeholder_ids.lower_id(resource.address)
        return placeholder_ids.policy_id(resource.address)

    def distribution_arn(self, resource: Resource) -> str:
        actual = resource.values.get("arn")
        return str(actual or placeholder_ids.distribution_arn(self.id(resource), self.account))

    def function_arn(self, resource: Resource) -> str:
        """The ARN of a CloudFront Function."""
        actual, name = resource.values.get("arn"), resource.values.get("name")
        placeholder = f"arn:aws:cloudfront::{self.account}:function/{name or placeholder_ids.lower_id(resource.address)}"
        return str(actual or placeholder)

    def store_arn(self, resource: Resource) -> str:
        """The ARN of a key value store."""
        placeholder = f"arn:aws:cloudfront::{self.account}:key-value-store/{self.id(resource)}"
        return str(resource.values.get("arn") or placeholder)

    def lambda_arn(self, resource: Resource) -> str:
        """The ARN of the numbered version that the resource publishes.

        Composed of ARN and version: some emulators leave the version out of qualified_arn.
        """
        name = resource.values.get("function_name") or placeholder_ids.lower_id(resource.address)
        region = self.region_of(resource)
        placeholder = f"arn:aws:lambda:{region}:{self.account}:function:{name}"
        arn = resource.values.get("arn") or placeholder
        version = resource.values.get("version") or "1"
        return f"{arn}:{version}"

    def bucket(self, resource: Resource) -> str:
        name = resource.values.get("bucket") or resource.values.get("id")
        return str(name or f"bucket-{placeholder_ids.lower_id(resource.address)}")

    def domain_name(self, resource: Resource) -> str | None:
        """The domain name of a resource as an origin; None if its type can't be one."""
        if resource.type in OF_AN_API:
            behind = self._references.of(
                resource, (resource.expressions or {}).get(OF_AN_API[resource.type])
            )
            actual = resource.values.get(OF_AN_API[resource.type])
            ids = {self.id(m.resource) for m in behind if m.resource.type in APIS}
            api = actual or (ids.pop() if len(ids) == 1 else None)
            return self._api_domain(str(api), resource) if api else None
        named = DOMAIN_NAMES.get(resource.type)
        if named is not None:
            return named(self, resource)
        attribute, suffix = WITH_A_DOMAIN_NAME.get(resource.type, ("", ""))
        if not attribute or resource.mode != "managed":
            return None
        actual = resource.values.get(attribute)
        placeholder = placeholder_ids.lower_id(resource.address)
        return str(actual or f"{placeholder}.{suffix.format(self.region_of(resource))}")

    def _api_domain(self, api_id: str, resource: Resource) -> str:
        return f"{api_id}.execute-api.{self.region_of(resource)}.amazonaws.com"

    def region_of(self, resource: Resource) -> str:
        """The resource's region: its own, or that of its provider configuration."""
        own = resource.values.get("region")
        return str(own or _written(self._show, resource.provider) or self.region)

    def of_distribution(self, resource: Resource) -> str:
        actual = resource.values.get("domain_name")
        return str(actual or placeholder_ids.distribution_domain_name(resource.address))

    def of_bucket(self, resource: Resource) -> str:
        actual = resource.values.get("bucket_regional_domain_name")
        placeholder = f"{self.bucket(resource)}.s3.{self.region_of(resource)}.amazonaws.com"
        return str(actual or placeholder)

    def website_of_bucket(self, resource: Resource) -> str:
        """The endpoint of the bucket's website, which differs from the bucket's own."""
        actual = resource.values.get("website_endpoint")
        placeholder = f"{self.bucket(resource)}.s3-website-{self.region_of(resource)}.amazonaws.com"
        return str(actual or placeholder)

    def of_api(self, resource: Resource) -> str:
        return self._api_domain(self.id(resource), resource)

    def of_function_url(self, resource: Resource) -> str:
        actual = resource.values.get("url_id")
        return f"{actual or placeholder_ids.lower_id(resource.address, 13)}.lambda-url.{self.region_of(resource)}.on.aws"

    def of_website(self, resource: Resource) -> str | None:
        actual = resource.values.get("website_endpoint")
        if actual:
            return str(actual)
        name = resource.values.get("bucket")
        behind = self._references.of(resource, (resource.expressions or {}).get("bucket"))
        buckets = {self.bucket(m.resource) for m in behind if m.resource.type == "aws_s3_bucket"}
        bucket = name or (buckets.pop() if len(buckets) == 1 else None)
        return f"{bucket}.s3-website-{self.region_of(resource)}.amazonaws.com" if bucket else None

    def of_record(self, resource: Resource) -> str | None:
        """The `fqdn` of a DNS record."""
        name = resource.values.get("fqdn") or self.full_name(resource)
        return str(name).rstrip(".") if name else None

    def full_name(self, record: Resource) -> str | None:
        """A record's name with its zone's, which the record may omit."""
        name = record.values.get("name")
        zone = self._zone_of(record)
        if name is None or zone is None:
            return name or None
        own, below = (str(text).lower().rstrip(".") for text in (name, zone))
        return own if own.endswith(below) else f"{own}.{below}".lstrip(".")

    def _zone_of(self, record: Resource) -> str | None:
        actual = record.values.get("zone_id")
        if actual:
            zones = [r for r in self._show.resources if r.type == "aws_route53_zone"]
            behind = [r for r in zones if actual in (r.values.get("zone_id"), r.values.get("id"))]
        else:
            expression = (record.expressions or {}).get("zone_id")
            found = self._references.of(record, expression)
            behind = [m.resource for m in found if m.resource.type == "aws_route53_zone"]
        names = {r.values.get("name") for r in behind} - {None}
        return str(names.pop()) if len(names) == 1 else None

    def of_custom_domain(self, resource: Resource) -> str | None:
        """The domain name of an API's custom domain."""
        name = resource.values.get("domain_name")
        return str(name) if name else None


DOMAIN_NAMES: Mapping[str, Callable[[Identities, Resource], str | None]] = {
    "aws_api_gateway_rest_api": Identities.of_api,
    "aws_api_gateway_domain_name": Identities.of_custom_domain,
    "aws_apigatewayv2_api": Identities.of_api,
    "aws_apigatewayv2_domain_name": Identities.of_custom_domain,
    "aws_cloudfront_distribution": Identities.of_distribution,
    "aws_lambda_function_url": Identities.of_function_url,
    "aws_route53_record": Identities.of_record,
    "aws_s3_bucket": Identities.of_bucket,
    "aws_s3_bucket_website_configuration": Identities.of_website,
}


def _region(show: Show) -> str:
    """The default provider's region, else one of another provider, else us-east-1."""
    written = _written(show, "aws")
    if written:
        return written
    regions = (r.values.get("name") or r.values.get("id") for r in show.of_type("aws_region"))
    return str(next(filter(None, regions), DEFAULT_REGION))


def _written(show: Show, provider: str) -> str | None:
    """The region in a provider configuration, if it is a constant or a variable."""
    config = (show.provider_config.get(provider) or {}).get("expressions") or {}
    region = config.get("region") or {}
    if region.get("constant_value"):
        return str(region["constant_value"])
    for reference in region.get("references") or []:
        variable = show.variables.get(str(reference).removeprefix("var.")) or {}
        if variable.get("value"):
            return str(variable["value"])
    return None


def _account(show: Show) -> str:
    for resource in show.of_type("aws_caller_identity"):
        actual = resource.values.get("account_id")
        if actual:
            return str(actual)
    return placeholder_ids.ACCOUNT
