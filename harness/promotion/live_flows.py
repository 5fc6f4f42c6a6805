"""Run the browser tests marked `live` against a deployed site.

Each release is tested with its own browser tests, also after a rollback. They log in as a temporary
captain, verify the certificate, and get temporary AWS credentials.
Source: AWS STS API Reference, "GetSessionToken".
"""

import json
import os
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.checkout import ROOT
from harness.emulators.emulators import REGION, without_aws
from harness.processes import nss_database
from harness.processes.children import Children
from harness.promotion.account import ENDPOINT, Account
from harness.promotion.deployment import FLOWS_THAT_FAILED
from harness.promotion.release import FLOWS, Release
from harness.promotion.throw_away_captain import ThrowAway, ThrowAwayCaptains

SECONDS = 900  # STS's minimum; the six tests take less
VARIABLE = "E2E_STACK"  # names the file that e2e/stack.py reads
MARK = "mark.live"  # of a test, or of a whole file
SUMMARY = ("FAILED", "ERROR")  # lines of pytest's short summary
# The flows use no others than Playwright's; these take a third of pytest's start.
UNUSED_PLUGINS = ("-pno:anyio", "-pno:hypothesispytest", "-pno:localfront", "-pno:xdist")


@dataclass(frozen=True, slots=True, kw_only=True)
class Browser:
    """A Chromium. `ca_file` is an additional certificate authority to trust, if any."""

    program: Path
    ca_file: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveFlows:
    """The live browser tests of one run. `folder` is the run's; other users cannot read it."""

    account: Account
    outputs: Mapping[str, Any]
    browser: Browser
    folder: Path
    environ: Mapping[str, str]

    def run(self, candidate: Release, site_url: str) -> str:
        """Run the tests; returns the failures, "" if all passed. Their traces are in `folder`/flows."""
        captains = ThrowAwayCaptains.of(self.account, self.outputs)
        captains.remove_left_over()
        place = self.folder / "live"
        shutil.rmtree(place, ignore_errors=True)
        shutil.copytree(
            candidate.folder / FLOWS, place / FLOWS
        )  # the release itself stays as it is
        try:
            with captains.captain() as captain:
                described = place / "stack.json"
                described.write_text(json.dumps(self.description(captain, site_url, place)))
                return self.ask(place, described)
        finally:
            shutil.rmtree(place, ignore_errors=True)

    def description(self, captain: ThrowAway, site_url: str, place: Path) -> dict[str, Any]:
        trusting = self.browser.ca_file
        return {
            "site_url": site_url,
            "http_url": site_url.replace("https://", "http://", 1),
            "outputs": dict(self.outputs),
            "aws": {"AWS_REGION": REGION},
            "live": {
                "user_name": captain.user_name,
                "password": captain.password,
                "ca_file": str(trusting) if trusting else None,
                "browser_home": nss_database.home_trusting(trusting, place) if trusting else None,
            },
        }

    def ask(self, place: Path, described: Path) -> str:
        """Run pytest; failed tests are repeated once, because caches and cold starts take a moment."""
        log = self.folder / "live-flows.log"
        environment = self.environment(place, described)
        with Children() as children, log.open("w") as opened:
            for more in ((), ("--last-failed",)):
                done = children.run([*self.command(place), *more], env=environment, cwd=place)
                opened.write(done.stdout + done.stderr)
                if done.returncode == 0:
                    return ""
        summaries = [line for line in done.stdout.splitlines() if line.startswith(SUMMARY)]
        return (
            "; ".join(summaries)
            or f"the browser tests failed with exit code {done.returncode}: see {log.name}"
        )

    def command(self, place: Path) -> list[str]:
        settings = ("-c", str(ROOT / "pyproject.toml"), "--rootdir", str(place))
        artifacts = ("--tracing", "retain-on-failure", "--screenshot", "only-on-failure")
        return [
            *(sys.executable, "-m", "pytest", *map(str, files_with_flows(place)), "-m", "live"),
            *(*settings, "-o", f"cache_dir={place / '.pytest_cache'}", "--browser", "chromium"),
            *(*artifacts, "--output", str(self.folder / FLOWS_THAT_FAILED)),
            *UNUSED_PLUGINS,
        ]

    def environment(self, place: Path, described: Path) -> dict[str, str]:
        settings = {
            "CHROMIUM": str(self.browser.program),
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONPATH": os.pathsep.join([str(place), str(ROOT)]),
            VARIABLE: str(described),
        }
        if self.browser.ca_file:
            settings["NODE_EXTRA_CA_CERTS"] = str(self.browser.ca_file)  # Playwright's own requests
        return without_aws(self.environ) | temporary(self.account) | settings


def files_with_flows(place: Path) -> list[Path]:
    """The others import what an earlier release could and this checkout may have renamed.

    All of them if there is no flow, which pytest reports: without a path it would look elsewhere.
    """
    tests = sorted((place / FLOWS).rglob("test_*.py"))
    return [file for file in tests if MARK in file.read_text("utf-8")] or [place / FLOWS]


def temporary(account: Account) -> dict[str, str]:
    """Temporary credentials: ours if they are temporary, else new ones from STS."""
    found = account.session.get_credentials()
    ours = found.get_frozen_credentials() if found else None
    if ours and ours.access_key and ours.secret_key and ours.token:
        key, secret, token = ours.access_key, ours.secret_key, ours.token
    else:
        credentials = account.client("sts").get_session_token(DurationSeconds=SECONDS)[
            "Credentials"
        ]
        key, secret, token = (
            credentials["AccessKeyId"],
            credentials["SecretAccessKey"],
            credentials["SessionToken"],
        )
    settings = {
        "AWS_ACCESS_KEY_ID": key,
        "AWS_SECRET_ACCESS_KEY": secret,
        "AWS_SESSION_TOKEN": token,
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
    }
    if account.emulator:
        settings[ENDPOINT] = account.emulator.endpoint
        settings[f"{ENDPOINT}_CLOUDFRONT"] = account.emulator.cloudfront_endpoint
    return settings
