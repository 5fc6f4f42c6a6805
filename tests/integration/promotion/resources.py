"""An account's resources of the kinds that the application creates, one line each."""

from collections.abc import Callable, Iterator
from typing import Any

from harness.promotion.account import Account


def resources(account: Account) -> list[str]:
    """All resources except objects in buckets and those that AWS itself provides."""
    return sorted(line for look in LOOKS for line in look(account.client))


def captains_of_flows(account: Account, secret_prefix: str) -> set[str]:
    """The secrets of live flows' captains; those of killed runs are removed after hours."""
    secrets = account.secretsmanager.list_secrets(
        IncludePlannedDeletion=True,
        Filters=[{"Key": "name", "Values": [f"{secret_prefix}live-"]}],
    )
    return {secret["Name"] for secret in secrets["SecretList"]}


Client = Callable[[str], Any]


def storage(client: Client) -> Iterator[str]:
    for bucket in client("s3").list_buckets()["Buckets"]:
        yield f"bucket {bucket['Name']}"
    for name in client("dynamodb").list_tables()["TableNames"]:
        yield f"table {name}"
    for secret in client("secretsmanager").list_secrets()["SecretList"]:
        yield f"secret {secret['Name']}"


def functions(client: Client) -> Iterator[str]:
    for function in client("lambda").list_functions()["Functions"]:
        yield f"function {function['FunctionName']}"
    for role in client("iam").list_roles()["Roles"]:
        yield f"role {role['RoleName']}"
    for group in client("logs").describe_log_groups()["logGroups"]:
        yield f"log group {group['logGroupName']}"
    for api in client("apigateway").get_rest_apis()["items"]:
        yield f"api {api['name']}"
    for key in client("apigateway").get_api_keys()["items"]:
        yield f"api key {key['name']}"


def cloudfront(client: Client) -> Iterator[str]:
    cloudfront = client("cloudfront")
    for item in cloudfront.list_distributions()["DistributionList"].get("Items", []):
        yield f"distribution {item['Id']}"
    controls = cloudfront.list_origin_access_controls()["OriginAccessControlList"]
    for item in controls.get("Items", []):
        yield f"origin access control {item['Name']}"
    for kind in ("cache", "origin_request", "response_headers"):
        listed = getattr(cloudfront, f"list_{kind}_policies")(Type="custom")
        [(_name, found)] = [one for one in listed.items() if one[0].endswith("PolicyList")]
        for item in found.get("Items", []):
            yield f"{kind} policy {item['Type']} {sorted(item)}"


def names(client: Client) -> Iterator[str]:
    route53 = client("route53")
    for zone in route53.list_hosted_zones()["HostedZones"]:
        records = route53.list_resource_record_sets(HostedZoneId=zone["Id"])["ResourceRecordSets"]
        for record in records:
            yield f"record {record['Type']} {record['Name']}"
    for alarm in client("cloudwatch").describe_alarms()["MetricAlarms"]:
        yield f"alarm {alarm['AlarmName']}"
    for topic in client("sns").list_topics()["Topics"]:
        yield f"topic {topic['TopicArn']}"


LOOKS = (storage, functions, cloudfront, names)
