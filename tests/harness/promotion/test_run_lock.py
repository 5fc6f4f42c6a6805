"""The lock of an environment: held, released, and left by a killed run."""

import threading
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from harness.errors import HarnessError
from harness.promotion import run_lock
from harness.promotion.account import Account
from harness.promotion.run_lock import Run
from harness.promotion.target import Target

TARGET = Target(
    environment="locked",
    site="logs.example.com",
    zone="example.com",
    account="000000000000",
    stack="locked-website",
    prerequisites="locked",
)


@pytest.fixture(scope="module", autouse=True)
def bucket(account: Account) -> None:
    account.s3.create_bucket(Bucket=TARGET.state_bucket)


@pytest.fixture(autouse=True)
def free(account: Account) -> Iterator[None]:
    yield
    run_lock.break_lock(account, TARGET)


def folder(root: Path, name: str) -> Path:
    made = root / name
    made.mkdir(parents=True)
    return made


def test_a_second_run_is_refused_with_the_name_of_the_lock_holder(
    account: Account, tmp_path: Path
) -> None:
    with (
        run_lock.held(account, TARGET, folder=folder(tmp_path, "one")),
        pytest.raises(HarnessError, match=f"is being changed by {account.caller}"),
        run_lock.held(account, TARGET, folder=folder(tmp_path, "two")),
    ):
        pass


def test_the_lock_is_released_however_the_run_ends(account: Account, tmp_path: Path) -> None:
    with (
        pytest.raises(KeyboardInterrupt),
        run_lock.held(account, TARGET, folder=folder(tmp_path, "one")),
    ):
        raise KeyboardInterrupt

    assert run_lock.read(account, TARGET) is None


def test_of_many_concurrent_runs_one_gets_the_lock(account: Account, tmp_path: Path) -> None:
    start, over = threading.Barrier(6), threading.Barrier(6)
    got: list[str] = []
    refused: list[str] = []

    def run(name: str) -> None:
        with ExitStack() as ending:
            start.wait(60)
            try:
                ending.enter_context(run_lock.held(account, TARGET, folder=folder(tmp_path, name)))
                got.append(name)
            except HarnessError as error:
                refused.append(str(error))
            over.wait(60)

    threads = [threading.Thread(target=run, args=(str(number),)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(got) == 1
    assert len(refused) == 5


def test_the_lock_of_a_killed_run_on_this_machine_is_taken_over(
    account: Account, tmp_path: Path
) -> None:
    killed = left_behind(account, folder(tmp_path, "killed"))

    with run_lock.held(account, TARGET, folder=folder(tmp_path, "next")) as holder:
        assert holder == killed
        held = run_lock.read(account, TARGET)
        assert held
        assert held[0] != killed


def test_the_lock_of_a_run_on_another_machine_is_respected(
    account: Account, tmp_path: Path
) -> None:
    left_behind(account, folder(tmp_path, "its-own/run"))

    with (
        pytest.raises(HarnessError, match="add --unlock"),
        run_lock.held(account, TARGET, folder=folder(tmp_path, "ours/run")),
    ):
        pass


def test_a_broken_lock_is_not_released_by_its_former_holder(
    account: Account, tmp_path: Path
) -> None:
    with ExitStack() as ending:
        with run_lock.held(account, TARGET, folder=folder(tmp_path, "one")):
            run_lock.break_lock(account, TARGET)
            ending.enter_context(run_lock.held(account, TARGET, folder=folder(tmp_path, "two")))

        assert run_lock.read(account, TARGET) is not None


def test_a_malformed_lock_counts_as_held(account: Account, tmp_path: Path) -> None:
    account.s3.put_object(Bucket=TARGET.state_bucket, Key=TARGET.lock_key, Body=b'{"token": 1')

    with (
        pytest.raises(HarnessError, match="by somebody"),
        run_lock.held(account, TARGET, folder=folder(tmp_path, "one")),
    ):
        pass


def left_behind(account: Account, run_folder: Path) -> Run:
    """The remains of a killed run: the object, and an unlocked file."""
    run = Run(token="0123456789abcdef", who="somebody", began="2026-12-01T00:00:00+00:00")
    (run_folder / run_lock.FILE).write_text(run.token)
    assert run_lock.put(account, TARGET, run, condition={"IfNoneMatch": "*"})
    return run
