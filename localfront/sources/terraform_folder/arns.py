"""Plausible ARNs of resources: the provider validates those that other resources refer to.

Source: Terraform AWS provider, attribute reference of each resource; Amazon Resource Names, "ARN format".
"""

from __future__ import annotations

from typing import Any

from localfront.sources import placeholder_ids

# Types whose ARN can't be derived from the type's name: service, and prefix of the name.
ARNS = {
    "aws_acm_certificate": ("acm:us-east-1", "certificate/"),
    "aws_cloudfront_function": ("cloudfront:", "function/"),
    "aws_cloudfront_key_value_store": ("cloudfront:", "key-value-store/"),
    "aws_cloudfront_realtime_log_config": ("cloudfront:", "realtime-log-config/"),
    "aws_cloudwatch_log_group": ("logs:us-east-1", "log-group:"),
    "aws_dynamodb_table": ("dynamodb:us-east-1", "table/"),
    "aws_iam_policy": ("iam:", "policy/"),
    "aws_iam_role": ("iam:", "role/"),
    "aws_kinesis_stream": ("kinesis:us-east-1", "stream/"),
    "aws_kms_key": ("kms:us-east-1", "key/"),
    "aws_lambda_alias": ("lambda:us-east-1", "function:"),
    "aws_lambda_function": ("lambda:us-east-1", "function:"),
    "aws_lambda_layer_version": ("lambda:us-east-1", "layer:"),
    "aws_lb": ("elasticloadbalancing:us-east-1", "loadbalancer/app/"),
    "aws_lb_target_group": ("elasticloadbalancing:us-east-1", "targetgroup/"),
    "aws_secretsmanager_secret": ("secretsmanager:us-east-1", "secret:"),
    "aws_sns_topic": ("sns:us-east-1", ""),
    "aws_sqs_queue": ("sqs:us-east-1", ""),
    "aws_wafv2_ip_set": ("wafv2:us-east-1", "global/ipset/"),
    "aws_wafv2_regex_pattern_set": ("wafv2:us-east-1", "global/regexpatternset/"),
    "aws_wafv2_web_acl": ("wafv2:us-east-1", "global/webacl/"),
}
# Further attributes that are always ARNs; Terraform ignores those that a type lacks.
MORE_ARNS = ("execution_arn", "invoke_arn", "resource_arn", "stream_arn", "target_arn")
ARN_IS_ID = frozenset(
    {
        "aws_iam_policy",
        "aws_lb",
        "aws_lb_listener",
        "aws_lb_target_group",
        "aws_secretsmanager_secret",
    }
    | {"aws_sfn_state_machine", "aws_sns_topic"}
)


def arns(type_name: str, name: str) -> dict[str, Any]:
    """The ARN attributes of a resource with this name."""
    if not type_name.startswith("aws_"):
        return {}
    service, path = ARNS.get(type_name) or _service_of(type_name)
    own = arn(service, f"{path}{name}")
    found = {"arn": own, **dict.fromkeys(MORE_ARNS, own)}
    return found | ({"id": own} if type_name in ARN_IS_ID else {})


def _service_of(type_name: str) -> tuple[str, str]:
    """The service for the ARNs of any type: they have to be well-formed for the provider."""
    _, service, *kind = type_name.split("_")
    return f"{service}:us-east-1", f"{'-'.join(kind)}/"


def arn(service: str, rest: str) -> str:
    region = "" if ":" in service else ":"
    return f"arn:aws:{service}{region}:{placeholder_ids.ACCOUNT}:{rest}"
