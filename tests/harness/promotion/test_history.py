"""The history of an environment, and the release to roll back to."""

from typing import Any

import pytest

from harness.errors import HarnessError
from harness.promotion import history, state_lock
from harness.promotion.account import Account
from harness.promotion.history import FAILED, LIVE, UNDER_WAY, Entry, History
from harness.promotion.target import Target

TARGET = Target(
    environment="history",
    site="logs.example.com",
    zone="example.com",
    account="000000000000",
    stack="history-website",
    prerequisites="history",
)


@pytest.fixture(scope="module")
def state(account: Account) -> str:
    account.s3.create_bucket(Bucket=TARGET.state_bucket)
    return TARGET.state_bucket


def entry(tree: str, outcome: str = LIVE) -> Entry:
    return Entry(
        tree=tree, commit="c", began="2026-12-01T00:00:00+00:00", by="arn", outcome=outcome
    )


def of(*entries: Entry) -> History:
    return History(entries=entries)


def test_the_live_and_the_previous_release_follow_from_the_history() -> None:
    promotions = of(entry("d", FAILED), entry("c"), entry("c"), entry("b", FAILED), entry("a"))

    assert promotions.live == entry("c")
    assert promotions.before_live() == entry("a")
    assert of(entry("a")).before_live() is None
    assert of().before_live() is None


def test_three_earlier_releases_are_kept_including_a_failed_one() -> None:
    promotions = of(*(entry(tree) for tree in "eed"), entry("c", FAILED), entry("b"), entry("a"))

    assert [one.tree for one in promotions.kept("e")] == ["d", "c", "b"]
    assert [one.tree for one in promotions.kept("f")] == ["e", "d", "c"]


def test_a_killed_run_stays_in_progress(account: Account, state: str) -> None:
    assert state
    begun = of(entry("a")).with_begun(entry("b", UNDER_WAY))

    history.write(account, TARGET, begun)

    found = history.read(account, TARGET)
    assert found == begun
    assert found.live == entry("a")
    assert found.with_ended(LIVE, {}).entries[0].ended


def test_without_a_promotion_the_history_is_empty(account: Account, state: str) -> None:
    account.s3.delete_object(Bucket=state, Key=TARGET.history_key)

    assert history.read(account, TARGET) == History()


@pytest.mark.parametrize("document", [[], {}, {"entries": 1}, {"entries": [{"tree": "a"}]}, None])
def test_an_invalid_history_is_an_error(document: Any) -> None:
    with pytest.raises(HarnessError, match="not a release history"):
        history.parse(document)


@pytest.mark.parametrize(
    ("body", "who"),
    [
        (b'{"ID": "1", "Who": "riker@bridge", "Operation": "OperationTypeApply"}', "riker@bridge"),
        (b"not JSON", "somebody"),
        (b"[]", "somebody"),
    ],
)
def test_the_lock_holder_is_shown_and_the_lock_can_be_broken(
    account: Account, state: str, body: bytes, who: str
) -> None:
    account.s3.put_object(Bucket=state, Key=f"{TARGET.state_key}.tflock", Body=body)

    with pytest.raises(HarnessError, match=f"locked by {who}"):
        state_lock.require_free(account, TARGET)

    assert who in state_lock.break_lock(account, TARGET)
    state_lock.require_free(account, TARGET)
    assert "is not locked" in state_lock.break_lock(account, TARGET)
