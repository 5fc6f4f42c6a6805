"""Killed, interrupted or cut off from AWS: the next run goes on."""

import secrets
import signal
import subprocess
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import pytest

from harness.errors import HarnessError
from harness.promotion import history, state_lock
from harness.promotion.account import Account
from harness.promotion.history import FAILED, LIVE, UNDER_WAY
from harness.promotion.live_checks import Site
from tests.harness.promotion import faults
from tests.integration.promotion import rehearsal
from tests.integration.promotion.rehearsal import ENVIRONMENT, assets, in_a_process, wait_until

KILLED, INTERRUPTED = "eeeeeeeeeeee", "ffffffffffff"
STEPS = ("plan of", "the release to its bucket", "apply (", "live: the login page")


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


@pytest.mark.parametrize("step", STEPS)
def test_killed_in_any_step_the_next_run_ends_well(
    account: Account,
    environ: Mapping[str, str],
    site: Site,
    distribution: str,
    folder: Path,
    tmp_path: Path,
    step: str,
) -> None:
    seed = secrets.randbelow(1_000_000)  # the release's name tells it
    where = rehearsal.target(ENVIRONMENT)
    name = f"{seed:06}{STEPS.index(step):06}"
    made = rehearsal.make(tmp_path, name, distribution=distribution, site=folder)
    with in_a_process(made, tmp_path, {**environ, "SITE": site.url}) as process:
        assert process.stdout
        assert any(step in line for line in process.stdout)
        with suppress(subprocess.TimeoutExpired):
            process.wait(seed / 2_000_000)  # up to half a second
        process.kill()
    wait_until(lambda: state_lock.held(account, where) is None)

    of = rehearsal.promotion(ENVIRONMENT, tmp_path, environ=environ, answered_by=site)
    rehearsal.promote(of, made)

    known = history.read(account, where)
    assert known.live
    assert known.live.tree == made.manifest.tree
    assert name in site.get("/login/").body


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
        process.wait(rehearsal.SOON)

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
