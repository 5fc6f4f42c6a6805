"""The read-only commands: the plan of a release, and drift of the live environment.

Neither applies anything or takes the lock, so a read-only role is enough.
"""

from pathlib import Path

from harness.progress import print_line
from harness.promotion import plan_summary, state_lock
from harness.promotion.history import History
from harness.promotion.promote import Promotion
from harness.promotion.release import Release

DRIFTED = 3  # exit code


def plan_only(
    promotion: Promotion, live: Release, promotions: History, *, rows: list[str], file: Path
) -> int:
    report_lock(promotion)
    _deployment, summary = promotion.planned(live, promotions)
    title = f"{live.short} for {promotion.target.environment}"
    write(file, plan_summary.markdown(summary, title=title, rows=rows))
    return 0


def drift(promotion: Promotion, promotions: History, *, file: Path) -> int:
    """Plan the live release again; returns DRIFTED, and writes the plan, if anything would change."""
    file.unlink(missing_ok=True)  # left by an earlier run
    if promotions.live is None:
        print_line("Nothing is live, so nothing has drifted.")
        return 0
    report_lock(promotion)
    live = promotion.fetched(promotions.live)
    _deployment, summary = promotion.planned(live, promotions)
    if not summary.changes:
        print_line(f"{promotion.target.environment} is unchanged since {live.short} was promoted.")
        return 0
    title = f"{promotion.target.environment} has changed since {live.short} was promoted"
    write(file, plan_summary.markdown(summary, title=title, rows=()))
    return DRIFTED


def report_lock(promotion: Promotion) -> None:
    lock = state_lock.held(promotion.account, promotion.target)
    if lock:
        promotion.progress.say(f"locked by {lock}: this may be out of date")


def write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    print_line(f"written: {file}")
