"""Plausible ids and names for resources, instead of Terraform's random ones.

The first pass knows types and addresses; the second also knows each instance's own values, such as
a bucket's name.

Source: Terraform AWS provider, attribute reference of each resource.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from localfront.sources import placeholder_ids
from localfront.sources.terraform.identity import Identities
from localfront.sources.terraform.show import Resource
from localfront.sources.terraform_folder.arns import arn, arns

Values = Mapping[str, Any]


def first_values(type_name: str, address: str) -> dict[str, Any]:
    """Well-formed values for a resource of this type."""
    name = placeholder_ids.lower_id(address)
    found = arns(type_name, name)
    match type_name:
        case "aws_lambda_function":
            found["version"] = "1"
            found["qualified_arn"] = f"{found['arn']}:1"
        case "aws_acm_certificate":
            found |= _certificate(found["arn"], ["example.com"])
        case "aws_acm_certificate_validation":
            found["certificate_arn"] = arn("acm:us-east-1", f"certificate/{name}")
        case "aws_lambda_function_url":
            found["function_url"] = f"https://{name}.lambda-url.us-east-1.on.aws/"
            found["url_id"] = name
        case "aws_s3_bucket":
            found["arn"] = f"arn:aws:s3:::{name}"
        case "aws_api_gateway_rest_api":
            found["policy"] = ""  # computed if unset
        case "aws_api_gateway_stage" | "aws_api_gateway_deployment" | "aws_apigatewayv2_stage":
            found["invoke_url"] = f"https://{name}.execute-api.us-east-1.amazonaws.com/stage"
        case "aws_apigatewayv2_api":
            found["api_endpoint"] = f"https://{name}.execute-api.us-east-1.amazonaws.com"
        case "aws_apprunner_service":
            found["service_url"] = f"{name}.us-east-1.awsapprunner.com"
    return found


def _certificate(own: str, names: Iterable[str]) -> dict[str, Any]:
    """A certificate's computed values.

    They have to be known in the plan, where records are created for each of its names; random ones
    would differ in the apply.
    """
    return {
        "id": own,
        "domain_validation_options": [
            {
                "domain_name": name,
                "resource_record_name": f"_{placeholder_ids.lower_id(name)}.{name}.",
                "resource_record_type": "CNAME",
                "resource_record_value": f"_{placeholder_ids.lower_id(name)}.acm-validations.aws.",
            }
            for name in dict.fromkeys(names)
        ],
        "key_algorithm": "RSA_2048",
        "not_after": "",
        "not_before": "",
        "renewal_eligibility": "INELIGIBLE",
        "status": "ISSUED",
        "type": "AMAZON_ISSUED",
        "validation_method": "DNS",
    }


def second_values(resource: Resource, identities: Identities) -> dict[str, Any]:
    """The instance's ids and names, as far as they differ from `first_values`."""
    make = SECOND.get(resource.type)
    return {} if make is None else dict(make(resource, identities))


def _bucket(resource: Resource, identities: Identities) -> Values:
    name = str(
        resource.values.get("bucket") or f"bucket-{placeholder_ids.lower_id(resource.address)}"
    )
    region = identities.region_of(resource)
    return {
        "id": name,
        "arn": f"arn:aws:s3:::{name}",
        "bucket": name,
        "bucket_domain_name": f"{name}.s3.amazonaws.com",
        "bucket_regional_domain_name": f"{name}.s3.{region}.amazonaws.com",
        "region": region,
        "website_endpoint": f"{name}.s3-website-{region}.amazonaws.com",
        "website_domain": f"s3-website-{region}.amazonaws.com",
    }


def _website(resource: Resource, identities: Identities) -> Values:
    name, region = resource.values.get("bucket"), identities.region_of(resource)
    return {
        "id": str(name),
        "website_endpoint": f"{name}.s3-website-{region}.amazonaws.com",
        "website_domain": f"s3-website-{region}.amazonaws.com",
    }


def _lambda(resource: Resource, identities: Identities) -> Values:
    name = str(resource.values.get("function_name"))
    own = arn(f"lambda:{identities.region_of(resource)}", f"function:{name}")
    return {
        "arn": own,
        "id": name,
        "invoke_arn": _invocations(own),
        "qualified_arn": f"{own}:1",
        "qualified_invoke_arn": _invocations(f"{own}:1"),
        "version": "1",
    }


def _alias(resource: Resource, identities: Identities) -> Values:
    function = str(resource.values.get("function_name"))
    name = function.rpartition(":function:")[2]
    region = identities.region_of(resource)
    own = arn(f"lambda:{region}", f"function:{name}:{resource.values.get('name')}")
    return {"arn": own, "id": own, "invoke_arn": _invocations(own)}


def _invocations(function: str) -> str:
    """The invocation URIs of a function, as an API's integration has them."""
    region = function.split(":")[3]
    path = f"lambda:path/2015-03-31/functions/{function}/invocations"
    return f"arn:aws:apigateway:{region}:{path}"


def _by_address(resource: Resource, identities: Identities) -> Values:
    return {"id": placeholder_ids.lower_id(resource.address, 6)}


def _function(resource: Resource, identities: Identities) -> Values:
    name = str(resource.values.get("name"))
    return {"arn": arn("cloudfront:", f"function/{name}"), "id": name}


def _distribution(resource: Resource, identities: Identities) -> Values:
    own = placeholder_ids.short_id("E", resource.address)
    return {
        "id": own,
        "arn": placeholder_ids.distribution_arn(own),
        "domain_name": placeholder_ids.distribution_domain_name(resource.address),
        "hosted_zone_id": "Z2FDTNDATAQYW2",
        # Computed if unset; a placeholder would name a policy that does not exist.
        "continuous_deployment_policy_id": "",
    }


def _access_identity(resource: Resource, identities: Identities) -> Values:
    own = placeholder_ids.short_id("E", resource.address)
    user = f"arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity {own}"
    return {
        "id": own,
        "iam_arn": user,
        "cloudfront_access_identity_path": f"origin-access-identity/cloudfront/{own}",
        "s3_canonical_user_id": placeholder_ids.lower_id(resource.address, 13),
    }


def _by_prefix(resource: Resource, identities: Identities) -> Values:
    prefix = "K" if resource.type == "aws_cloudfront_public_key" else "E"
    return {"id": placeholder_ids.short_id(prefix, resource.address)}


def _policy(resource: Resource, identities: Identities) -> Values:
    return {"id": placeholder_ids.policy_id(resource.address)}


def _store(resource: Resource, identities: Identities) -> Values:
    own = placeholder_ids.policy_id(resource.address)
    return {"id": own, "arn": arn("cloudfront:", f"key-value-store/{own}")}


def _rest_api(resource: Resource, identities: Identities) -> Values:
    own = placeholder_ids.lower_id(resource.address)
    return {"id": own, "root_resource_id": placeholder_ids.lower_id(f"{resource.address}/")}


def _http_api(resource: Resource, identities: Identities) -> Values:
    own = placeholder_ids.lower_id(resource.address)
    region = identities.region_of(resource)
    return {
        "id": own,
        "api_endpoint": f"https://{own}.execute-api.{region}.amazonaws.com",
    }


def _stage(resource: Resource, identities: Identities) -> Values:
    api = resource.values.get("rest_api_id") or resource.values.get("api_id")
    host = f"https://{api}.execute-api.{identities.region_of(resource)}.amazonaws.com"
    name = resource.values.get("stage_name") or resource.values.get("name") or ""
    return {"invoke_url": f"{host}/{'' if name == '$default' else name}"}


def _function_url(resource: Resource, identities: Identities) -> Values:
    own = placeholder_ids.lower_id(resource.address, 13)
    host = f"{own}.lambda-url.{identities.region_of(resource)}.on.aws"
    return {"url_id": own, "function_url": f"https://{host}/"}


def _balancer(resource: Resource, identities: Identities) -> Values:
    own = placeholder_ids.lower_id(resource.address)
    return {"dns_name": f"{own}.{identities.region_of(resource)}.elb.amazonaws.com"}


def _record(resource: Resource, identities: Identities) -> Values:
    return {"fqdn": str(identities.full_name(resource))}


def _address(resource: Resource, identities: Identities) -> Values:
    own = placeholder_ids.lower_id(resource.address)
    host = f"{own}.{identities.region_of(resource)}.compute.amazonaws.com"
    return {"public_dns": host, "public_ip": "192.0.2.1"}


def _environment(resource: Resource, identities: Identities) -> Values:
    own = placeholder_ids.lower_id(resource.address)
    host = f"{own}.{identities.region_of(resource)}.elasticbeanstalk.com"
    return {"cname": host, "endpoint_url": host}


def _names_of_certificate(resource: Resource, identities: Identities) -> Values:
    values = resource.values
    names = [values.get("domain_name"), *(values.get("subject_alternative_names") or [])]
    own = str(values.get("arn"))
    return {"arn": own, **_certificate(own, [str(name) for name in names if name])}


SECOND: Mapping[str, Callable[[Resource, Identities], Values]] = {
    "aws_acm_certificate": _names_of_certificate,
    "aws_alb": _balancer,
    "aws_api_gateway_deployment": _stage,
    "aws_api_gateway_resource": _by_address,
    "aws_apigatewayv2_integration": _by_address,
    "aws_api_gateway_rest_api": _rest_api,
    "aws_api_gateway_stage": _stage,
    "aws_apigatewayv2_api": _http_api,
    "aws_apigatewayv2_stage": _stage,
    "aws_cloudfront_cache_policy": _policy,
    "aws_cloudfront_continuous_deployment_policy": _policy,
    "aws_cloudfront_distribution": _distribution,
    "aws_cloudfront_function": _function,
    "aws_cloudfront_key_group": _policy,
    "aws_cloudfront_key_value_store": _store,
    "aws_cloudfront_origin_access_control": _by_prefix,
    "aws_cloudfront_origin_access_identity": _access_identity,
    "aws_cloudfront_origin_request_policy": _policy,
    "aws_cloudfront_public_key": _by_prefix,
    "aws_cloudfront_response_headers_policy": _policy,
    "aws_eip": _address,
    "aws_elastic_beanstalk_environment": _environment,
    "aws_elb": _balancer,
    "aws_instance": _address,
    "aws_lambda_alias": _alias,
    "aws_lambda_function": _lambda,
    "aws_lambda_function_url": _function_url,
    "aws_lb": _balancer,
    "aws_route53_record": _record,
    "aws_s3_bucket": _bucket,
    "aws_s3_bucket_website_configuration": _website,
}
