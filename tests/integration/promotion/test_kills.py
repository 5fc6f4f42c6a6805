"""Killed or interrupted: Terraform finishes, and the next run continues."""

import random
import secrets
import signal
import subprocess
from contextlib import suppress

import pytest

from harness.errors import HarnessError
from harness.progress import print_line
from harness.promotion import run_lock, state_lock
from harness.promotion.history import FAILED, LIVE, UNDER_WAY
from tests.integration.families import descendants, processes
from tests.integration.promotion.conftest import Rehearsing
from tests.integration.promotion.rehearsal import SOON, STEPS, WAITS, assets, wait_until

KILLED, INTERRUPTED, STEPWISE, BROKEN = "e" * 12, "f" * 12, "7" * 12, "8" * 12


def test_terraform_finishes_after_its_run_is_killed_and_the_next_run_continues(
    rehearse: Rehearsing,
) -> None:
    made = rehearse.make(KILLED, roll_out=WAITS)
    with rehearse.starting(made) as process:
        wait_until(lambda: KILLED in assets(rehearse.folder), by=process)
        process.kill()

    with pytest.raises(HarnessError, match="kills is locked by"), rehearse.promotion().alone():
        pass
    assert rehearse.outcomes()[0] == (KILLED, UNDER_WAY)
    (rehearse.folder / "go").touch()
    wait_until(lambda: state_lock.held(rehearse.account, rehearse.target) is None)
    assert KILLED in rehearse.site.get("/login/").body

    rehearse.promote(made)

    assert rehearse.outcomes()[:2] == [(KILLED, LIVE), (KILLED, UNDER_WAY)]


def test_after_a_kill_in_each_step_the_last_run_succeeds(
    rehearse: Rehearsing, capsys: pytest.CaptureFixture[str]
) -> None:
    seed = secrets.randbelow(1_000_000)
    with capsys.disabled():
        print_line(f"\nkilled at moments from the seed {seed}")
    chance = random.Random(seed)  # noqa: S311 (repeatable on purpose)
    # The flow lasts for longer than `kill_in` waits, so that it is the flow that is killed.
    made = rehearse.make(STEPWISE, flow="time.sleep(1)")
    broken = rehearse.make(BROKEN, page="<p>Coming soon.</p>")
    for step in STEPS:
        kill_in(step, rehearse.starting(made), chance)
    rehearse.promote(made)
    assert "resuming the run of" in capsys.readouterr().out
    kill_in("restoring the earlier pages", rehearse.starting(broken), chance)

    rehearse.promote(made)

    promotions = rehearse.history()
    assert promotions.live
    assert promotions.live.tree == made.manifest.tree
    assert STEPWISE in rehearse.site.get("/login/").body
    assert run_lock.read(rehearse.account, rehearse.target) is None


def kill_in(step: str, process: "subprocess.Popen[str]", chance: random.Random) -> None:
    """Kill it within half a second after the step was printed; wait for its Terraform."""
    with process:
        assert process.stdout
        assert any(step in line for line in process.stdout), step
        with suppress(subprocess.TimeoutExpired):
            process.wait(chance.random() / 2)
        process.send_signal(signal.SIGSTOP)  # it starts nothing more
        started = descendants(process.pid)
        process.kill()
    wait_until(lambda: started.keys().isdisjoint(processes()))


def test_one_ctrl_c_ends_the_step_and_is_in_the_history(rehearse: Rehearsing) -> None:
    (rehearse.folder / "go").unlink(missing_ok=True)
    with rehearse.starting(rehearse.make(INTERRUPTED, roll_out=WAITS)) as process:
        wait_until(lambda: INTERRUPTED in assets(rehearse.folder), by=process)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=SOON)

    assert state_lock.held(rehearse.account, rehearse.target) is None
    assert run_lock.read(rehearse.account, rehearse.target) is None
    assert rehearse.outcomes()[0] == (INTERRUPTED, FAILED)
