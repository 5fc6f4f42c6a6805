"""The live flows as promotion runs them, on the whole application: a browser that verifies the
certificate, temporary credentials, and a captain who is gone afterwards.

They are asked of the pages of the release before, which work with this back end and edge while a
release comes in: those before the newest change of frontend/, with the flows of that time where
it had any.
"""

import os
import shutil
import subprocess
import tarfile
from collections.abc import Iterator
from dataclasses import asdict
from io import BytesIO
from pathlib import Path

import pytest

from harness.checkout import ROOT
from harness.errors import MissingToolError
from harness.packaging import frontend_build
from harness.processes.chromium import find_chromium
from harness.promotion.account import Account
from harness.promotion.live_flows import Browser, LiveFlows
from harness.promotion.release import FLOWS, Release, ReleaseManifest
from harness.stack import reload
from tests.integration.promotion.resources import captains_of_flows
from tests.integration.provisioned import Provisioned


@pytest.fixture
def browser(stack: Provisioned) -> Browser:
    try:
        program = find_chromium(os.environ)
    except MissingToolError as error:
        pytest.skip(str(error))
    if not shutil.which("certutil"):
        pytest.skip(
            "Chromium trusts localfront's authority through NSS's certutil, which is not installed"
        )
    return Browser(program=program, ca_file=Path(stack.ca_file))


@pytest.fixture
def before(stack: Provisioned, tmp_path: Path) -> Iterator[Release]:
    """The previous release, whose pages are live during the block."""
    folder = tmp_path / "before"
    unpack(commit_before(), folder)
    if not any("mark.live" in file.read_text() for file in (folder / FLOWS).glob("*.py")):
        shutil.rmtree(folder / FLOWS)
        shutil.copytree(ROOT / FLOWS, folder / FLOWS)
    site = frontend_build.build(tmp_path / "built", source=folder / "frontend")
    reload.put_build(site, stack.emulator, stack.outputs)
    yield Release(
        folder=folder, manifest=ReleaseManifest(commit="before", tree="0" * 40, tools={}, files={})
    )
    ours = frontend_build.build(tmp_path / "ours")
    reload.put_build(ours, stack.emulator, stack.outputs)


def commit_before() -> str:
    """The previous commit; skips without history, as in a shallow clone."""
    changes = git("log", "-n", "2", "--format=%H", "--", "frontend").decode().split()
    if len(changes) < 2:
        pytest.skip("no earlier pages: this clone has no history (fetch-depth: 0 brings it)")
    return changes[1]


def unpack(commit: str, folder: Path) -> None:
    with tarfile.open(fileobj=BytesIO(git("archive", commit, "frontend", FLOWS))) as archive:
        archive.extractall(folder, filter="data")


def git(*arguments: str) -> bytes:
    command = [shutil.which("git") or "git", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, check=False, timeout=240).stdout


def test_old_pages_work_with_this_back_end_and_edge_in_a_browser(
    stack: Provisioned, account: Account, browser: Browser, before: Release, tmp_path: Path
) -> None:
    others = captains_of_flows(account, stack.outputs.secret_prefix)
    flows = LiveFlows(
        account=account,
        outputs=asdict(stack.outputs),
        browser=browser,
        folder=tmp_path,
        environ=stack.emulator.environment(os.environ),
    )

    assert flows.run(before, stack.site_url) == ""

    log = (tmp_path / "live-flows.log").read_text()
    assert "6 passed" in log
    assert captains_of_flows(account, stack.outputs.secret_prefix) == others
