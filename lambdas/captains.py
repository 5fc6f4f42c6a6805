"""The captains: who may log in, and their stored passwords in Secrets Manager."""

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

# A changed password, a new captain or a removed one is noticed after at most this long.
# Absence is remembered as long as presence: the pace of look-ups tells nothing.
MEMORY = timedelta(seconds=30)
MOST_REMEMBERED = 256  # names; made-up ones must not fill the memory

# No such secret or no value in it yet; and a secret that is about to be deleted.
_ABSENT = frozenset({"ResourceNotFoundException", "InvalidRequestException"})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Remembered:
    stored: StoredPassword | None
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Captains:
    """`cost` is what checking an unknown user's password costs: that of known ones."""

    secretsmanager: SecretsManagerClient
    secret_prefix: str
    clock: Clock
    cost: ScryptCost
    _memory: dict[str, _Remembered] = field(default_factory=dict, repr=False)

    def has(self, user_name: str, password: str) -> bool:
        """Whether there is such a captain with that password, at the same cost if not.

        Raises ConfigError when the captain's secret is not a password document.
        """
        stored = self._stored_password(user_name)
        return passwords.matches(password, stored or passwords.decoy(self.cost))

    def _stored_password(self, user_name: str) -> StoredPassword | None:
        now = self.clock()
        known = self._memory.get(user_name)
        if known is not None and now < known.until:
            return known.stored
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
        # AWS has an error for a secret without a value, MiniStack an answer without one.
        return None if document is None else passwords.parse(document, name=name)
