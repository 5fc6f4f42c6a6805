"""The live flows' captain is always removed, and no other."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from harness.promotion.account import Account
from harness.promotion.throw_away_captain import ThrowAwayCaptains, is_throw_away
from harness.promotion.users import Users
from lambdas.passwords import ScryptCost, matches, parse

PREFIX = "away/captains/"
CHEAP = ScryptCost(n=2, r=8, p=1)


@pytest.fixture(scope="module")
def captains(account: Account) -> ThrowAwayCaptains:
    for name, key, range_key in (
        ("away-sessions", "session-id", None),
        ("away-logs", "userName", "id"),
        ("away-login-attempts", "userName", None),
    ):
        keys = [key, *([range_key] if range_key else [])]
        indexes = {
            "GlobalSecondaryIndexes": [
                {
                    "IndexName": "by-user",
                    "KeySchema": [{"AttributeName": "userName", "KeyType": "HASH"}],
                    "Projection": {"ProjectionType": "KEYS_ONLY"},
                }
            ]
        }
        named = {*keys, "userName"}
        account.client("dynamodb").create_table(
            TableName=name,
            BillingMode="PAY_PER_REQUEST",
            KeySchema=[
                {"AttributeName": one, "KeyType": kind}
                for one, kind in zip(keys, ("HASH", "RANGE"), strict=False)
            ],
            AttributeDefinitions=[{"AttributeName": n, "AttributeType": "S"} for n in named],
            **(indexes if name == "away-sessions" else {}),
        )
    return ThrowAwayCaptains(
        account=account,
        sessions_table="away-sessions",
        logs_table="away-logs",
        secret_prefix=PREFIX,
    )


@pytest.fixture(autouse=True)
def kirk(account: Account, captains: ThrowAwayCaptains) -> Iterator[str]:
    """A captain who stays."""
    cheap(captains).add("kirk", "a password of twelve")
    leave_things(account, "kirk")
    yield "kirk"
    captains.remove("kirk")


def cheap(captains: ThrowAwayCaptains) -> Users:
    """For captains of whom no password is asked: to hash one takes a fifth of a second."""
    return replace(captains.users(), cost=CHEAP)


def leave_things(account: Account, name: str) -> None:
    for table, item in (
        ("away-sessions", {"session-id": {"S": f"of {name}"}, "userName": {"S": name}}),
        ("away-logs", {"userName": {"S": name}, "id": {"S": "1"}, "text": {"S": "Here."}}),
        ("away-login-attempts", {"userName": {"S": name}}),
    ):
        account.dynamodb.put_item(TableName=table, Item=item)


def things(account: Account) -> list[str]:
    """The owners of items in the tables and of secrets, including those being deleted."""
    names = [
        str(item["userName"]["S"])
        for table in ("away-sessions", "away-logs", "away-login-attempts")
        for item in account.dynamodb.scan(TableName=table)["Items"]
    ]
    listed = account.secretsmanager.list_secrets(
        IncludePlannedDeletion=True, Filters=[{"Key": "name", "Values": [PREFIX]}]
    )
    return sorted(
        [*names, *(secret["Name"].removeprefix(PREFIX) for secret in listed["SecretList"])]
    )


def test_temporary_captains_can_log_in_and_are_deleted_after_a_failed_flow(
    account: Account, captains: ThrowAwayCaptains
) -> None:
    def break_off() -> None:
        with captains.captain() as captain:
            stored = account.secretsmanager.get_secret_value(
                SecretId=f"{PREFIX}{captain.user_name}"
            )
            password = parse(stored["SecretString"], name=captain.user_name)
            assert matches(captain.password, password)
            leave_things(account, captain.user_name)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        break_off()

    assert things(account) == ["kirk"] * 4


def test_temporary_captains_of_a_killed_run_are_deleted_only_by_a_later_run(
    account: Account, captains: ThrowAwayCaptains
) -> None:
    left, named_alike = "live-0123456789ab", "live-long"
    for name in (left, named_alike):
        cheap(captains).add(name, "a password of twelve")
    leave_things(account, left)

    assert captains.remove_left_over() == []  # that one's run may still be under way
    later = datetime.now(UTC) + timedelta(hours=3)
    assert captains.remove_left_over(now=later) == [left]

    assert things(account) == [*["kirk"] * 4, named_alike]
    captains.remove(named_alike)


def test_temporary_captains_names_cannot_be_real_user_names() -> None:
    assert is_throw_away("live-0123456789ab")
    assert not any(
        is_throw_away(name)
        for name in (
            "live-long",
            "0123456789ab",
            "live-0123456789abc",
            "live-0123456789AB",
            "live-",
        )
    )
