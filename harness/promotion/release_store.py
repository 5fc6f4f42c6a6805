"""Releases in their bucket, for rollbacks and for the assets of earlier releases."""

import io
import zipfile
from pathlib import Path

from botocore.exceptions import ClientError

from harness.errors import HarnessError
from harness.packaging.packages import archive
from harness.promotion import release
from harness.promotion.account import Account
from harness.promotion.release import Release, leads_out
from harness.promotion.target import Target

PAGES = "build/frontend/"
ASSETS = "build/frontend/assets/"


def put(account: Account, target: Target, candidate: Release) -> None:
    """Upload a release under its tree's name, if it is not there yet."""
    key = f"{candidate.manifest.tree}.zip"
    s3 = account.s3
    try:
        s3.head_object(Bucket=target.releases_bucket, Key=key)
    except ClientError as error:
        if error.response["ResponseMetadata"]["HTTPStatusCode"] != 404:
            raise
        files = {
            path.relative_to(candidate.folder).as_posix(): path.read_bytes()
            for path in candidate.folder.rglob("*")
            if path.is_file()
        }
        s3.put_object(Bucket=target.releases_bucket, Key=key, Body=archive(files))


def fetch(account: Account, target: Target, tree: str, destination: Path) -> Release:
    """Download a release, unpack it below `destination`, and verify its hashes.

    Raises HarnessError if it is not stored, or does not match its hashes.
    """
    folder = destination / tree
    folder.mkdir(parents=True)
    s3 = account.s3
    try:
        found = s3.get_object(Bucket=target.releases_bucket, Key=f"{tree}.zip")
    except s3.exceptions.NoSuchKey:
        raise HarnessError(
            f"{tree[:12]} is not in {target.releases_bucket}, so it cannot be restored."
        ) from None
    unpack(found["Body"].read(), folder)
    candidate = release.read(folder)
    if candidate.manifest.tree != tree:
        raise HarnessError(f"{tree}.zip in {target.releases_bucket} is another release.")
    return candidate


def unpack(content: bytes, folder: Path) -> None:
    """Unpack an archive. Raises HarnessError if a member's path leads outside the folder."""
    with zipfile.ZipFile(io.BytesIO(content)) as opened:
        for name in opened.namelist():
            if leads_out(name):
                raise HarnessError(f"The archive of {folder.name} names {name}.")
        opened.extractall(folder)


def assets_of(candidate: Release) -> tuple[str, ...]:
    """The assets' paths on the site."""
    return tuple(path.removeprefix(PAGES) for path in candidate.manifest.files if ASSETS in path)
