"""The clock of `localfront serve`: moving it, and reminders that it was moved."""

from __future__ import annotations

import logging

from localfront.aws.settings import Settings
from localfront.exchange.clock import MovableClock, Setting, utc
from localfront.exchange.clock_orders import carry_out

LOG = logging.getLogger("localfront")
REAL_ACCOUNT = (
    "The clock can't be moved while localfront works with an AWS account: AWS refuses requests "
    "signed with a time that is not its own, and objects and tokens there expire by AWS's clock. "
    "Use an emulator, or files."
)


def clock_for(settings: Settings, order: str | None) -> MovableClock:
    """The clock, moved from the start if an order is given. Raises ClockError."""
    clock = MovableClock(fixed_because=REAL_ACCOUNT if settings.endpoints.aws else "")
    if order is not None:
        carry_out(clock, order)
    clock.subscribe(lambda _: log_clock(clock))
    return clock


def log_clock(clock: MovableClock) -> None:
    """Log that the clock was moved or reset."""
    LOG.warning("%s", sentence(clock.setting, clock()))


def sentence(setting: Setting, now: float) -> str:
    """The clock's setting as a sentence."""
    if not setting.is_moved:
        return "the clock shows the real time again"
    how = "stands still" if setting.frozen is not None else f"is moved by {setting}"
    return (
        f"the clock {how}: for CloudFront and its functions it is {utc(now)}; `localfront "
        "clock reset` restores the real time"
    )
