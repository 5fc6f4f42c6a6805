"""`./nox -s promote`: deploy a release to an account, or roll back.

    ./nox -s promote -- --environment prod --site logs.example.com --zone example.com \\
        --account 123456789012 [--plan-only | --drift | --status | --history |
        --rollback [TREE] | --unlock]
"""

import argparse
import os
import ssl
import sys
from collections.abc import Sequence
from pathlib import Path

from harness import revision
from harness.checkout import RELEASES, ROOT
from harness.commands import command_line
from harness.errors import HarnessError
from harness.processes.children import Children
from harness.processes.chromium import find_chromium
from harness.progress import Progress, print_line
from harness.promotion import deployment as deploying
from harness.promotion import gate_record, history, looks, release, run_lock, state_lock
from harness.promotion.account import Account, open_account
from harness.promotion.deployment import PLAN_JSON, Deployment
from harness.promotion.history import UNDER_WAY, Entry, History
from harness.promotion.live_checks import Site
from harness.promotion.live_flows import Browser
from harness.promotion.promote import Promotion
from harness.promotion.release import Release
from harness.promotion.target import PREREQUISITES, Target

NEWEST = "the one before"


def main(arguments: Sequence[str]) -> int:
    options = parser().parse_args(arguments)
    return command_line.run(lambda: run(options))


def parser() -> argparse.ArgumentParser:
    result = argparse.ArgumentParser(
        prog="./nox -s promote --",
        description="Promote a release to an environment and check that it works, or roll back.",
        allow_abbrev=False,
    )
    add_target(result)
    result.add_argument(
        "--release", type=Path, help="the release's folder (default: the release of this commit)"
    )
    modes = result.add_mutually_exclusive_group()
    modes.add_argument("--plan-only", action="store_true", help="change nothing; write plan.md")
    modes.add_argument(
        "--drift", action="store_true", help="detect changes to the live environment; write plan.md"
    )
    modes.add_argument(
        "--status", action="store_true", help="show the live release, its time and its author"
    )
    modes.add_argument("--history", action="store_true", help="list all promotions")
    modes.add_argument("--rollback", nargs="?", const=NEWEST, metavar="TREE", help="roll back")
    modes.add_argument(
        "--unlock", action="store_true", help="break the lock of a run that was killed"
    )
    result.add_argument(
        "--markdown",
        type=Path,
        default=Path("build", "plan.md"),
        help="for --plan-only and --drift",
    )
    result.add_argument("--yes", action="store_true", help="do not ask for confirmation")
    result.add_argument(
        "--destroy-data",
        action="store_true",
        help="allow the plan to destroy tables, logs or secrets",
    )
    result.add_argument(
        "--adopt", action="store_true", help="import existing resources with this stack's names"
    )
    result.add_argument(
        "--pipeline",
        action="store_true",
        help="do not require a record of the gate: the pipeline ran it",
    )
    result.add_argument(
        "--answered-by", metavar="URL", help="localfront's address (rehearsals only)"
    )
    result.add_argument(
        "--ca-file",
        type=Path,
        help="the CA certificate that localfront's is signed by (rehearsals only)",
    )
    result.add_argument(
        "--without-browser", action="store_true", help="skip the browser tests; check over HTTP"
    )
    result.add_argument("-v", "--verbose", action="store_true", help="show every command")
    return result


def add_target(parser: argparse.ArgumentParser) -> None:
    """Add the options for `target_of`."""
    parser.add_argument("--environment", required=True, help="such as prod or staging")
    parser.add_argument(
        "--site", required=True, help="the site's host name, such as logs.example.com"
    )
    parser.add_argument(
        "--zone", help="its Route 53 hosted zone (default: the site's parent domain)"
    )
    parser.add_argument(
        "--account", required=True, help="the AWS account id; no other account is changed"
    )
    parser.add_argument("--name", help="the prefix of resource names")
    parser.add_argument("--prerequisites", default=PREREQUISITES, help="the prefix of bucket names")


def run(options: argparse.Namespace) -> int:
    target = target_of(options)
    account = open_account(options.account, os.environ)
    if options.unlock:
        broken = run_lock.break_lock(account, target)
        if broken:
            print_line(f"{target.environment}: the lock of {broken} was removed.")
        print_line(state_lock.break_lock(account, target))
        return 0
    if options.status or options.history:
        return print_status(history.read(account, target), account, target, whole=options.history)
    return deploy(options, account, target)


def target_of(options: argparse.Namespace) -> Target:
    environment = options.environment
    default = PREREQUISITES if environment == "prod" else f"{environment}-website"
    return Target(
        environment=environment,
        site=options.site,
        zone=options.zone or options.site.partition(".")[2],
        account=options.account,
        stack=options.name or default,
        prerequisites=options.prerequisites,
    )


def print_status(promotions: History, account: Account, target: Target, *, whole: bool) -> int:
    live = promotions.live
    print_line(
        f"live since {live.ended or live.began}: {live}"
        if live
        else f"No release is live in {target.environment} yet."
    )
    lock, run = state_lock.held(account, target), run_lock.read(account, target)
    if run:
        print_line(f"being changed by {run[0]}")
    if lock:
        print_line(f"locked by {lock}")
    if not (run or lock) and promotions.entries and promotions.entries[0].outcome == UNDER_WAY:
        print_line(f"did not end: {promotions.entries[0]}")
    if whole:
        for entry in promotions.entries:
            print_line(str(entry))
    return 0


def deploy(options: argparse.Namespace, account: Account, target: Target) -> int:
    folder = deploying.folder_for(target)
    try:
        return deploy_from(folder, options, account, target)
    finally:
        tidied(folder)


def tidied(folder: Path) -> None:
    for state in deploying.tidy(folder):
        print_line(
            f"Terraform could not write its state: it is in {state}. Run `terraform state push` "
            "with it; otherwise the next run does not know what this one created."
        )


def deploy_from(folder: Path, options: argparse.Namespace, account: Account, target: Target) -> int:
    progress = Progress()
    progress.say(f"log: {(folder / 'promote.log').relative_to(ROOT)}")
    promotion = Promotion(
        account=account,
        target=target,
        folder=folder,
        environ=os.environ,
        progress=progress,
        confirm=lambda question: options.yes or confirmed(question),
        check_plan=check_plan,
        answered_by=answering(options, account),
        browser=browser_for(options),
        may_destroy_data=options.destroy_data,
        may_adopt=options.adopt,
        verbose=options.verbose,
        looks=options.plan_only or options.drift,
    )
    rows = promotion.preflight()
    if promotion.looks:
        return look(options, promotion, rows)
    with promotion.alone() as promotions:
        return bring(options, promotion, promotions)


def look(options: argparse.Namespace, promotion: Promotion, rows: list[str]) -> int:
    promotions = history.read(promotion.account, promotion.target)
    if options.drift:
        return looks.drift(promotion, promotions, file=options.markdown)
    candidate = chosen(options.release)
    return looks.plan_only(promotion, candidate, promotions, rows=rows, file=options.markdown)


def bring(options: argparse.Namespace, promotion: Promotion, promotions: History) -> int:
    progress = promotion.progress
    if promotions.entries and promotions.entries[0].outcome == UNDER_WAY:
        progress.say(f"resuming the unfinished run: {promotions.entries[0]}")
    if options.rollback:
        return roll_back(promotion, promotions, to=options.rollback)
    candidate = chosen(options.release)
    if not options.pipeline:
        gate = gate_record.require(candidate)
        skipped = f", without {', '.join(gate.skipped)}" if gate.skipped else ""
        progress.say(f"the gate passed on {gate.ended}{skipped}")
    promotion.promote(candidate, promotions)
    return 0


def roll_back(promotion: Promotion, promotions: History, *, to: str) -> int:
    entry = entry_for(promotions, to)
    if not promotion.confirm(f"Roll back to {entry.tree[:12]} ({entry.began})?"):
        raise HarnessError("Not confirmed. Nothing was changed.")
    promotion.roll_back(entry, promotions)
    return 0


def entry_for(promotions: History, to: str) -> Entry:
    """The history's entry of a release. Raises HarnessError unless exactly one matches."""
    if to == NEWEST:
        entry = promotions.before_live()
        if entry is None:
            raise HarnessError("There is no earlier release to roll back to: see --history.")
        return entry
    found = {entry.tree: entry for entry in promotions.entries if entry.tree.startswith(to)}
    if len(found) != 1:
        raise HarnessError(f"{to} names {len(found)} releases of this environment: see --history.")
    return next(iter(found.values()))


def chosen(folder: Path | None) -> Release:
    return release.read(folder or RELEASES / revision.read().tree)


def answering(options: argparse.Namespace, account: Account) -> Site | None:
    if not options.answered_by:
        return None
    if not account.emulator:
        raise HarnessError(
            "--answered-by is for rehearsals only: on AWS, the site itself is checked."
        )
    trust = ssl.create_default_context(cafile=options.ca_file)
    return Site(url=options.answered_by.rstrip("/"), trust=trust)


def browser_for(options: argparse.Namespace) -> Browser | None:
    """The browser for live flows. Raises MissingToolError before anything is changed."""
    if options.without_browser or options.plan_only or options.drift:
        return None
    return Browser(program=find_chromium(os.environ), ca_file=options.ca_file)


def check_plan(deployment: Deployment) -> int:
    """Run `localfront check` on the plan, showing its findings; returns its exit code."""
    plan = deployment.directory / PLAN_JSON
    command = [sys.executable, "-m", "localfront", "check", "--config", str(plan)]
    if deployment.terraform.verbose:
        deployment.terraform.progress.say(f"$ {' '.join(command[2:])}")
    with Children() as children:
        return children.show(command, env=os.environ, cwd=ROOT)


def confirmed(question: str) -> bool:
    if not sys.stdin.isatty():
        raise HarnessError("There is no terminal to ask for confirmation: add --yes.")
    return input(f"{question} Type yes: ").strip() == "yes"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
