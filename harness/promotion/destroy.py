"""Destroy an environment and list what is left.

Nothing is changed while tables have deletion protection. The edge function is first removed from
Terraform's state: CloudFront keeps replicas for hours, during which Lambda refuses to delete it, and
`terraform destroy` would hold the lock for that long.
Source: Lambda@Edge, "Delete Lambda@Edge functions and replicas".
"""

import json
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError, WaiterError

from harness.emulators.emulators import REGION
from harness.errors import HarnessError
from harness.progress import Progress
from harness.promotion import history
from harness.promotion.account import Account
from harness.promotion.deployment import Deployment
from harness.promotion.history import DESTROYED, Entry, History
from harness.promotion.target import Target

DISTRIBUTION = "aws_cloudfront_distribution.site"
TABLES = ("sessions", "logs", "login-attempts")
# Resources of the edge function, which are deleted together with it.
EDGE = (
    "aws_lambda_function.edge",
    "aws_iam_role_policy.edge",
    "aws_iam_role.edge",
    "aws_cloudwatch_log_group.edge",
)
DAYS_TO_BRING_BACK = 30
UNPROTECTED = "-var=deletion_protection=false"


@dataclass(frozen=True, slots=True, kw_only=True)
class Destruction:
    """The destruction of an environment. `confirm` asks for confirmation."""

    account: Account
    target: Target
    progress: Progress
    confirm: Callable[[str], bool]

    def protected(self) -> list[str]:
        """The tables with deletion protection."""
        return [name for name, table in self.tables() if table.get("DeletionProtectionEnabled")]

    def tables(self) -> Iterator[tuple[str, Any]]:
        for purpose in TABLES:
            name = f"{self.target.stack}-{purpose}"
            try:
                yield name, self.account.dynamodb.describe_table(TableName=name)["Table"]
            except ClientError as error:
                if code(error) != "ResourceNotFoundException":
                    raise

    def require_unprotected(self, *, may_unprotect: bool) -> None:
        """Raise HarnessError if tables are protected, before anything is changed."""
        held = self.protected()
        if held and not may_unprotect:
            raise HarnessError(
                f"{', '.join(held)} cannot be deleted: deletion_protection is on. Add "
                "--unprotect to delete the captains' entries too, and --export FILE to keep a "
                "copy. Nothing was changed."
            )

    def export(self, file: Path) -> int:
        """Export all entries, one JSON object per line, in DynamoDB's JSON format."""
        file.parent.mkdir(parents=True, exist_ok=True)
        scan = self.account.dynamodb.get_paginator("scan")
        written = 0
        with open(file, "x", opener=private) as lines:
            for page in scan.paginate(TableName=f"{self.target.stack}-logs", ConsistentRead=True):
                for item in page["Items"]:
                    lines.write(json.dumps(item, default=str, sort_keys=True) + "\n")
                    written += 1
        return written

    def destroy(self, deployment: Deployment, promotions: History) -> None:
        """Destroy the environment. Raises HarnessError if it is not confirmed, or Terraform fails."""
        if not self.confirm(self.target.environment):
            raise HarnessError("Not confirmed. Nothing was changed.")
        deployment.init()
        if self.protected():
            with self.progress.step("turn off deletion protection"):
                deployment.plan(UNPROTECTED)
                deployment.apply()
        if DISTRIBUTION in deployment.known():
            with self.progress.step("disable the distribution and detach the edge function"):
                self.disable_distribution(deployment.outputs()["distribution_id"])
        with self.progress.step("leave the edge function's replicas to Lambda"):
            deployment.let_go(EDGE)
        with self.progress.step("destroy"):
            summary = deployment.plan("-destroy", UNPROTECTED)
            self.progress.say(summary.counts())
            deployment.apply()
        history.write(self.account, self.target, promotions.with_begun(self.entry(promotions)))

    def disable_distribution(self, distribution: str) -> None:
        """Disable the distribution, remove its functions, and wait for the deployment.

        It is one update, because pages must never be served without the edge function. After it,
        CloudFront deletes the replicas even if a later step fails. Raises HarnessError if it takes
        more than an hour.
        """
        cloudfront = self.account.client("cloudfront")
        response = cloudfront.get_distribution_config(Id=distribution)
        config = without_functions(response["DistributionConfig"]) | {"Enabled": False}
        cloudfront.update_distribution(
            Id=distribution, IfMatch=response["ETag"], DistributionConfig=config
        )
        try:
            cloudfront.get_waiter("distribution_deployed").wait(
                Id=distribution, WaiterConfig={"Delay": 20, "MaxAttempts": 180}
            )
        except WaiterError as error:
            raise HarnessError(
                f"CloudFront has not disabled {distribution} yet: {error}. Run the same command "
                "again later."
            ) from None

    def entry(self, promotions: History) -> Entry:
        live = promotions.live
        return Entry(
            tree=live.tree if live else "",
            commit=live.commit if live else "",
            began=history.now(),
            by=self.account.caller,
            outcome=DESTROYED,
            ended=history.now(),
        )

    def sweep(self) -> list[str]:
        """Delete resources unknown to Terraform; return those that remain, with instructions."""
        remaining = [*self.edge_function(), *self.captains()]
        groups = self.edge_log_groups()
        if groups:
            self.progress.say(f"logs of the edge function deleted: {', '.join(groups)}")
        return remaining

    def edge_function(self) -> Iterator[str]:
        name = f"{self.target.stack}-edge"
        functions, iam = self.account.client("lambda"), self.account.client("iam")
        try:
            functions.delete_function(FunctionName=name)
        except ClientError as error:
            if "replicated function" in str(error):
                yield (
                    f"{name}: CloudFront keeps replicas of it for some hours, and Lambda cannot "
                    "delete it until they are gone (LA-015). It costs nothing. Run the same "
                    "command again later."
                )
                return
            if code(error) != "ResourceNotFoundException":
                raise
        for act, arguments in (
            (iam.delete_role_policy, {"RoleName": name, "PolicyName": "edge"}),
            (iam.delete_role, {"RoleName": name}),
        ):
            try:
                act(**arguments)
            except ClientError as error:
                if code(error) != "NoSuchEntity":
                    raise

    def captains(self) -> Iterator[str]:
        prefix = f"{self.target.stack}/captains/"
        pages = self.account.secretsmanager.get_paginator("list_secrets").paginate(
            Filters=[{"Key": "name", "Values": [prefix]}]
        )
        names = [secret["Name"] for page in pages for secret in page["SecretList"]]
        for name in names:
            self.account.secretsmanager.delete_secret(
                SecretId=name, RecoveryWindowInDays=DAYS_TO_BRING_BACK
            )
        if names:
            yield (
                f"{len(names)} captains: their secrets are deleted in {DAYS_TO_BRING_BACK} days, "
                "and cost nothing until then."
            )

    def edge_log_groups(self) -> list[str]:
        """Delete the edge function's log groups; returns their Regions."""
        group = f"/aws/lambda/{REGION}.{self.target.stack}-edge"
        deleted = []
        for region in self.account.session.get_available_regions("logs"):
            try:
                self.account.client("logs", region=region).delete_log_group(logGroupName=group)
            except ClientError as error:
                if code(error) not in {
                    "ResourceNotFoundException",
                    "UnrecognizedClientException",  # a Region that the account has not enabled
                    "InvalidClientTokenId",
                }:
                    raise
            else:
                deleted.append(region)
        return deleted


def without_functions(config: Mapping[str, Any]) -> dict[str, Any]:
    """A DistributionConfig without Lambda function associations in any behavior."""

    def bare(behavior: Mapping[str, Any]) -> dict[str, Any]:
        return {**behavior, "LambdaFunctionAssociations": {"Quantity": 0}}

    others = config.get("CacheBehaviors", {}).get("Items", ())
    return {
        **config,
        "DefaultCacheBehavior": bare(config["DefaultCacheBehavior"]),
        "CacheBehaviors": {"Quantity": len(others)}
        | ({"Items": [bare(behavior) for behavior in others]} if others else {}),
    }


def still_costs(target: Target) -> list[str]:
    """The resources of terraform/prerequisites, which other environments may use."""
    return [
        f"{target.state_bucket} and {target.releases_bucket}: cents, for versions of the state "
        "and for releases",
        f"the zone {target.zone}: 0.50 dollars per month",
    ]


def private(path: str, flags: int) -> int:
    """Open a file that other users cannot read, as entries are private."""
    return os.open(path, flags, 0o600)


def code(error: ClientError) -> str:
    return error.response["Error"]["Code"]
