"""Values of Ref and Fn::GetAtt for a resource: in AWS's format, and the same in each run.

Sources: CloudFormation Template Reference, "Return values" of each resource; S3 User Guide, "Virtual
hosting of buckets"; Lambda Developer Guide, "Function URLs"; API Gateway Developer Guide, "Invoke REST
APIs".
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from localfront.sources import placeholder_ids
from localfront.sources.cloudformation.stack import TemplateResource

if TYPE_CHECKING:
    from localfront.sources.cloudformation.scope import StackScope

CUSTOM = ("Custom::", "AWS::CloudFormation::CustomResource")
# The property with the resource's name, if it is not Name.
NAMES = {
    "AWS::ApiGateway::DomainName": "DomainName",
    "AWS::ApiGateway::Stage": "StageName",
    "AWS::ApiGatewayV2::DomainName": "DomainName",
    "AWS::ApiGatewayV2::Stage": "StageName",
    "AWS::DynamoDB::Table": "TableName",
    "AWS::IAM::Role": "RoleName",
    "AWS::Lambda::Function": "FunctionName",
    "AWS::S3::Bucket": "BucketName",
}
IDS = {
    "AWS::CloudFront::CloudFrontOriginAccessIdentity": "E",
    "AWS::CloudFront::Distribution": "E",
    "AWS::CloudFront::OriginAccessControl": "E",
    "AWS::CloudFront::PublicKey": "K",
}
POLICIES = frozenset(
    f"AWS::CloudFront::{kind}"
    for kind in (
        "CachePolicy",
        "ContinuousDeploymentPolicy",
        "KeyGroup",
        "OriginRequestPolicy",
        "ResponseHeadersPolicy",
    )
)
APIS = frozenset({"AWS::ApiGateway::RestApi", "AWS::ApiGatewayV2::Api"})
# Attributes that are domain names, and what a placeholder for each replaces.
DOMAINS = {
    ("AWS::AmplifyUIBuilder::App", "DefaultDomain"): "amplifyapp.com",
    ("AWS::Amplify::App", "DefaultDomain"): "amplifyapp.com",
    ("AWS::AppRunner::Service", "ServiceUrl"): "{region}.awsapprunner.com",
    ("AWS::EC2::Instance", "PublicDnsName"): "{region}.compute.amazonaws.com",
    ("AWS::ElasticBeanstalk::Environment", "EndpointURL"): "{region}.elb.amazonaws.com",
    ("AWS::ElasticLoadBalancing::LoadBalancer", "DNSName"): "{region}.elb.amazonaws.com",
    ("AWS::ElasticLoadBalancingV2::LoadBalancer", "DNSName"): "{region}.elb.amazonaws.com",
    ("AWS::GlobalAccelerator::Accelerator", "DnsName"): "awsglobalaccelerator.com",
}


@dataclass(frozen=True, slots=True)
class StackResource:
    """A resource in its stack."""

    scope: StackScope
    resource: TemplateResource

    @property
    def address(self) -> str:
        return f"{self.scope.stack.name}/{self.resource.logical_id}"

    @property
    def region(self) -> str:
        return self.scope.stack.region

    def value(self, name: str) -> str | None:
        value = self.scope.value(self.resource, name)
        return str(value) if value not in (None, "") else None

    @property
    def id(self) -> str:
        if self.resource.type in IDS:
            return placeholder_ids.short_id(IDS[self.resource.type], self.address)
        if self.resource.type in POLICIES:
            return placeholder_ids.policy_id(self.address)
        return placeholder_ids.lower_id(self.address)

    @property
    def physical_name(self) -> str:
        """The physical id: the name in a property, or one as CloudFormation generates it."""
        named = self.value(NAMES.get(self.resource.type, "Name"))
        if named:
            return named
        name = f"{self.scope.stack.name[:26]}-{self.resource.logical_id[:24]}"
        if self.resource.type == "AWS::S3::Bucket":
            name = name.lower()
        return f"{re.sub('[^A-Za-z0-9-]', '-', name).strip('-')}-{self.id}"

    def arn(self, service: str, rest: str) -> str:
        return f"arn:aws:{service}:{self.region}:{self.scope.stack.account}:{rest}"

    def global_arn(self, service: str, rest: str) -> str:
        return f"arn:aws:{service}::{self.scope.stack.account}:{rest}"

    def other(self, name: str, *types: str) -> StackResource | None:
        """The resource of this stack that a property refers to, found by its Ref value."""
        value = self.value(name)
        for resource in self.scope.of_type(*types):
            other = StackResource(self.scope, resource)
            if value and value in (ref(self.scope, resource), other.try_arn(), other.physical_name):
                return other
        return None

    def try_arn(self) -> str | None:
        function = ATTRIBUTES.get((self.resource.type, "Arn"))
        return None if function is None else str(function(self))


def ref(scope: StackScope, resource: TemplateResource) -> Any:
    named = StackResource(scope, resource)
    function = REFS.get(resource.type)
    if function is not None:
        return function(named)
    if resource.type in IDS or resource.type in POLICIES or resource.type in APIS:
        return named.id
    if resource.type.startswith(CUSTOM):
        return scope.unknowns.value(resource.logical_id, f"the id of {resource.logical_id}")
    return named.physical_name


def attribute(scope: StackScope, resource: TemplateResource, name: str) -> Any:
    """The value of Fn::GetAtt; a placeholder if only a deployment has it."""
    named = StackResource(scope, resource)
    function = ATTRIBUTES.get((resource.type, name))
    if function is not None:
        return function(named)
    suffix = DOMAINS.get((resource.type, name))
    if suffix is not None:
        return f"{named.id}.{suffix.format(region=named.region)}"
    if resource.type.startswith(CUSTOM):
        found = _of_custom_resource(named, name)
        if found is not None:
            return found
    elif name.endswith("Arn"):
        service = resource.type.split("::")[1].lower() if "::" in resource.type else "unknown"
        return named.arn(service, named.physical_name)
    elif name == "Id" or resource.type in APIS:
        return named.id
    attribute_name = f"{resource.logical_id}.{name}"
    return scope.unknowns.value(
        attribute_name, f"{attribute_name}, which is known only after deployment"
    )


def _of_custom_resource(named: StackResource, name: str) -> Any:
    """An attribute of CDK's custom resource, which reads another stack's parameter."""
    read = named.scope.value
    match named.resource.type:
        case "Custom::CrossRegionStringParameterReader" if name == "FunctionArn":
            parameter = named.value("ParameterName")
            region = named.value("Region")
        case "Custom::CrossRegionExportReader":
            reader = read(named.resource, "ReaderProps") or {}
            return (reader.get("imports") or {}).get(name)
        case "Custom::AWS" if name == "Parameter.Value":
            call = _json(read(named.resource, "Create") or read(named.resource, "Update"))
            parameter = (call.get("parameters") or {}).get("Name")
            region = call.get("region")
        case _:
            return None
    return named.scope.ssm_parameter(str(parameter), region) if parameter else None


def _json(value: Any) -> Mapping[str, Any]:
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            return {}
    return value if isinstance(value, Mapping) else {}


def bucket_domain(named: StackResource) -> str:
    return f"{named.physical_name}.s3.amazonaws.com"


def regional_bucket_domain(named: StackResource) -> str:
    return f"{named.physical_name}.s3.{named.region}.amazonaws.com"


def website_domain(named: StackResource) -> str:
    return f"{named.physical_name}.s3-website-{named.region}.amazonaws.com"


def api_domain(named: StackResource) -> str:
    return f"{named.id}.execute-api.{named.region}.amazonaws.com"


def url_domain(named: StackResource) -> str:
    """The domain name of a function URL."""
    return f"{placeholder_ids.lower_id(named.address, 13)}.lambda-url.{named.region}.on.aws"


def distribution_domain(named: StackResource) -> str:
    return placeholder_ids.distribution_domain_name(named.address)


def lambda_arn(named: StackResource) -> str:
    return named.arn("lambda", f"function:{named.physical_name}")


def version_arn(named: StackResource) -> str:
    """The ARN of a numbered version. The property is a name or an ARN."""
    function = named.value("FunctionName") or ""
    arn = function if function.startswith("arn:") else named.arn("lambda", f"function:{function}")
    return f"{arn}:1"


def alias_arn(named: StackResource) -> str:
    return version_arn(named).removesuffix(":1") + f":{named.value('Name')}"


def function_arn(named: StackResource) -> str:
    """The ARN of a CloudFront Function."""
    return named.global_arn("cloudfront", f"function/{named.physical_name}")


def store_arn(named: StackResource) -> str:
    """The ARN of a key value store."""
    return named.global_arn(
        "cloudfront", f"key-value-store/{placeholder_ids.policy_id(named.address)}"
    )


def _url_function(named: StackResource) -> str:
    target = named.value("TargetFunctionArn") or ""
    return target if target.startswith("arn:") else named.arn("lambda", f"function:{target}")


def _certificate(named: StackResource) -> str:
    return named.arn("acm", f"certificate/{placeholder_ids.policy_id(named.address)}")


def _web_acl(named: StackResource) -> str:
    name = f"{named.physical_name}/{placeholder_ids.policy_id(named.address)}"
    return named.arn("wafv2", f"global/webacl/{name}")


Value = Callable[[StackResource], Any]
REFS: Mapping[str, Value] = {
    "AWS::CertificateManager::Certificate": _certificate,
    "AWS::CloudFront::Function": function_arn,
    "AWS::ElasticLoadBalancingV2::LoadBalancer": lambda n: n.arn(
        "elasticloadbalancing", f"loadbalancer/app/{n.physical_name}/{n.id}"
    ),
    "AWS::Lambda::Alias": alias_arn,
    "AWS::Lambda::Url": _url_function,
    "AWS::Lambda::Version": version_arn,
    "AWS::SSM::Parameter": lambda n: n.value("Name") or n.physical_name,
}
ATTRIBUTES: Mapping[tuple[str, str], Value] = {
    ("AWS::ApiGatewayV2::Api", "ApiEndpoint"): lambda n: f"https://{api_domain(n)}",
    ("AWS::CloudFront::CloudFrontOriginAccessIdentity", "S3CanonicalUserId"): lambda n: (
        placeholder_ids.lower_id(n.address)
    ),
    ("AWS::CloudFront::Distribution", "DomainName"): distribution_domain,
    ("AWS::CloudFront::Function", "FunctionARN"): function_arn,
    ("AWS::CloudFront::Function", "FunctionMetadata.FunctionARN"): function_arn,
    ("AWS::CloudFront::KeyValueStore", "Arn"): store_arn,
    ("AWS::CloudFront::KeyValueStore", "Id"): lambda n: placeholder_ids.policy_id(n.address),
    ("AWS::IAM::Role", "Arn"): lambda n: n.global_arn("iam", f"role/{n.physical_name}"),
    ("AWS::Lambda::Alias", "AliasArn"): alias_arn,
    ("AWS::Lambda::Function", "Arn"): lambda_arn,
    ("AWS::Lambda::Url", "FunctionArn"): _url_function,
    ("AWS::Lambda::Url", "FunctionUrl"): lambda n: f"https://{url_domain(n)}/",
    ("AWS::Lambda::Version", "FunctionArn"): version_arn,
    ("AWS::Lambda::Version", "Version"): lambda n: "1",
    ("AWS::S3::Bucket", "Arn"): lambda n: f"arn:aws:s3:::{n.physical_name}",
    ("AWS::S3::Bucket", "DomainName"): bucket_domain,
    ("AWS::S3::Bucket", "DualStackDomainName"): lambda n: (
        f"{n.physical_name}.s3.dualstack.{n.region}.amazonaws.com"
    ),
    ("AWS::S3::Bucket", "RegionalDomainName"): regional_bucket_domain,
    ("AWS::S3::Bucket", "WebsiteURL"): lambda n: f"http://{website_domain(n)}",
    ("AWS::SSM::Parameter", "Value"): lambda n: n.value("Value"),
    ("AWS::WAFv2::WebACL", "Arn"): _web_acl,
}
