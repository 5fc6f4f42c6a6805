"""Two concurrent promotions, in two processes: the second is refused until the first ends."""

from harness.promotion import state_lock
from harness.promotion.history import LIVE
from tests.integration.promotion.conftest import Rehearsing
from tests.integration.promotion.rehearsal import SOON, wait_until

ONE, OTHER = "4" * 12, "5" * 12


def test_a_second_run_is_refused_even_during_the_live_checks_of_the_first(
    rehearse: Rehearsing,
) -> None:
    began, go = rehearse.releases / "began", rehearse.releases / "go"
    flow = (
        f"pathlib.Path({str(began)!r}).touch()\n"
        f"    while not pathlib.Path({str(go)!r}).exists(): time.sleep(0.1)"
    )
    other = rehearse.make(OTHER)
    with rehearse.starting(rehearse.make(ONE, flow=flow)) as first:
        wait_until(began.exists, by=first)
        assert state_lock.held(rehearse.account, rehearse.target) is None  # Terraform is done
        with rehearse.starting(other) as second:
            output, _ = second.communicate(timeout=SOON)
        go.touch()
        first.communicate(timeout=SOON)

    assert "two-at-once is being changed by" in output
    assert "Wait for that run to end" in output
    assert (first.returncode, second.returncode) == (0, 1)
    assert rehearse.outcomes() == [(ONE, LIVE)]
    rehearse.promote(other)
    assert rehearse.outcomes() == [(OTHER, LIVE), (ONE, LIVE)]
