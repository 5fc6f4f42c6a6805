"""Restore and save a stack: the emulator's state, Terraform's state and outputs.

Test runs need what Terraform would create now, so their snapshots are named by a hash of all
inputs. `dev` continues where it stopped: its snapshot has the log entries and sessions. Only the
embedded MiniStack can be saved.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from harness.emulators import saving
from harness.emulators.emulators import MINISTACKS_FOLDER, OBJECTS, STATE, Emulator
from harness.errors import HarnessError
from harness.progress import Progress
from harness.snapshots.made_from import MadeFrom
from harness.snapshots.manifest import SnapshotManifest
from harness.snapshots.store import Store
from harness.terraform.outputs import Outputs
from harness.terraform.workspace import STATE_FILE

ATTEMPTS = "-login-attempts"  # suffix of the table that counts failed log-ins


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A run's snapshots. `before` is the one that it continues from, if any.

    `directory` is the run's folder, `configuration` its copy of terraform/.
    """

    name: str
    made_from: MadeFrom
    directory: Path
    configuration: Path
    progress: Progress
    before: SnapshotManifest | None = None

    @property
    def is_behind(self) -> bool:
        """Whether Terraform's inputs have changed since the snapshot."""
        return (
            self.before is not None and self.before.made_from.terraform != self.made_from.terraform
        )

    @property
    def needs_seeding(self) -> bool:
        return self.before is None or self.before.made_from.seeding != self.made_from.seeding

    @property
    def store(self) -> Store:
        return Store(run=self.directory, say=self.progress.say)

    @property
    def emulators_files(self) -> Path:
        return self.directory / MINISTACKS_FOLDER

    def put_in_place(self) -> SnapshotManifest | None:
        """Put the snapshot's files where the emulator and Terraform look for them."""
        copy = self.directory / "brought-back"
        found = self.store.restore(self.name, copy, emulator=self.made_from.emulator)
        if found is None:
            return None
        self.emulators_files.mkdir()
        for part in (STATE, OBJECTS):
            if (copy / part).exists():
                (copy / part).rename(self.emulators_files / part)
        (copy / STATE_FILE).rename(self.configuration / STATE_FILE)
        shutil.rmtree(copy)
        return found

    def keep(self, emulator: Emulator, outputs: Outputs) -> None:
        """Save the stack; a failure is reported in one line."""
        try:
            saving.save(emulator)
        except HarnessError as reason:
            self.progress.say(f"this stack was not saved: {reason}")
            return
        folders = (self.emulators_files / STATE, self.emulators_files / OBJECTS)
        present = [folder for folder in folders if folder.exists()]
        parts = [*present, self.configuration / STATE_FILE]
        self.store.keep(self.name, parts, self.made_from, outputs)


def forgive_failed_logins(emulator: Emulator) -> None:
    """Reset the counters of failed logins, so that nobody stays locked out."""
    dynamodb = emulator.session().client("dynamodb", endpoint_url=emulator.endpoint)
    for table in dynamodb.list_tables()["TableNames"]:
        if table.endswith(ATTEMPTS):
            for item in dynamodb.scan(TableName=table)["Items"]:
                dynamodb.delete_item(TableName=table, Key={"userName": item["userName"]})
