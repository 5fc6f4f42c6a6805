"""Terraform's lock on an environment's state: its holder, and breaking it.

Source: Terraform, "Backend Type: s3": the lock is an object beside the state, KEY.tflock.
"""

import json
from dataclasses import dataclass

from harness.errors import HarnessError
from harness.promotion.account import Account
from harness.promotion.target import Target


@dataclass(frozen=True, slots=True, kw_only=True)
class Lock:
    id: str
    who: str
    operation: str
    created: str

    def __str__(self) -> str:
        return f"{self.who}, for {self.operation}, since {self.created}"


def held(account: Account, target: Target) -> Lock | None:
    s3 = account.s3
    try:
        found = s3.get_object(Bucket=target.state_bucket, Key=f"{target.state_key}.tflock")
    except s3.exceptions.NoSuchKey:
        return None
    try:
        document = json.loads(found["Body"].read())
        return Lock(
            id=document["ID"],
            who=document.get("Who", "somebody"),
            operation=document.get("Operation", "something"),
            created=document.get("Created", "an unknown time"),
        )
    except (ValueError, KeyError, TypeError):
        return Lock(id="", who="somebody", operation="something", created="an unknown time")


def require_free(account: Account, target: Target) -> None:
    """Raise HarnessError while the lock is held."""
    lock = held(account, target)
    if lock:
        raise HarnessError(
            f"{target.environment} is locked by {lock}. Wait for that run to end. If "
            "it was killed and its Terraform no longer runs, add --unlock."
        )


def break_lock(account: Account, target: Target) -> str:
    """Break the lock; returns a message that names its holder."""
    lock = held(account, target)
    if lock is None:
        return f"{target.environment} is not locked."
    account.s3.delete_object(Bucket=target.state_bucket, Key=f"{target.state_key}.tflock")
    return f"{target.environment}: the lock of {lock} was removed."
