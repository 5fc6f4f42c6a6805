"""Captains are added, reset, disabled and restored; their sessions end."""

import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from harness.checkout import ROOT, TERRAFORM
from harness.commands.users import password_from
from harness.errors import HarnessError
from harness.promotion.account import Account
from harness.promotion.users import User, Users
from lambdas.captains import Captains
from lambdas.passwords import DEFAULT_COST, ScryptCost, parse
from lambdas.sessions import Lifetimes, Sessions

TABLE = "users-sessions"
PREFIX = "users/captains/"
FIRST, SECOND = "tea, earl grey, hot", "coffee, black, one sugar"
LIFETIMES = Lifetimes(idle=1800, absolute=43200)
CHEAP = ScryptCost(n=2, r=1, p=1)  # what a password costs is not the question here


@pytest.fixture(scope="module")
def sessions(account: Account) -> Sessions:
    account.dynamodb.create_table(
        TableName=TABLE,
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "session-id", "KeyType": "HASH"}],
        AttributeDefinitions=[
            {"AttributeName": "session-id", "AttributeType": "S"},
            {"AttributeName": "userName", "AttributeType": "S"},
        ],
        GlobalSecondaryIndexes=[
            {
                "IndexName": "by-user",
                "KeySchema": [{"AttributeName": "userName", "KeyType": "HASH"}],
                "Projection": {"ProjectionType": "KEYS_ONLY"},
            }
        ],
    )
    return Sessions(dynamodb=account.dynamodb, table_name=TABLE)


@pytest.fixture
def waited() -> list[float]:
    return []


@pytest.fixture
def users(account: Account, sessions: Sessions, waited: list[float]) -> Iterator[Users]:
    made = Users(
        secretsmanager=account.secretsmanager,
        sessions=sessions,
        secret_prefix=PREFIX,
        wait=waited.append,
        cost=CHEAP,
    )
    yield made
    for user in made.list():
        account.secretsmanager.delete_secret(
            SecretId=PREFIX + user.name, ForceDeleteWithoutRecovery=True
        )


def may_log_in(users: Users, name: str, password: str) -> bool:
    """The result of a newly started log-in function."""
    captains = Captains(
        secretsmanager=users.secretsmanager,
        secret_prefix=PREFIX,
        clock=lambda: datetime.now(UTC),
        cost=CHEAP,
    )
    return captains.has(name, password)


def log_in(sessions: Sessions, name: str) -> str:
    now = datetime.now(UTC)
    return sessions.start(name, now=now, lifetimes=LIFETIMES)[0]


def test_a_captain_is_added_removed_and_added_again(users: Users) -> None:
    users.add("riker", FIRST)
    assert may_log_in(users, "riker", FIRST)
    assert users.list() == [User(name="riker", state="active")]

    users.disable("riker")
    assert not may_log_in(users, "riker", FIRST)
    assert users.list() == [User(name="riker", state="disabled")]

    users.add("riker", SECOND)
    assert may_log_in(users, "riker", SECOND)
    assert not may_log_in(users, "riker", FIRST)


def test_a_new_password_ends_all_sessions_including_concurrent_ones(
    account: Account, sessions: Sessions, waited: list[float]
) -> None:
    begun = []

    def wait(seconds: float) -> None:
        waited.append(seconds)
        begun.append(log_in(sessions, "worf"))  # a function that remembers the former password

    users = Users(
        secretsmanager=account.secretsmanager,
        sessions=sessions,
        secret_prefix=PREFIX,
        wait=wait,
        cost=CHEAP,
    )
    users.add("worf", FIRST)
    begun.append(log_in(sessions, "worf"))
    others = log_in(sessions, "troi")

    message = users.reset("worf", SECOND)

    assert "2 sessions ended" in message
    assert waited == [31]
    now = datetime.now(UTC)
    assert [sessions.find(one, now=now) for one in begun] == [None, None]
    assert sessions.find(others, now=now)
    assert may_log_in(users, "worf", SECOND)
    account.secretsmanager.delete_secret(SecretId=f"{PREFIX}worf", ForceDeleteWithoutRecovery=True)


def test_sessions_can_be_ended_without_a_new_password(
    users: Users, sessions: Sessions, waited: list[float]
) -> None:
    users.add("data", FIRST)
    begun = log_in(sessions, "data")

    assert users.end_sessions("data") == "data: 1 session ended."

    assert sessions.find(begun, now=datetime.now(UTC)) is None
    assert may_log_in(users, "data", FIRST)
    assert waited == []


def test_an_existing_user_cannot_be_added_again(users: Users) -> None:
    users.add("crusher", FIRST)

    with pytest.raises(HarnessError, match="exists already"):
        users.add("crusher", SECOND)

    assert may_log_in(users, "crusher", FIRST)


def test_an_unknown_user_cannot_get_a_password(users: Users) -> None:
    with pytest.raises(HarnessError, match="yar is absent"):
        users.reset("yar", FIRST)
    with pytest.raises(HarnessError, match="yar is absent"):
        users.disable("yar")

    assert users.list() == []


@pytest.mark.parametrize("name", ["", "Q", "a/b", "-rf", "picard\n", "x" * 33])
def test_an_invalid_user_name_is_refused(users: Users, name: str) -> None:
    for act in (users.disable, users.end_sessions):
        with pytest.raises(HarnessError, match="not a valid user name"):
            act(name)
    with pytest.raises(HarnessError, match="not a valid user name"):
        users.add(name, FIRST)


@pytest.mark.parametrize("password", ["", "makeitso", "x" * 129, "lone surrogate \ud800"])
def test_a_weak_password_is_refused_without_quoting_it(users: Users, password: str) -> None:
    with pytest.raises(HarnessError, match="12 to 128 characters") as refused:
        users.add("q", password)

    assert not password or password not in str(refused.value)
    assert users.list() == []


def test_the_secret_contains_a_hash(users: Users) -> None:
    users.add("guinan", FIRST)

    kept = users.secretsmanager.get_secret_value(SecretId=f"{PREFIX}guinan")["SecretString"]

    assert json.loads(kept)["algorithm"] == "scrypt"
    assert FIRST not in kept


def test_a_password_is_read_from_standard_input_and_never_shown(
    environ: Mapping[str, str], users: Users
) -> None:
    command = [sys.executable, "-m", "harness.commands.users", "add", "laforge"]
    done = subprocess.run(
        [*command, "--account", "000000000000", "--name", "users"],
        cwd=ROOT,
        env={**os.environ, **environ},
        input=f"{FIRST}\n",
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert (done.returncode, done.stdout) == (0, "laforge can log in.\n")
    assert FIRST not in done.stderr
    assert may_log_in(users, "laforge", FIRST)
    kept = users.secretsmanager.get_secret_value(SecretId=f"{PREFIX}laforge")["SecretString"]
    assert parse(kept, name="laforge").cost == DEFAULT_COST


def test_a_line_of_standard_input_is_the_password() -> None:
    assert password_from(io.StringIO("a pass phrase \r\nmore")) == "a pass phrase "


def test_terraform_forgets_captains_without_deleting_their_secrets() -> None:
    configuration = {file.name: file.read_text() for file in TERRAFORM.glob("*.tf")}

    removed = configuration["captains.tf"].partition("removed {")[2]
    assert "from = aws_secretsmanager_secret.captain" in removed
    assert "destroy = false" in removed
    assert not any('resource "aws_secretsmanager' in text for text in configuration.values())


def test_promotion_never_touches_demonstration_users() -> None:
    ours = [*(ROOT / "harness" / "promotion").glob("*.py"), *map(command, ("promote", "users"))]

    assert not [file.name for file in ours if re.search(r"seeding|demo_captains", file.read_text())]


def command(name: str) -> Path:
    return ROOT / "harness" / "commands" / f"{name}.py"
