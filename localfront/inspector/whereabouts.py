"""The inspector's address, for commands of the same user (`trace`, `clock`).

There is a file for each of the site's ports, with the key, in a folder private to the user.
"""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from localfront.errors import LocalfrontError

FOLDER = "inspectors"


class NoInspectorError(LocalfrontError):
    """There is no server on this port, or none with an inspector."""


@contextmanager
def publishing(folder: Path, ports: Iterable[int], *, port: int, token: str) -> Iterator[None]:
    """Provide the files while the server runs. Raises OSError if the folder is not writable."""
    here = folder / FOLDER
    here.mkdir(mode=0o700, parents=True, exist_ok=True)
    here.chmod(0o700)
    document = json.dumps({"port": port, "token": token})
    files = [here / f"{site_port}.json" for site_port in ports]
    try:
        for file in files:
            _write(file, document)
        yield
    finally:
        for file in files:
            if _read(file) == document:  # not if another server has the port by now
                file.unlink(missing_ok=True)


def whereabouts(folder: Path, port: int) -> tuple[int, str]:
    """The inspector's port and key, by a port of its site. Raises NoInspectorError."""
    found = _parsed(folder / FOLDER / f"{port}.json")
    if found is None:
        raise NoInspectorError(
            f"No localfront with an inspector serves on port {port}. Start `localfront serve` without "
            "--no-inspector, as the same user and with the same --ca-dir."
        )
    return found


def the_only_one(folder: Path) -> tuple[int, str]:
    """The only running inspector. Raises NoInspectorError for none or several."""
    ports: dict[tuple[int, str], str] = {}
    for file in sorted((folder / FOLDER).glob("*.json")):
        found = _parsed(file)
        if found is not None and _listens(found[0]):
            ports.setdefault(found, file.stem)
    match list(ports):
        case [only]:
            return only
        case []:
            raise NoInspectorError(
                "No localfront with an inspector runs. Start `localfront serve` without "
                "--no-inspector, as the same user and with the same --ca-dir."
            )
    raise NoInspectorError(
        f"Several localfronts run: choose one with --port {' or --port '.join(ports.values())}."
    )


def _parsed(file: Path) -> tuple[int, str] | None:
    try:
        found = json.loads(_read(file))
        return int(found["port"]), str(found["token"])
    except (ValueError, KeyError, TypeError):
        return None


def _listens(port: int) -> bool:
    """Whether it listens; a killed server leaves its file behind."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=2):
            return True
    except OSError:
        return False


def _write(file: Path, text: str) -> None:
    file.unlink(missing_ok=True)
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as opened:
        opened.write(text)


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except OSError:
        return ""
