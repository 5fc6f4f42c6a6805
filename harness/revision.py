"""The checked-out commit, and whether the checkout is clean."""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from harness.checkout import ROOT
from harness.errors import HarnessError


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """A commit. `tree` is git's hash of the content; `clean` means no uncommitted changes."""

    commit: str
    tree: str
    clean: bool


def read(root: Path = ROOT) -> Revision:
    """Read the revision. Raises HarnessError without git or a commit."""
    return Revision(
        commit=git("rev-parse", "HEAD", root=root),
        tree=git("rev-parse", "HEAD^{tree}", root=root),
        clean=not git("status", "--porcelain", root=root),
    )


def tracked(folder: str, root: Path = ROOT) -> list[str]:
    """The files below `folder` that git knows, as paths from the root."""
    return git("ls-files", "-z", "--", folder, root=root).strip("\0").split("\0")


def git(*arguments: str, root: Path) -> str:
    # Git hooks and editors may set variables that name another repository.
    environment = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")}
    try:
        finished = subprocess.run(  # noqa: S603 (a list, and no shell)
            ["git", "-C", root, *arguments],  # noqa: S607 (the user's own)
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        )
    except FileNotFoundError:
        raise HarnessError(
            "git is not installed. Install it: a release is named after its commit."
        ) from None
    except subprocess.CalledProcessError as error:
        raise HarnessError(f"git {arguments[0]} failed: {error.stderr.strip()}") from None
    return finished.stdout.strip()
