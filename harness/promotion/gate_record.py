"""The gate's record of a release, stored beside it."""

import shutil
from pathlib import Path

from harness.errors import HarnessError
from harness.gate import record
from harness.gate.parts import FOLDER
from harness.gate.record import GateRecord
from harness.promotion.release import Release

LAST_RUN = FOLDER / record.RECORD


def beside(release: Release) -> Path:
    return release.folder.with_name(f"{release.manifest.tree}.gate.json")


def keep(release: Release, *, last_run: Path = LAST_RUN) -> GateRecord | None:
    """Copy the record of the gate's last run beside the release, if it is for the same tree."""
    try:
        gate = record.read(last_run)
    except HarnessError:
        return None
    if gate.tree != release.manifest.tree:
        return None
    shutil.copyfile(last_run, beside(release))
    return gate


def require(release: Release, *, last_run: Path = LAST_RUN) -> GateRecord:
    """The record that permits the release. Raises HarnessError if there is none."""
    keep(release, last_run=last_run)
    gate = record.read(beside(release))
    gate.require_fit(release.manifest.tree)
    return gate
