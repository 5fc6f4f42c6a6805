"""Fill a provisioned stack: the demonstration users' passwords and their log entries.

Seeding is idempotent: entries have the same ids each time, and an existing password stays.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING

from harness.emulators.emulators import Emulator
from harness.stack.demo_captains import CAPTAINS, TIME_BETWEEN_ENTRIES, Captain
from harness.terraform.outputs import Outputs
from lambdas.errors import ConfigError
from lambdas.log_entries import RANDOM_BYTES, LogEntry, new_entry
from lambdas.log_store import LogStore
from lambdas.passwords import hash_password, matches, parse

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient


def seed(emulator: Emulator, outputs: Outputs) -> None:
    aws = emulator.session()
    secrets = aws.client("secretsmanager", endpoint_url=emulator.endpoint)
    dynamodb = aws.client("dynamodb", endpoint_url=emulator.endpoint)
    store = LogStore(dynamodb=dynamodb, table_name=outputs.logs_table)
    for captain in CAPTAINS:
        store_password(secrets, outputs.secret_prefix, captain)
        for entry in entries(captain):
            store.add(captain.user_name, entry)


def unseed(emulator: Emulator, outputs: Outputs) -> None:
    """Delete the demonstration users from an emulator that keeps running; not their entries."""
    secrets = emulator.session().client("secretsmanager", endpoint_url=emulator.endpoint)
    for captain in CAPTAINS:
        name = f"{outputs.secret_prefix}{captain.user_name}"
        with suppress(secrets.exceptions.ResourceNotFoundException):
            secrets.delete_secret(SecretId=name, ForceDeleteWithoutRecovery=True)


def store_password(secrets: SecretsManagerClient, secret_prefix: str, captain: Captain) -> None:
    """Write the captain's password unless it is there: each version of a secret is kept, and billed."""
    name = f"{secret_prefix}{captain.user_name}"
    if has_password(secrets, name, captain.password):
        return
    document = hash_password(captain.password)
    try:
        secrets.put_secret_value(SecretId=name, SecretString=document)
    except secrets.exceptions.ResourceNotFoundException:
        secrets.create_secret(Name=name, SecretString=document)


def has_password(secrets: SecretsManagerClient, name: str, password: str) -> bool:
    """Whether the secret holds a hash of that password."""
    try:
        document = secrets.get_secret_value(SecretId=name).get("SecretString")
        return document is not None and matches(password, parse(document, name=name))
    except secrets.exceptions.ResourceNotFoundException:
        return False  # no value in it yet
    except ConfigError:
        return False  # an earlier format, or a manual edit


def entries(captain: Captain) -> Iterator[LogEntry]:
    """Yield the captain's entries, with ids that are the same each time."""
    recorded_at = captain.first_entry_at
    for text in captain.entries:
        fixed = hashlib.sha256(text.encode()).digest()[:RANDOM_BYTES]
        yield new_entry(text, recorded_at=recorded_at, randomness=fixed)
        recorded_at += TIME_BETWEEN_ENTRIES
