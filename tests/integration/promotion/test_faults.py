"""AWS throttles, or the token expires during a run."""

import pytest

from harness.errors import HarnessError
from harness.promotion.history import LIVE
from tests.harness.promotion import faults
from tests.integration.promotion.conftest import Rehearsing

THROTTLED, EXPIRED = "1" * 12, "2" * 12


def test_throttled_calls_are_retried(rehearse: Rehearsing) -> None:
    assert rehearse.account.emulator
    state = rehearse.target.state_key
    with faults.before(rehearse.account.emulator.endpoint) as proxy:
        proxy.plan(
            faults.of_s3(
                "SlowDown", 503, fits=lambda method, path: f"{state}?" in f"{path}?", times=2
            )
        )
        rehearse.promote(rehearse.make(THROTTLED), AWS_ENDPOINT_URL=proxy.url)

    assert len(proxy.met) == 2
    assert THROTTLED in rehearse.site.get("/login/").body


def test_a_token_that_expires_during_a_run_is_reported_and_the_next_run_continues(
    rehearse: Rehearsing,
) -> None:
    assert rehearse.account.emulator
    state, made = rehearse.target.state_key, rehearse.make(EXPIRED)
    with faults.before(rehearse.account.emulator.endpoint) as proxy:
        proxy.plan(
            faults.of_s3(
                "ExpiredToken",
                400,
                fits=lambda method, path: method == "PUT" and f"{state}?" in f"{path}?",
                times=100,
            )
        )
        with pytest.raises(HarnessError, match="ExpiredToken"):
            rehearse.promote(made, AWS_ENDPOINT_URL=proxy.url)

    assert proxy.met
    rehearse.promote(made)
    assert rehearse.outcomes()[0] == (EXPIRED, LIVE)
