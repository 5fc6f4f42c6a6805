"""The key of a run for an emulator's administrative paths."""

import os
import secrets
from collections.abc import Mapping, MutableMapping
from contextlib import suppress
from pathlib import Path

VARIABLE, FILE_VARIABLE = "EMULATOR_KEY", "EMULATOR_KEY_FILE"


def new_key() -> str:
    return secrets.token_urlsafe()


def taken_key(environ: MutableMapping[str, str]) -> str:
    """The key in EMULATOR_KEY or in the file EMULATOR_KEY_FILE, which is created if missing.

    Without either, the key is random and unknown to everyone. Both variables are removed from
    `environ`, because functions inherit it.
    """
    key = environ.pop(VARIABLE, "")
    file = environ.pop(FILE_VARIABLE, "")
    return key or (shared_key(Path(file)) if file else new_key())


def known_key(environ: Mapping[str, str]) -> str:
    """The key for clients of the emulator; "" if unknown."""
    with suppress(KeyError, FileNotFoundError):
        return environ.get(VARIABLE) or Path(environ[FILE_VARIABLE]).read_text()
    return ""


def shared_key(file: Path) -> str:
    """The key in a shared file, created atomically and readable only by its owner.

    Later readers need no permission to write there.
    """
    with suppress(FileNotFoundError):
        return file.read_text()
    part = file.with_name(f"{file.name}.{os.getpid()}")
    with os.fdopen(os.open(part, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w") as opened:
        opened.write(new_key())
    with suppress(FileExistsError):
        os.link(part, file)
    part.unlink()
    return file.read_text()
