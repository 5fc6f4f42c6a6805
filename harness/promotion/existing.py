"""Find resources that a plan would create and that exist already, by name or another unique value.

A killed Terraform may have created resources that are not in its state, and the next apply would
fail with "already exists". Not looked up: types that a second creation overwrites, such as S3
objects and bucket policies, and those whose names are not unique (leftovers.py).
Source: the AWS provider's pages of each resource, "Import", for the form of ids.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from harness.promotion.account import Account

NOT_THERE = {
    "404",
    "NoSuchBucket",
    "NoSuchDistribution",
    "NoSuchEntity",
    "NoSuchMonitoringSubscription",
    "NotFound",
    "NotFoundException",
    "ResourceNotFoundException",
}
Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A result. `id` is the one for `terraform import`; `fault` is set if the lookup failed."""

    address: str
    id: str = ""
    fault: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clients:
    """boto3 clients, each created once: creating one takes longer than a call."""

    account: Account
    made: dict[str, Any] = field(default_factory=dict)

    def __call__(self, service: str) -> Any:
        if service not in self.made:
            self.made[service] = self.account.client(service)
        return self.made[service]

    def pages(self, service: str, operation: str, **arguments: Any) -> Iterator[Any]:
        yield from self(service).get_paginator(operation).paginate(**arguments)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A resource type. `needs` are fields that must be known; `find` returns an id or None."""

    needs: tuple[str, ...]
    find: Callable[[Clients, Values], str | None]


def look(account: Account, plan: Mapping[str, Any]) -> Iterator[Found]:
    """Look up the resources of `plan`, the output of `terraform show -json PLAN`."""
    clients = Clients(account=account)
    for resource in plan.get("resource_changes", ()):
        change, kind = resource["change"], KINDS.get(resource["type"])
        if resource["mode"] != "managed" or change["actions"] != ["create"] or kind is None:
            continue
        after = change.get("after") or {}
        if all(after.get(name) for name in kind.needs):
            found = found_of(resource["address"], kind, clients, after)
            if found:
                yield found


def found_of(address: str, kind: Kind, clients: Clients, after: Values) -> Found | None:
    try:
        identity = kind.find(clients, after)
    except ClientError as error:
        if error.response["Error"]["Code"] in NOT_THERE:
            return None
        return Found(address=address, fault=str(error))
    except BotoCoreError as error:
        return Found(address=address, fault=str(error))
    return Found(address=address, id=identity) if identity else None


# --- one function per resource type ---------------------------------------------------------------------


def bucket(clients: Clients, after: Values) -> str:
    clients("s3").head_bucket(Bucket=after["bucket"])
    return str(after["bucket"])


def table(clients: Clients, after: Values) -> str:
    clients("dynamodb").describe_table(TableName=after["name"])
    return str(after["name"])


def role(clients: Clients, after: Values) -> str:
    clients("iam").get_role(RoleName=after["name"])
    return str(after["name"])


def function(clients: Clients, after: Values) -> str:
    clients("lambda").get_function_configuration(FunctionName=after["function_name"])
    return str(after["function_name"])


def function_alias(clients: Clients, after: Values) -> str:
    name, alias = after["function_name"], after["name"]
    clients("lambda").get_alias(FunctionName=name, Name=alias)
    return f"{name}/{alias}"


def permission(clients: Clients, after: Values) -> str | None:
    name, qualifier = after["function_name"], after.get("qualifier")
    at = {"Qualifier": qualifier} if qualifier else {}
    policy = clients("lambda").get_policy(FunctionName=name, **at)["Policy"]
    if f'"{after["statement_id"]}"' not in policy:
        return None
    return f"{name}{f':{qualifier}' if qualifier else ''}/{after['statement_id']}"


def log_group(clients: Clients, after: Values) -> str | None:
    pages = clients.pages("logs", "describe_log_groups", logGroupNamePrefix=after["name"])
    names = [group["logGroupName"] for page in pages for group in page["logGroups"]]
    return after["name"] if after["name"] in names else None


def log_delivery(clients: Clients, after: Values) -> str | None:
    pages = clients.pages("logs", "describe_deliveries")
    deliveries = [delivery for page in pages for delivery in page.get("deliveries", ())]
    source = after["delivery_source_name"]
    return next((d["id"] for d in deliveries if d["deliverySourceName"] == source), None)


def topic(clients: Clients, after: Values) -> str:
    account = clients.account
    arn = f"arn:aws:sns:us-east-1:{account.number}:{after['name']}"
    clients("sns").get_topic_attributes(TopicArn=arn)
    return arn


def schedule(clients: Clients, after: Values) -> str:
    group = after.get("group_name") or "default"
    clients("scheduler").get_schedule(GroupName=group, Name=after["name"])
    return f"{group}/{after['name']}"


def distribution(clients: Clients, after: Values) -> str | None:
    """By its aliases, which are unique in all of AWS."""
    wanted = set(after["aliases"])
    for page in clients.pages("cloudfront", "list_distributions"):
        for distribution in page["DistributionList"].get("Items", ()):
            has_alias = wanted & set(distribution["Aliases"].get("Items", ()))
            if has_alias and distribution["Comment"] == after["comment"]:
                return str(distribution["Id"])
    return None


def access_control(clients: Clients, after: Values) -> str | None:
    response = clients("cloudfront").list_origin_access_controls()["OriginAccessControlList"]
    items = response.get("Items", ())
    return next((item["Id"] for item in items if item["Name"] == after["name"]), None)


def headers_policy(clients: Clients, after: Values) -> str | None:
    response = clients("cloudfront").list_response_headers_policies(Type="custom")
    return policy_id(response["ResponseHeadersPolicyList"], "ResponseHeadersPolicy", after["name"])


def request_policy(clients: Clients, after: Values) -> str | None:
    response = clients("cloudfront").list_origin_request_policies(Type="custom")
    return policy_id(response["OriginRequestPolicyList"], "OriginRequestPolicy", after["name"])


def policy_id(listed: Values, of: str, name: str) -> str | None:
    policies = [item[of] for item in listed.get("Items", ())]
    configured = {policy[f"{of}Config"]["Name"]: policy["Id"] for policy in policies}
    return configured.get(name)


def monitoring(clients: Clients, after: Values) -> str:
    identity = after["distribution_id"]
    clients("cloudfront").get_monitoring_subscription(DistributionId=identity)
    return str(identity)


def web_acl(clients: Clients, after: Values) -> str | None:
    web_acls = clients("wafv2").list_web_acls(Scope=after["scope"])["WebACLs"]
    identity = next(
        (web_acl["Id"] for web_acl in web_acls if web_acl["Name"] == after["name"]), None
    )
    return identity and f"{identity}/{after['name']}/{after['scope']}"


def record(clients: Clients, after: Values) -> str | None:
    zone, name, kind = after["zone_id"], after["name"], after["type"]
    response = clients("route53").list_resource_record_sets(
        HostedZoneId=zone, StartRecordName=name, StartRecordType=kind, MaxItems="1"
    )
    there = {
        (record["Name"].rstrip("."), record["Type"]) for record in response["ResourceRecordSets"]
    }
    return f"{zone}_{name}_{kind}" if (name, kind) in there else None


KINDS: Mapping[str, Kind] = {
    "aws_cloudfront_distribution": Kind(needs=("aliases", "comment"), find=distribution),
    "aws_cloudfront_monitoring_subscription": Kind(needs=("distribution_id",), find=monitoring),
    "aws_cloudfront_origin_access_control": Kind(needs=("name",), find=access_control),
    "aws_cloudfront_origin_request_policy": Kind(needs=("name",), find=request_policy),
    "aws_cloudfront_response_headers_policy": Kind(needs=("name",), find=headers_policy),
    "aws_cloudwatch_log_delivery": Kind(needs=("delivery_source_name",), find=log_delivery),
    "aws_cloudwatch_log_group": Kind(needs=("name",), find=log_group),
    "aws_dynamodb_table": Kind(needs=("name",), find=table),
    "aws_iam_role": Kind(needs=("name",), find=role),
    "aws_lambda_alias": Kind(needs=("function_name", "name"), find=function_alias),
    "aws_lambda_function": Kind(needs=("function_name",), find=function),
    "aws_lambda_permission": Kind(needs=("function_name", "statement_id"), find=permission),
    "aws_route53_record": Kind(needs=("zone_id", "name", "type"), find=record),
    "aws_s3_bucket": Kind(needs=("bucket",), find=bucket),
    "aws_scheduler_schedule": Kind(needs=("name",), find=schedule),
    "aws_sns_topic": Kind(needs=("name",), find=topic),
    "aws_wafv2_web_acl": Kind(needs=("name", "scope"), find=web_acl),
}
