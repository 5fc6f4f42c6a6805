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
    promotion: Promotion, made: Release, known: History, *, rows: list[str], file: Path
) -> int:
    report_lock(promotion)
    _deployment, summary = promotion.planned(made, known)
    title = f"{made.short} for {promotion.target.environment}"
    write(file, plan_summary.markdown(summary, title=title, rows=rows))
    return 0


def drift(promotion: Promotion, known: History, *, file: Path) -> int:
    """Plan the live release again; returns DRIFTED, and writes the plan, if anything would change."""
    file.unlink(missing_ok=True)  # left by an earlier run
    if known.live is None:
        print_line("Nothing is live, so nothing has drifted.")
        return 0
    report_lock(promotion)
    made = promotion.fetched(known.live)
    _deployment, summary = promotion.planned(made, known)
    if not summary.changes:
        print_line(f"{promotion.target.environment} is unchanged since {made.short} was promoted.")
        return 0
    title = f"{promotion.target.environment} has changed since {made.short} was promoted"
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
