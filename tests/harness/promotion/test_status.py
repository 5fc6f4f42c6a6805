"""`--status` and `--history`: the live release, its time and author, and the lock's holder."""

from collections.abc import Callable, Iterator, Mapping

import pytest

from harness.commands import promote
from harness.promotion import history
from harness.promotion.account import Account
from harness.promotion.history import FAILED, LIVE, UNDER_WAY, Entry, History
from harness.promotion.target import Target

TARGET = Target(
    environment="told",
    site="told.example.com",
    zone="example.com",
    account="000000000000",
    stack="told-website",
    prerequisites="told",
)
OPTIONS = [
    *("--environment", "told", "--site", "told.example.com"),
    *("--account", "000000000000", "--prerequisites", "told"),
]
RIKER = "arn:aws:sts::000000000000:assumed-role/deploy/riker"

Command = Callable[..., str]


def entry(letter: str, outcome: str, *, ended: str = "", rollback: bool = False) -> Entry:
    return Entry(
        tree=letter * 40,
        commit=letter * 40,
        began="2026-12-01T10:00:00+00:00",
        by=RIKER,
        outcome=outcome,
        ended=ended,
        rollback=rollback,
    )


ENDED = entry("a", LIVE, ended="2026-12-01T10:09:00+00:00")


@pytest.fixture
def printed(
    account: Account,
    environ: Mapping[str, str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Iterator[Command]:
    """The command's output with an option, after a history of these entries."""
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    account.s3.create_bucket(Bucket=TARGET.state_bucket)
    lock = f"{TARGET.state_key}.tflock"

    def command(option: str, *entries: Entry, locked: bytes = b"") -> str:
        history.write(account, TARGET, History(entries=entries))
        if locked:
            account.s3.put_object(Bucket=TARGET.state_bucket, Key=lock, Body=locked)
        assert promote.main([*OPTIONS, option]) == 0
        return capsys.readouterr().out

    yield command
    account.s3.delete_object(Bucket=TARGET.state_bucket, Key=lock)


def test_the_live_release_is_shown_with_its_time_and_author(printed: Command) -> None:
    [line] = printed("--status", ENDED, entry("b", LIVE)).splitlines()

    assert line.startswith("live since 2026-12-01T10:09:00+00:00: ")
    assert "a" * 12 in line
    assert f"by {RIKER}" in line


def test_the_lock_holder_is_shown(printed: Command) -> None:
    riker = b'{"ID": "1", "Who": "riker@bridge", "Operation": "Apply", "Created": "today"}'

    output = printed("--status", entry("b", UNDER_WAY), ENDED, locked=riker)

    assert "locked by riker@bridge, for Apply, since today" in output
    assert "did not end" not in output


def test_a_killed_run_is_reported(printed: Command) -> None:
    assert "did not end: 2026-12-01T10:00:00" in printed("--status", entry("b", UNDER_WAY), ENDED)


def test_the_history_lists_all_promotions_and_their_outcomes(printed: Command) -> None:
    back = entry("a", LIVE, rollback=True)

    output = printed("--history", back, entry("b", FAILED), entry("a", LIVE)).splitlines()[1:]

    assert [line.split()[1] for line in output] == ["live", "failed", "live"]
    assert "rolled back to aaaaaaaaaaaa" in output[0]
    assert "promoted bbbbbbbbbbbb" in output[1]
    assert all(line.endswith(f"by {RIKER}") for line in output)


def test_status_says_when_nothing_was_promoted(printed: Command) -> None:
    assert "No release is live in told yet." in printed("--status")
