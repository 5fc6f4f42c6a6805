"""Deploy a release to an environment, check it, and roll back if it fails."""

import ssl
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.errors import HarnessError
from harness.progress import Progress
from harness.promotion import (
    adoption,
    aliases,
    history,
    live_checks,
    pages,
    plan_summary,
    preflight,
    release_store,
    run_lock,
    state_lock,
)
from harness.promotion import deployment as deploying
from harness.promotion.account import Account
from harness.promotion.deployment import Deployment
from harness.promotion.history import FAILED, LIVE, UNDER_WAY, Entry, History
from harness.promotion.live_checks import Site
from harness.promotion.live_flows import Browser, LiveFlows
from harness.promotion.plan_summary import Summary
from harness.promotion.release import FLOWS, Release
from harness.promotion.release_store import assets_of
from harness.promotion.target import Target

NEVER_ROLLED_BACK = ("aws_dynamodb_table", "aws_secretsmanager_secret")


class NotLiveError(HarnessError):
    """The release was applied, but does not work."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Promotion:
    """One run of `promote`. `confirm` asks for confirmation; `by` is the person at the terminal.

    A run that only `looks` applies nothing and takes no lock. `answered_by` is the site as the
    checks reach it, which in a rehearsal is localfront; None leaves the checks out. Without a
    `browser` the live flows are left out.
    """

    account: Account
    target: Target
    folder: Path
    environ: Mapping[str, str]
    progress: Progress
    confirm: Callable[[str], bool]
    check_plan: Callable[[Deployment], int]
    answered_by: Site | None
    browser: Browser | None = None
    patience: float = live_checks.PATIENCE
    may_destroy_data: bool = False
    may_adopt: bool = False
    verbose: bool = False
    looks: bool = False

    def preflight(self) -> list[str]:
        """Print each line of the preflight. Raises HarnessError if one of them is STOP."""
        lines = []
        for line in preflight.look(self.account, self.target):
            self.progress.say(str(line))
            lines.append(line)
        stops = [line.subject for line in lines if line.verdict == preflight.STOP]
        if stops:
            raise HarnessError(f"Fix these first: {', '.join(stops)}. Nothing was changed.")
        return [str(line) for line in lines]

    @contextmanager
    def alone(self) -> Iterator[History]:
        """Lock the environment during the block; yields its history.

        Raises HarnessError if another run holds the lock.
        """
        with run_lock.held(self.account, self.target, folder=self.folder) as killed:
            if killed:
                self.progress.say(f"resuming the run of {killed}, which was killed")
            state_lock.require_free(self.account, self.target)
            yield history.read(self.account, self.target)

    def planned(self, candidate: Release, promotions: History) -> tuple[Deployment, Summary]:
        with self.progress.step(f"plan of {candidate.short} for {self.target.environment}"):
            deployment = deploying.prepare(
                candidate,
                self.account,
                self.target,
                promotions,
                folder=self.folder,
                environ=self.environ,
                progress=self.progress,
                verbose=self.verbose,
                looks=self.looks,
            )
            deployment.init()
            summary = adoption.planned(
                deployment,
                self.account,
                promotions,
                may_adopt=self.may_adopt,
                say=self.progress.say,
            )
        for line in plan_summary.lines(summary):
            self.progress.say(line)
        with self.progress.step("localfront check"):
            if self.check_plan(deployment):
                raise HarnessError(
                    "This plan would fail on AWS or break the site: see the findings above."
                )
        return deployment, summary

    def promote(self, candidate: Release, promotions: History) -> None:
        """Promote the release. Raises NotLiveError, after a rollback, if it does not work."""
        before = promotions.live
        deployment, summary = self.planned(candidate, promotions)
        self.require_data_stays(summary)
        if not self.confirm(f"Promote {candidate.short} to {self.target.environment}?"):
            raise HarnessError("Not confirmed. Nothing was changed.")
        with self.progress.step("uploading the release"):
            release_store.put(self.account, self.target, candidate)
        try:
            self.bring(deployment, summary, promotions)
        except NotLiveError as error:
            if before is None:
                raise NotLiveError(
                    f"{error} There is no earlier release to roll back to."
                ) from None
            self.progress.say(f"{error} Rolling back to {before.tree[:12]}.")
            self.roll_back(before, history.read(self.account, self.target))
            raise NotLiveError(
                f"{error} {before.tree[:12]} is live again. Visitors got the new release from "
                "its roll-out until now."
            ) from None

    def roll_back(self, to: Entry, promotions: History) -> None:
        """Apply an earlier release forward. Tables and secrets are left alone."""
        candidate = self.fetched(to)
        deployment, summary = self.planned(candidate, promotions)
        touched = summary.of(*NEVER_ROLLED_BACK)
        if touched:
            raise HarnessError(
                f"Rolling back to {candidate.short} would change {touched[0].address}: data is never "
                "rolled back. Promote a release with the old code and today's tables."
            )
        self.go_back_at_once(deployment, to)
        self.bring(deployment, summary, promotions, rollback=True)

    def go_back_at_once(self, deployment: Deployment, to: Entry) -> None:
        """Restore pages and aliases. Pages first: the old ones work with either back end."""
        outputs = deployment.outputs()
        with self.progress.step("restoring the earlier pages and function versions"):
            if pages.put(self.account, outputs, deployment.release):
                pages.forget(self.account, outputs, deployment.release)
            moved = aliases.point_to(self.account, outputs, to.functions)
        functions = f"{', '.join(moved)} restored" if moved else "functions unchanged"
        self.progress.say(f"pages restored, {functions}; CloudFront needs some minutes")

    def fetched(self, entry: Entry) -> Release:
        """Download an earlier release. Raises HarnessError if it is not stored."""
        folder = self.folder / f"back-{uuid.uuid4().hex[:6]}"
        return release_store.fetch(self.account, self.target, entry.tree, folder)

    def bring(
        self,
        deployment: Deployment,
        summary: Summary,
        promotions: History,
        *,
        rollback: bool = False,
    ) -> None:
        """Apply and check; the outcome is recorded in the history in any case."""
        candidate = deployment.release
        entry = Entry(
            tree=candidate.manifest.tree,
            commit=candidate.manifest.commit,
            began=history.now(),
            by=self.account.caller,
            outcome=UNDER_WAY,
            rollback=rollback,
            assets=assets_of(candidate),
        )
        promotions = promotions.with_begun(entry)
        history.write(self.account, self.target, promotions)
        outcome, outputs = FAILED, {}
        try:
            with self.progress.step(f"apply ({summary.counts()})"):
                deployment.apply()
            outputs = deployment.outputs()
            with self.progress.step("invalidating the pages"):
                pages.forget(self.account, outputs, candidate)
            self.require_live(candidate, outputs)
            outcome = LIVE
        finally:
            versions = aliases.versions(self.account, outputs) if outcome == LIVE else {}
            history.write(self.account, self.target, promotions.with_ended(outcome, versions))
        self.progress.say(f"{candidate.short} is live in {self.target.environment}")

    def require_live(self, candidate: Release, outputs: Mapping[str, Any]) -> None:
        """Raise NotLiveError if a check fails."""
        site = self.answered_by
        if site is None and self.account.emulator:
            self.progress.say("live checks: skipped, because nothing here serves the distribution")
            return
        site = site or Site(url=f"https://{self.target.site}", trust=ssl.create_default_context())
        failed = []
        for name, fault in live_checks.look(
            site, frozenset(assets_of(candidate)), patience=self.patience
        ):
            self.progress.say(f"live: {name}: {fault or 'ok'}")
            if fault:
                failed.append(fault)
        if not failed:
            failed = self.flows(candidate, outputs, site)
        if failed:
            raise NotLiveError(f"{candidate.short} does not work: {'; '.join(failed)}.")

    def flows(self, candidate: Release, outputs: Mapping[str, Any], site: Site) -> list[str]:
        """The failures of the live flows, if there is a browser and the release has flows."""
        if self.browser is None or not (candidate.folder / FLOWS).is_dir():
            why = "there is no browser" if self.browser is None else "the release has none"
            self.progress.say(f"browser tests: skipped, {why}")
            return []
        tests = LiveFlows(
            account=self.account,
            outputs=outputs,
            browser=self.browser,
            folder=self.folder,
            environ=self.environ,
        )
        with self.progress.step("browser tests of the live site"):
            fault = tests.run(candidate, site.url)
        return [fault] if fault else []

    def require_data_stays(self, summary: Summary) -> None:
        if summary.lost and not self.may_destroy_data:
            raise HarnessError(
                f"This would destroy data: {', '.join(change.address for change in summary.lost)}"
                ". If you mean to, add --destroy-data."
            )
