"""Lambda functions from local archives, with the interface of the Lambda API."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from localfront.errors import ConfigError
from localfront.sources.description import Raw
from localfront.sources.source import LambdaFunctions

Stamp = tuple[int, int]  # modification time and size


class LambdaArchives:
    """A `LambdaFunctions` for functions in files; others come from `otherwise`.

    Instead of an archive, `Code` may have a `Directory`, whose edits are live. `stand_ins` are the
    names of functions whose code comes from a local directory.
    """

    def __init__(self, otherwise: LambdaFunctions | None, stand_ins: frozenset[str]) -> None:
        self.described: Mapping[str, Raw] = {}
        self._otherwise = otherwise
        self._stand_ins = stand_ins

    def get_function(
        self,
        *,
        FunctionName: str,  # noqa: N803 - boto3's name for it
        Qualifier: str,  # noqa: N803 - boto3's name for it
    ) -> Mapping[str, Any]:
        """Describe a function. Raises ConfigError if its code is unknown."""
        ending = f":{FunctionName}:{Qualifier}"
        candidates = (d for arn, d in self.described.items() if arn.endswith(ending))
        description = next(candidates, None)
        if description is None and self._otherwise is not None:
            return self._otherwise.get_function(FunctionName=FunctionName, Qualifier=Qualifier)
        if description is None:
            raise ConfigError(
                f"Function {FunctionName}:{Qualifier} is not in the files: add the output of `aws "
                f"lambda get-function --function-name {FunctionName} --qualifier {Qualifier}` as a "
                "--config, or name the Lambda API (AWS_ENDPOINT_URL, AWS_PROFILE)."
            )
        if FunctionName in self._stand_ins or "Location" not in description["Code"]:
            return description
        return {**description, "Code": {"ZipFile": _archive(FunctionName, description)}}

    def stamps(self) -> Mapping[Path, Stamp | None]:
        """Modification time and size of each archive; None if it is missing."""
        return {path: _stamp(path) for path, _ in self._archives()}

    def are_current(self) -> bool:
        """Whether the archives have not changed since they were described."""
        return all(sha256_of(path) == digest for path, digest in self._archives())

    def _archives(self) -> Iterator[tuple[Path, str]]:
        for description in self.described.values():
            location = description["Code"].get("Location")
            if location:
                yield Path(location), description["Configuration"]["CodeSha256"]


def sha256_of(path: Path | None) -> str:
    """The CodeSha256 of an archive; "" if it cannot be read."""
    if path is None:
        return ""
    try:
        digest = hashlib.sha256(path.read_bytes()).digest()
    except OSError:
        return ""
    return base64.b64encode(digest).decode()


def _stamp(archive: Path) -> Stamp | None:
    try:
        status = archive.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size


def _archive(name: str, description: Raw) -> bytes:
    location = description["Code"]["Location"]
    option = "--lambda" if description["Configuration"].get("Version") == "$LATEST" else "--edge"
    way_out = f"Add {option} {name}=DIR to run a directory in its place."
    if not location:
        raise ConfigError(
            f"Function {name}: none of the files says where its archive is. {way_out}"
        )
    try:
        return Path(location).read_bytes()
    except OSError as error:
        raise ConfigError(
            f"Function {name}: its archive {location} can't be read: {error.strerror}. Build it; "
            f"the paths of a plan are relative to the folder of its file. {way_out}"
        ) from error
