"""`./nox -s release`: everything that is deployed from one commit, in one folder.

build/releases/TREE/
  manifest.json      commit, tree, the tools that made it, the hash of every file
  terraform/         the application's configuration, without its tests
  build/             lambdas.zip, edge.zip, frontend/ with a content hash in each asset's name
  e2e/               the browser tests; promotion runs those marked `live`
build/releases/TREE.gate.json   the gate's result, once it ran

TREE is git's hash of the content. With the same Python and zlib, a commit's release has the same
bytes everywhere. Terraform plans and applies from this folder, so that edits meanwhile have no
effect.
"""

import hashlib
import json
import platform
import re
import shutil
import zlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from harness import revision
from harness.checkout import RELEASES, ROOT, TERRAFORM
from harness.errors import HarnessError
from harness.packaging import packages
from harness.revision import Revision

MANIFEST, FLOWS = "manifest.json", "e2e"
NOT_DEPLOYED = ("terraform/prerequisites/", "terraform/tests/")
PROVIDER = re.compile(r'source\s*=\s*"hashicorp/aws".*?version\s*=\s*"([^"]+)"', re.DOTALL)
TREE = re.compile(r"[0-9a-f]{40,64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseManifest:
    """A release's manifest. `tools` maps names to versions, `files` paths to SHA-256 in hex."""

    commit: str
    tree: str
    tools: Mapping[str, str]
    files: Mapping[str, str]

    @classmethod
    def parse(cls, document: Mapping[str, Any]) -> "ReleaseManifest":
        """Parse a manifest. Raises HarnessError if it is not one."""
        try:
            made = cls(
                commit=document["commit"],
                tree=document["tree"],
                tools=document["tools"],
                files=document["files"],
            )
        except (KeyError, TypeError):
            raise HarnessError("That manifest is not a release's.") from None
        if not TREE.fullmatch(made.tree) or any(leads_out(path) for path in made.files):
            raise HarnessError("That manifest names files that a release does not have.")
        return made

    def to_json(self) -> str:
        return json.dumps(asdict(self), indent=1, sort_keys=True) + "\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    folder: Path
    manifest: ReleaseManifest

    @property
    def short(self) -> str:
        return self.manifest.tree[:12]


def leads_out(path: str) -> bool:
    return path.startswith("/") or ".." in Path(path).parts


def make(destination: Path = RELEASES, *, root: Path = ROOT) -> Release:
    """Make the release of the commit. Raises HarnessError if there are uncommitted changes."""
    at = revision.read(root)
    if not at.clean:
        raise HarnessError(
            "There are uncommitted changes, so no commit would describe this release. "
            "Commit them, or set them aside with `git stash -u`."
        )
    part = destination / f".{at.tree}.part"
    shutil.rmtree(part, ignore_errors=True)
    packages.build(part / "build")
    (
        part / "build" / "frontend-releases.json"
    ).unlink()  # only needed to build into the same folder again
    copy_configuration(part, root=root)
    copy_tracked(FLOWS, part, root=root, endings=(".py",))
    manifest = describe(part, at)
    (part / MANIFEST).write_text(manifest.to_json())
    folder = destination / at.tree
    shutil.rmtree(folder, ignore_errors=True)
    part.rename(folder)
    return Release(folder=folder, manifest=manifest)


def copy_configuration(folder: Path, *, root: Path) -> None:
    copy_tracked("terraform", folder, root=root, endings=(".tf", ".tfvars"))


def copy_tracked(under: str, folder: Path, *, root: Path, endings: tuple[str, ...]) -> None:
    for path in revision.tracked(under, root):
        if path.startswith(NOT_DEPLOYED) or not path.endswith(endings):
            continue
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(root / path, folder / path)


def describe(folder: Path, at: Revision) -> ReleaseManifest:
    provider = PROVIDER.search((TERRAFORM / "terraform.tf").read_text())
    tools = {
        "python": platform.python_version(),
        "zlib": zlib.ZLIB_RUNTIME_VERSION,
        "aws-provider": provider[1] if provider else "unknown",
    }
    return ReleaseManifest(commit=at.commit, tree=at.tree, tools=tools, files=hashes(folder))


def hashes(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path != folder / MANIFEST
    }


def read(folder: Path) -> Release:
    """Read a release. Raises HarnessError if the folder is not one, or was edited since."""
    try:
        manifest = ReleaseManifest.parse(json.loads((folder / MANIFEST).read_text()))
    except (FileNotFoundError, NotADirectoryError):
        raise HarnessError(f"There is no release in {folder}: `./nox -s release` makes one.") from (
            None
        )
    except ValueError:
        raise HarnessError(
            f"{folder / MANIFEST} is not JSON: create the release again with `./nox -s release`."
        ) from None
    now = hashes(folder)
    changed = sorted(
        path for path in {*now, *manifest.files} if now.get(path) != manifest.files.get(path)
    )
    if changed:
        raise HarnessError(
            f"{folder.name} is not what was released: {', '.join(changed[:3])} changed. "
            "Create it again with `./nox -s release`."
        )
    return Release(folder=folder, manifest=manifest)
