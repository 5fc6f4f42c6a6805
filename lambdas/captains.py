"""The captains, who are the users, and their password hashes in Secrets Manager."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from lambdas import passwords
from lambdas.aws_failures import error_code
from lambdas.clock import Clock
from lambdas.passwords import ScryptCost, StoredPassword

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

# How long a secret is cached: changed passwords, new and removed captains take effect within it.
# Absence is cached as long as presence, so that response times reveal no user names.
MEMORY = timedelta(seconds=30)
MOST_REMEMBERED = 256  # names; a bound, because attackers can invent names

# No such secret, or one without a value; and a secret that is scheduled for deletion.
_ABSENT = frozenset({"ResourceNotFoundException", "InvalidRequestException"})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Remembered:
    stored: StoredPassword | None
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Captains:
    """The captains. `cost` is that of checking an unknown user's password, as for known ones."""

    secretsmanager: SecretsManagerClient
    secret_prefix: str
    clock: Clock
    cost: ScryptCost
    _memory: dict[str, _Remembered] = field(default_factory=dict, repr=False)

    def has(self, user_name: str, password: str) -> bool:
        """Whether there is a captain with that password; takes as long if there is none.

        Raises ConfigError if the captain's secret is not a password document.
        """
        stored = self._stored_password(user_name)
        return passwords.matches(password, stored or passwords.decoy(self.cost))

    def _stored_password(self, user_name: str) -> StoredPassword | None:
        now = self.clock()
        cached = self._memory.get(user_name)
        if cached is not None and now < cached.until:
            return cached.stored
        stored = self._fetch(user_name)
        self._memory.pop(user_name, None)  # so that the newest is the last
        while len(self._memory) >= MOST_REMEMBERED:
            del self._memory[next(iter(self._memory))]
        self._memory[user_name] = _Remembered(stored=stored, until=now + MEMORY)
        return stored

    def _fetch(self, user_name: str) -> StoredPassword | None:
        name = f"{self.secret_prefix}{user_name}"
        try:
            secret = self.secretsmanager.get_secret_value(SecretId=name)
        except ClientError as error:
            if error_code(error) in _ABSENT:
                return None
            raise
        document = secret.get("SecretString")
        # AWS returns an error for a secret without a value, MiniStack a response without one.
        return None if document is None else passwords.parse(document, name=name)
