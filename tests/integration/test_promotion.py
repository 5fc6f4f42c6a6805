"""A release is brought to an environment, goes back when it does not work, and survives kills."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from harness.checkout import ROOT
from harness.emulators.localstack import is_localstack
from harness.errors import HarnessError
from harness.promotion import deployment as deploying
from harness.promotion import history, state_lock
from harness.promotion.account import Account, open_account
from harness.promotion.destroy import Destruction
from harness.promotion.history import FAILED, LIVE, UNDER_WAY
from harness.promotion.live_checks import Site
from harness.promotion.promote import NotLiveError
from harness.promotion.release import Release
from tests.harness.promotion import faults
from tests.integration import rehearsal
from tests.integration.provisioned import Provisioned

FIRST, SECOND, BROKEN = "aaaaaaaaaaaa", "bbbbbbbbbbbb", "cccccccccccc"
FAULTY, KILLED, INTERRUPTED = "dddddddddddd", "eeeeeeeeeeee", "ffffffffffff"
ENVIRONMENT = "rehearsal"
SOON = 240  # seconds: Terraform starts slowly on a busy machine


@pytest.fixture(scope="module")
def environ(stack: Provisioned) -> Mapping[str, str]:
    if is_localstack(stack.emulator.endpoint):
        pytest.skip("rehearsed on MiniStack, which the stack is not")
    return stack.emulator.environment(os.environ)


@pytest.fixture(scope="module")
def account(environ: Mapping[str, str]) -> Account:
    """With the buckets that terraform/prerequisites makes."""
    account = open_account(rehearsal.NUMBER, environ)
    where = rehearsal.target(ENVIRONMENT)
    buckets = (where.state_bucket, where.releases_bucket)
    for bucket in buckets:
        account.s3.create_bucket(Bucket=bucket)
        account.s3.put_bucket_versioning(
            Bucket=bucket, VersioningConfiguration={"Status": "Enabled"}
        )
    return account


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What is deployed."""
    return tmp_path_factory.mktemp("site")


@pytest.fixture(scope="module")
def site(folder: Path) -> Iterator[Site]:
    with rehearsal.answering(folder) as site:
        yield site


@pytest.fixture(scope="module")
def distribution(stack: Provisioned) -> str:
    return stack.outputs.distribution_id


def assets(folder: Path) -> set[str]:
    """The names of the releases whose assets are there."""
    return {path.name.split(".")[1] for path in (folder / "assets").glob("*")}


def test_a_release_that_does_not_work_is_taken_back_and_its_assets_stay(
    account: Account,
    environ: Mapping[str, str],
    site: Site,
    distribution: str,
    folder: Path,
    tmp_path: Path,
) -> None:
    def run(name: str, page: str = rehearsal.WORKS) -> None:
        made = rehearsal.make(tmp_path, name, distribution=distribution, site=folder, page=page)
        of = rehearsal.promotion(ENVIRONMENT, tmp_path, environ=environ, answered_by=site)
        rehearsal.promote(of, made)

    run(FIRST)
    run(SECOND)
    assert assets(folder) == {FIRST, SECOND}  # pages of the first are still open somewhere

    with pytest.raises(NotLiveError, match="bbbbbbbbbbbb is live again"):
        run(BROKEN, page="<p>Coming soon.</p>")

    assert SECOND in site.get("/login/").body
    assert assets(folder) == {FIRST, SECOND, BROKEN}
    known = history.read(account, rehearsal.target(ENVIRONMENT))
    told = [(entry.tree[:12], entry.outcome, entry.rollback) for entry in known.entries]
    assert told == [
        (SECOND, LIVE, True),
        (BROKEN, FAILED, False),
        (SECOND, LIVE, False),
        (FIRST, LIVE, False),
    ]
    assert all(entry.ended for entry in known.entries)


def test_a_killed_run_lets_terraform_finish_and_the_next_one_goes_on(
    account: Account,
    environ: Mapping[str, str],
    site: Site,
    distribution: str,
    folder: Path,
    tmp_path: Path,
) -> None:
    where = rehearsal.target(ENVIRONMENT)
    made = rehearsal.make(
        tmp_path, KILLED, distribution=distribution, site=folder, roll_out=rehearsal.WAITS
    )
    with in_a_process(made, tmp_path, environ) as process:
        wait_until(lambda: KILLED in assets(folder))
        process.kill()

    with pytest.raises(HarnessError, match="rehearsal is locked by"):
        state_lock.require_free(account, where)
    assert history.read(account, where).entries[0].outcome == UNDER_WAY
    (folder / "go").touch()
    wait_until(lambda: state_lock.held(account, where) is None)
    assert KILLED in site.get("/login/").body

    of = rehearsal.promotion(ENVIRONMENT, tmp_path, environ=environ, answered_by=site)
    rehearsal.promote(of, made)

    assert [entry.outcome for entry in history.read(account, where).entries[:2]] == [
        LIVE,
        UNDER_WAY,
    ]


def test_an_apply_that_breaks_off_is_told_and_the_next_one_goes_on(
    account: Account,
    environ: Mapping[str, str],
    site: Site,
    distribution: str,
    folder: Path,
    tmp_path: Path,
) -> None:
    def run(made: Release) -> None:
        of = rehearsal.promotion(ENVIRONMENT, tmp_path, environ=environ, answered_by=site)
        rehearsal.promote(of, made)

    before = site.get("/login/").body
    made = rehearsal.make(
        tmp_path, FAULTY, distribution=distribution, site=folder, roll_out="false"
    )
    with pytest.raises(HarnessError, match="terraform apply failed"):
        run(made)

    assert site.get("/login/").body == before  # what comes last was not reached
    assert history.read(account, rehearsal.target(ENVIRONMENT)).entries[0].outcome == FAILED
    mended = rehearsal.make(tmp_path / "mended", FAULTY, distribution=distribution, site=folder)
    run(mended)
    assert FAULTY in site.get("/login/").body


def test_one_ctrl_c_ends_the_step_and_says_so_in_the_history(
    account: Account,
    environ: Mapping[str, str],
    distribution: str,
    folder: Path,
    tmp_path: Path,
) -> None:
    (folder / "go").unlink(missing_ok=True)
    made = rehearsal.make(
        tmp_path, INTERRUPTED, distribution=distribution, site=folder, roll_out=rehearsal.WAITS
    )
    with in_a_process(made, tmp_path, environ) as process:
        wait_until(lambda: INTERRUPTED in assets(folder))
        process.send_signal(signal.SIGINT)
        process.wait(SOON)

    where = rehearsal.target(ENVIRONMENT)
    assert state_lock.held(account, where) is None
    assert history.read(account, where).entries[0].outcome == FAILED


def test_throttling_is_waited_out(
    account: Account,
    environ: Mapping[str, str],
    site: Site,
    distribution: str,
    folder: Path,
    tmp_path: Path,
) -> None:
    assert account.emulator
    state = rehearsal.target(ENVIRONMENT).state_key
    made = rehearsal.make(tmp_path, "111111111111", distribution=distribution, site=folder)
    with faults.before(account.emulator.endpoint) as proxy:
        slow = faults.of_s3(
            "SlowDown", 503, fits=lambda method, path: f"{state}?" in f"{path}?", times=2
        )
        proxy.plan(slow)
        of = rehearsal.promotion(
            ENVIRONMENT,
            tmp_path,
            environ={**environ, "AWS_ENDPOINT_URL": proxy.url},
            answered_by=site,
        )
        rehearsal.promote(of, made)

    assert len(proxy.met) == 2
    assert "111111111111" in site.get("/login/").body


def test_a_token_that_ends_in_the_middle_is_told_and_the_next_run_goes_on(
    account: Account,
    environ: Mapping[str, str],
    site: Site,
    distribution: str,
    folder: Path,
    tmp_path: Path,
) -> None:
    assert account.emulator
    state = rehearsal.target(ENVIRONMENT).state_key
    made = rehearsal.make(tmp_path, "222222222222", distribution=distribution, site=folder)
    with faults.before(account.emulator.endpoint) as proxy:
        expired = faults.of_s3(
            "ExpiredToken",
            400,
            fits=lambda method, path: method == "PUT" and f"{state}?" in f"{path}?",
            times=100,
        )
        proxy.plan(expired)
        of = rehearsal.promotion(
            ENVIRONMENT,
            tmp_path,
            environ={**environ, "AWS_ENDPOINT_URL": proxy.url},
            answered_by=site,
        )
        with pytest.raises(HarnessError, match="ExpiredToken"):
            rehearsal.promote(of, made)

    assert proxy.met
    again = rehearsal.promotion(ENVIRONMENT, tmp_path, environ=environ, answered_by=site)
    rehearsal.promote(again, made)
    assert history.read(account, again.target).entries[0].outcome == LIVE


def test_what_is_destroyed_is_gone_and_can_be_promoted_anew(
    account: Account,
    environ: Mapping[str, str],
    site: Site,
    distribution: str,
    folder: Path,
    tmp_path: Path,
) -> None:
    made = rehearsal.make(tmp_path, "333333333333", distribution=distribution, site=folder)
    of = rehearsal.promotion(ENVIRONMENT, tmp_path, environ=environ, answered_by=site)
    deployment = deploying.prepare(
        made,
        account,
        of.target,
        history.read(account, of.target),
        folder=of.folder,
        environ=environ,
        progress=of.progress,
    )
    ending = Destruction(
        account=account, target=of.target, progress=of.progress, confirm=lambda _name: True
    )

    ending.destroy(deployment, history.read(account, of.target))

    assert deployment.known() == []
    assert history.read(account, of.target).live is None
    (folder / "login.html").unlink(missing_ok=True)
    rehearsal.promote(
        rehearsal.promotion(ENVIRONMENT, tmp_path, environ=environ, answered_by=site), made
    )
    assert assets(folder) == {"333333333333"}  # nobody has a page of before open


def in_a_process(
    made: Release, root: Path, environ: Mapping[str, str]
) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "tests.integration.rehearsal"]
    return subprocess.Popen(  # noqa: S603 (ours)
        [*command, made.manifest.tree, root, ENVIRONMENT], cwd=ROOT, env=environ
    )


def wait_until(happened: object) -> None:
    assert callable(happened)
    deadline = time.monotonic() + SOON
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.2)
