"""A function's code on disk: the archive of a version, or a local directory in its place.

Source: Lambda API Reference, GetFunction (Code.Location is a URL that needs no credentials and is
valid for ten minutes).
"""

from __future__ import annotations

import base64
import hashlib
import os
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from localfront.config.fields import Fields
from localfront.errors import ConfigError
from localfront.lambda_edge.archive import unpack
from localfront.lambda_edge.contract.limits import MAX_ZIP_BYTES, MB
from localfront.lambda_edge.function import EdgeFunction
from localfront.lambda_edge.function_rules import configuration_of

Function = TypeVar("Function", bound=EdgeFunction)
_DOWNLOAD_TIMEOUT = 30  # seconds without data


def load_function(description: Mapping[str, Any], *, function: Function, cache: Path) -> Function:
    """Prepare the function that GetFunction describes; its code is unpacked in `cache`.

    `Code` has the archive's bytes as `ZipFile`, or its URL as `Location`. Cached code is not
    fetched again. Blocks: call it in a thread. Raises ConfigError.
    """
    code_sha256 = configuration_of(description, f"Function {function.title}")["CodeSha256"]
    digest = _digest(code_sha256, function)
    code = cache / f"{function.name}-{function.version}-{digest}"
    if not code.is_dir():
        archive = _archive(description, function)
        actual = base64.b64encode(hashlib.sha256(archive).digest()).decode()
        if actual != code_sha256:
            raise ConfigError(
                f"Function {function.title} has CodeSha256 {code_sha256}, but its "
                f"Code.Location serves an archive with {actual}. Some emulators serve the "
                "newest code only: publish a version of it and associate that one."
            )
        unpack(archive, code)
    return replace(function, code=code)


def own_directory(description: Mapping[str, Any]) -> Path | None:
    """The source folder of the code, if the description names one."""
    code = description.get("Code")
    directory = code.get("Directory") if isinstance(code, Mapping) else None
    return None if directory is None else Path(str(directory))


def with_local_code(function: Function, directory: Path) -> Function:
    """The function with the current contents of a directory as its code.

    Fast enough for each request, so that edits are live. Raises ConfigError if there is no such
    directory.
    """
    if not directory.is_dir():
        raise ConfigError(
            f"The code for {function.name} should be in {str(directory)!r}, which is not a "
            "directory. Correct the path."
        )
    code = directory.resolve()
    return replace(function, code=code, revision=directory_revision(code))


def directory_revision(directory: Path) -> str:
    """A hash over path, modification time and size of each file, without bytecode.

    For node_modules (thousands of files), npm's own list of installed packages is used.
    """
    seen = hashlib.sha256()
    for root, directories, files in os.walk(directory):
        if "node_modules" in directories:
            files.append("node_modules/.package-lock.json")
        directories[:] = sorted(set(directories) - {"__pycache__", "node_modules"})
        for name in sorted(files):
            path = f"{root}/{name}"
            try:
                status = os.stat(path)  # noqa: PTH116 - a third of Path.stat's time
            except FileNotFoundError:  # an editor's temporary file, or a broken link
                continue
            seen.update(f"{path}\0{status.st_mtime_ns}\0{status.st_size}\0".encode())
    return seen.hexdigest()


def _digest(code_sha256: str, function: EdgeFunction) -> str:
    try:
        digest = base64.b64decode(code_sha256, validate=True)
    except ValueError:
        digest = b""
    if len(digest) != hashlib.sha256().digest_size:
        raise ConfigError(
            f"Function {function.title}: Configuration.CodeSha256 is missing, or not a SHA-256 "
            f"in base64. Use GetFunction's output unchanged, or add --edge {function.name}=DIR."
        )
    return digest.hex()


def _archive(description: Mapping[str, Any], function: EdgeFunction) -> bytes:
    code = Fields.of(f"Function {function.title}", description).part("Code")
    archive = code.values.get("ZipFile")
    return archive if isinstance(archive, bytes) else _download(code.text("Location"), function)


def _download(url: str, function: EdgeFunction) -> bytes:
    title = f"the code of {function.title}"
    if not url.startswith(("http://", "https://")):
        raise ConfigError(f"Code.Location of {title} is not a web address. Check the endpoint.")
    try:
        with urllib.request.urlopen(url, timeout=_DOWNLOAD_TIMEOUT) as response:  # noqa: S310 - checked above
            archive: bytes = response.read(MAX_ZIP_BYTES + 1)
    except (urllib.error.URLError, TimeoutError, ConnectionError) as error:
        if isinstance(error, urllib.error.HTTPError):
            error.close()
        address = url.partition("?")[0]  # the query string holds a signature
        raise ConfigError(
            f"Cannot fetch {title} from {address}: {error}. Check that it is reachable from "
            "here: an emulator in a container may return an address that only the container can "
            "reach."
        ) from error
    if len(archive) > MAX_ZIP_BYTES:
        raise ConfigError(
            f"The archive with {title} is over {MAX_ZIP_BYTES // MB} MB (LA-018). Make it smaller."
        )
    return archive
