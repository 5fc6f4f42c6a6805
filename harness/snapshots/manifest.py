"""The manifest of a snapshot: manifest.json, written last.

{"format": 1, "made_from": {...}, "outputs": {...}, "files": {PATH: SHA-256}}
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from harness.snapshots.made_from import MadeFrom, of_file
from harness.terraform.outputs import Outputs

NAME = "manifest.json"
FORMAT = 1


class UnfitError(Exception):
    """A snapshot cannot be used; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SnapshotManifest:
    """A snapshot's manifest. `files` maps paths in the snapshot to SHA-256."""

    made_from: MadeFrom
    outputs: Outputs
    files: Mapping[str, str] = field(repr=False)


def write(snapshot: Path, made_from: MadeFrom, outputs: Outputs) -> None:
    """Write the manifest of the folder's current content."""
    text = json.dumps(
        {
            "format": FORMAT,
            "made_from": asdict(made_from),
            "outputs": asdict(outputs),
            "files": hashes(snapshot),
        },
        indent=1,
    )
    (snapshot / NAME).write_text(text + "\n")


def read(snapshot: Path) -> SnapshotManifest:
    """Read the manifest. Raises UnfitError unless the folder has exactly its files."""
    try:
        document = json.loads((snapshot / NAME).read_text())
    except FileNotFoundError:
        raise UnfitError("it is incomplete") from None
    except ValueError:
        raise UnfitError("its manifest is damaged") from None
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise UnfitError("it was saved by another version of this checkout")
    try:
        outputs = {
            **document["outputs"],
            "function_names": tuple(document["outputs"]["function_names"]),
        }
        manifest = SnapshotManifest(
            made_from=MadeFrom(**document["made_from"]),
            outputs=Outputs(**outputs),
            files=dict(document["files"]),
        )
    except (KeyError, TypeError, ValueError):
        raise UnfitError("it was saved by another version of this checkout") from None
    if hashes(snapshot) != manifest.files:
        raise UnfitError("its files have changed")
    return manifest


def hashes(snapshot: Path) -> dict[str, str]:
    return {
        path.relative_to(snapshot).as_posix(): of_file(path)
        for path in sorted(snapshot.rglob("*"))
        if path.is_file() and path != snapshot / NAME
    }
