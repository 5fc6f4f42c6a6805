"""build/frontend: the deployed front end, with content hashes in asset names.

Assets of earlier builds stay for three releases, as long as the folder and the record beside it are
kept: a page that a visitor opened earlier, or that CloudFront still caches, finds its assets.
"""

import json
import os
import re
from collections.abc import Iterable
from pathlib import Path

from harness.checkout import BUILD, FRONTEND
from harness.packaging.hashed_assets import ASSETS, with_hashed_names

EARLIER_RELEASES = 3
TEMPORARY = re.compile(r"^#|~$|\.(?:sw[a-p]|tmp|orig|bak)$|___jb_|^4913$")  # editors' own


def build(destination: Path = BUILD, *, source: Path = FRONTEND) -> Path:
    """Write `destination`/frontend and return it. Raises HarnessError for inconsistent sources."""
    site = destination / "frontend"
    files = with_hashed_names(source_files(source))
    record = destination / "frontend-releases.json"
    releases = recorded(record)
    new = sorted(path for path in files if path.startswith(ASSETS))
    if not releases or releases[0] != new:
        releases = [new, *releases][: EARLIER_RELEASES + 1]
    for path in sorted(files, key=assets_first):
        write(site / path, files[path])
    keep = files.keys() | {path for release in releases for path in release}
    remove_all_but(site, keep)
    write(record, json.dumps(releases, indent=1).encode())
    return site


def source_files(source: Path) -> dict[str, bytes]:
    """The files by path in the site, without those only for developers."""
    return {
        path.relative_to(source).as_posix(): path.read_bytes()
        for path in sorted(source.rglob("*"))
        if path.is_file() and is_deployed(path)
    }


def is_deployed(path: Path) -> bool:
    """Whether a file is deployed, as in terraform/site.tf."""
    hidden = path.name.startswith(".") or TEMPORARY.search(path.name)
    return path.name != "README.md" and not hidden


def assets_first(path: str) -> tuple[bool, str]:
    """A sort key: assets come before pages that refer to them."""
    return not path.startswith(ASSETS), path


def recorded(record: Path) -> list[list[str]]:
    """The assets of each release, newest first; none without a readable record."""
    try:
        document = json.loads(record.read_text())
    except (OSError, ValueError):
        return []
    return document if isinstance(document, list) else []


def write(path: Path, content: bytes) -> None:
    """Write the file atomically: another run's Terraform may be reading it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{os.getpid()}")
    part.write_bytes(content)
    part.replace(path)


def remove_all_but(site: Path, keep: Iterable[str]) -> None:
    wanted = set(keep)
    for path in sorted(site.rglob("*")):
        unwanted = path.is_file() and path.relative_to(site).as_posix() not in wanted
        if unwanted and not path.name.startswith("."):  # being written by another run
            path.unlink(missing_ok=True)
