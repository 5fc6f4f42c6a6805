"""Manage the captains of a stack, its users.

A captain is a secret with a password hash, created here and unknown to Terraform and its state. A
disabled captain is a secret that is scheduled for deletion; for 30 days it can be restored, with a
new password.
Source: AWS Secrets Manager User Guide, "Delete an AWS Secrets Manager secret".
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from harness.errors import HarnessError
from lambdas.captains import MEMORY
from lambdas.passwords import DEFAULT_COST, ScryptCost, hash_password, is_password
from lambdas.sessions import Sessions
from lambdas.user_names import is_user_name

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

SHORTEST, LONGEST = 12, 128  # OWASP ASVS 4.0.3, 2.1.1 and 2.1.2
DAYS_TO_BRING_BACK = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    name: str
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Users:
    """The captains of a stack. `wait` sleeps for a number of seconds."""

    secretsmanager: SecretsManagerClient
    sessions: Sessions
    secret_prefix: str
    wait: Callable[[float], None]
    cost: ScryptCost = DEFAULT_COST

    def add(self, name: str, password: str) -> str:
        """Add or restore a captain; returns a message. Raises HarnessError if there is one already."""
        require_name(name)
        require_password(password)
        state = self._state(name)
        if state == "active":
            raise HarnessError(f"{name} exists already: use `users -- reset {name}`.")
        if state == "absent":
            self.secretsmanager.create_secret(
                Name=self._secret(name),
                Description=f"Password hash of {name}.",
                SecretString=hash_password(password, cost=self.cost),
            )
            return f"{name} can log in."
        if state == "disabled":
            self.secretsmanager.restore_secret(SecretId=self._secret(name))
        self._write(name, password)
        return f"{name} can log in again."

    def reset(self, name: str, password: str) -> str:
        """Set a new password and end all sessions."""
        require_password(password)
        self._require(name, "active", "without a password")
        self._write(name, password)
        return f"{name} has a new password; {self._end_for_good(name)}"

    def disable(self, name: str) -> str:
        self._require(name, "active", "without a password")
        self.secretsmanager.delete_secret(
            SecretId=self._secret(name), RecoveryWindowInDays=DAYS_TO_BRING_BACK
        )
        ended = self._end_for_good(name)
        return (
            f"{name} can no longer log in; {ended} `users -- add {name}` within 30 days undoes it."
        )

    def end_sessions(self, name: str) -> str:
        require_name(name)
        return f"{name}: {counted(self._end(name))}"

    def list(self) -> list[User]:
        pages = self.secretsmanager.get_paginator("list_secrets").paginate(
            IncludePlannedDeletion=True,
            Filters=[{"Key": "name", "Values": [self.secret_prefix]}],
        )
        names = sorted(
            secret["Name"].removeprefix(self.secret_prefix)
            for page in pages
            for secret in page["SecretList"]
            if secret["Name"].startswith(self.secret_prefix)
        )
        return [User(name=name, state=self._state(name)) for name in names]

    def _end_for_good(self, name: str) -> str:
        """End all sessions, and those started while functions still cache the old password."""
        ended = self._end(name)
        self.wait(MEMORY.total_seconds() + 1)
        return counted(ended + self._end(name))

    def _end(self, name: str) -> int:
        ids = list(self.sessions.ids_of(name))
        for session_id in ids:
            self.sessions.end(session_id)
        return len(ids)

    def _write(self, name: str, password: str) -> None:
        self.secretsmanager.put_secret_value(
            SecretId=self._secret(name),
            SecretString=hash_password(password, cost=self.cost),
        )

    def _require(self, name: str, *states: str) -> None:
        require_name(name)
        state = self._state(name)
        if state not in states:
            raise HarnessError(f"{name} is {state}. `users -- list` shows all users.")

    def _state(self, name: str) -> str:
        """The captain's state: `absent`, `active`, `without a password` or `disabled`."""
        try:
            secret = self.secretsmanager.describe_secret(SecretId=self._secret(name))
        except ClientError as error:
            if error.response["Error"]["Code"] != "ResourceNotFoundException":
                raise
            return "absent"
        if secret.get("DeletedDate"):
            return "disabled"
        return "active" if secret.get("VersionIdsToStages") else "without a password"

    def _secret(self, name: str) -> str:
        return f"{self.secret_prefix}{name}"


def require_name(name: str) -> None:
    if not is_user_name(name):
        raise HarnessError(
            f"{name!r} is not a valid user name: 1 to 32 lower-case letters, digits and hyphens, "
            "starting with a letter."
        )


def require_password(password: str) -> None:
    """Raise HarnessError, without the password, if its length is wrong."""
    if not SHORTEST <= len(password) <= LONGEST or not is_password(password):
        raise HarnessError(f"A password must have {SHORTEST} to {LONGEST} characters.")


def counted(ended: int) -> str:
    return f"{ended} session{'' if ended == 1 else 's'} ended."
