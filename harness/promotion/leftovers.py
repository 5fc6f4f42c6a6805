"""Find resources of a killed Terraform whose names are not unique, and print how to delete them.

API Gateway allows several APIs, keys and usage plans with the same name. The next apply creates new
ones, and the earlier ones are unused.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from harness.emulators.emulators import REGION
from harness.promotion.account import Account


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A resource type. boto3's `operation` lists all of them; `command` deletes one."""

    operation: str
    kind: str
    command: str


# APIs first: usage plans refer to their stages.
LISTINGS: Mapping[str, Listing] = {
    "aws_api_gateway_rest_api": Listing(
        operation="get_rest_apis", kind="API", command="delete-rest-api --rest-api-id"
    ),
    "aws_api_gateway_usage_plan": Listing(
        operation="get_usage_plans", kind="usage plan", command="delete-usage-plan --usage-plan-id"
    ),
    "aws_api_gateway_api_key": Listing(
        operation="get_api_keys", kind="API key", command="delete-api-key --api-key"
    ),
}


def look(account: Account, plan: Mapping[str, Any]) -> Iterator[str]:
    """A line for each resource with a name from `plan` (`terraform show -json`) that is not in it."""
    for type_, listing in LISTINGS.items():
        names, ids = names_and_ids(plan, type_)
        if not names:
            continue
        try:
            for identity, name in listed(account, listing):
                if name in names and identity not in ids:
                    yield line(listing, name, identity)
        except ClientError as error:
            yield f"cannot tell whether any {listing.kind} is left over: {error}"


def names_and_ids(plan: Mapping[str, Any], type_: str) -> tuple[set[str], set[str]]:
    names, ids = set(), set()
    for resource in plan.get("resource_changes", ()):
        if resource["type"] != type_:
            continue
        before, after = (resource["change"].get(side) or {} for side in ("before", "after"))
        names |= {state["name"] for state in (before, after) if state.get("name")}
        ids |= {before["id"]} if before.get("id") else set()
    return names, ids


def listed(account: Account, listing: Listing) -> Iterator[tuple[str, str]]:
    for page in account.client("apigateway").get_paginator(listing.operation).paginate():
        for item in page.get("items", ()):
            yield item["id"], item["name"]


def line(listing: Listing, name: str, identity: str) -> str:
    return (
        f"left over: {listing.kind} {identity}, named {name} as ours is. After this release: "
        f"aws apigateway {listing.command} {identity} --region {REGION}"
    )
