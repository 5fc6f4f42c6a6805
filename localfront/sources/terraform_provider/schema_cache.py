"""A provider's schema, kept in the user's cache, by the provider's program.

The schema depends on the program alone. A program is identified by its name, which contains its
version, by its size, and by its first megabyte, which contains what the Go linker calls its build
ID.

A file that is damaged or can't be read counts as absent.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
import zlib
from contextlib import suppress
from pathlib import Path

from localfront.sources.terraform_provider.schema_message import (
    SchemaMessage,
    parse_schema_message,
)

FOLDER = "provider-schemas"
HEAD_BYTES = 1 << 20
KEPT = 4  # programs; each takes about half a megabyte
LEVEL = 1  # of compression
DIGEST_BYTES = hashlib.sha256().digest_size


class SchemaCache:
    """The file for one program. `cache` is localfront's folder in the user's cache."""

    def __init__(self, cache: Path, program: Path) -> None:
        self._folder = cache / FOLDER
        self._program = program

    def read(self) -> SchemaMessage | None:
        try:
            content = self._file().read_bytes()
            digest, compressed = content[:DIGEST_BYTES], content[DIGEST_BYTES:]
            if hashlib.sha256(compressed).digest() != digest:
                return None
            return parse_schema_message(zlib.decompress(compressed))
        except (OSError, ValueError, zlib.error):
            return None

    def write(self, schema: SchemaMessage) -> None:
        """Write it if that is possible: a full disk costs nothing but time."""
        compressed = zlib.compress(bytes(schema), LEVEL)
        with suppress(OSError):
            file = self._file()
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            _replace(file, hashlib.sha256(compressed).digest() + compressed)
            self._forget_the_oldest()

    def _file(self) -> Path:
        with self._program.open("rb") as program:
            head = program.read(HEAD_BYTES)
            size = os.fstat(program.fileno()).st_size
        known_by = hashlib.sha256(f"{self._program.name} {size}\n".encode() + head)
        return self._folder / known_by.hexdigest()

    def _forget_the_oldest(self) -> None:
        files = sorted(self._folder.iterdir(), key=lambda file: file.stat().st_mtime, reverse=True)
        for file in files[KEPT:]:
            file.unlink(missing_ok=True)


def _replace(file: Path, content: bytes) -> None:
    """Write a file atomically: other processes see all of it or none."""
    with tempfile.NamedTemporaryFile(dir=file.parent, delete=False) as temporary:
        written = Path(temporary.name)
        try:
            temporary.write(content)
            temporary.close()
            written.replace(file)
        except OSError:
            written.unlink()
            raise
