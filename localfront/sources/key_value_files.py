"""Key value stores from files, plans and states, instead of the API.

A file given for a store has precedence, then the API, then the source's own description. A store
without any of these is empty, with a notice.

Sources: CloudFront Developer Guide, "Create a file of key-value pairs" (`data` of `key` and `value`);
CloudFront KeyValueStore API Reference, ListKeys; "Quotas" (FN-021).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from localfront.config.notices import NotHonoured, Notice
from localfront.errors import ConfigError
from localfront.sources.description import Description, StoreContent
from localfront.sources.key_value_store import KeyValueStore
from localfront.sources.source import KeyValueStoresApi

MAX_KEY = 512  # bytes (FN-021)
MAX_VALUE = 1024
LONG_AGO = datetime.fromtimestamp(0, UTC).isoformat().replace("+00:00", "Z")
EMPTY = NotHonoured(
    "has keys that localfront can't read",
    "the store is empty: set its keys with --kvs {}=FILE",
)


class StoreFiles:
    """A `KeyValueStoresApi`. `files` are by the store's name, id or ARN; `otherwise` is an API.

    `described` has the stores of the active configuration, by ARN.
    """

    def __init__(
        self, files: Mapping[str, Path], otherwise: KeyValueStoresApi | None = None
    ) -> None:
        self._files = files
        self._otherwise = otherwise
        self.described: Mapping[str, StoreContent] = {}
        self._asked: set[str] = set()

    def stamps(self) -> tuple[object, ...]:
        """Values that change with the files. Raises ConfigError for a missing file."""
        return tuple(_stamp(file) for file in self._files.values())

    def contents(
        self, described: Mapping[str, StoreContent], arns: Iterable[str]
    ) -> dict[str, StoreContent]:
        """The contents of stores, from files first. Raises ConfigError for a malformed file."""
        found: dict[str, StoreContent] = {}
        for arn in arns:
            content = described.get(arn)
            name = content.name if content else arn.rpartition("/")[2]
            file = self._file_of(arn, name)
            if file is not None:
                found[arn] = StoreContent(name=name, values=read_pairs(file))
            elif content is not None:
                found[arn] = content
        return found

    def notices(self, description: Description) -> Iterator[Notice]:
        """Notices for stores that are empty because no source has their keys."""
        if self._otherwise is not None:
            return
        for arn in store_arns(description):
            content = description.key_value_stores.get(arn)
            name = content.name if content else arn.rpartition("/")[2]
            if (content is None or not content.values) and not self._file_of(arn, name):
                here = EMPTY.here.format(name)
                field = f"Key value store {name}"
                yield Notice(field=field, on_aws=EMPTY.on_aws, here=here)

    def unused(self) -> list[str]:
        """Store names given on the command line that match no store in use."""
        names = {content.name for content in self.described.values()}
        for arn in (*self.described, *self._asked):
            names |= {arn, arn.rpartition("/")[2]}
        return sorted(self._files.keys() - names)

    def read(self, arn: str, *, but: str) -> tuple[str, KeyValueStore] | None:
        """Read a store. Raises ConfigError if neither a file nor the API has it."""
        self._asked.add(arn)
        described = self.described.get(arn)
        name = described.name if described else arn.rpartition("/")[2]
        file = self._file_of(arn, name)
        if self._otherwise is not None and file is None:
            try:
                return self._otherwise.read(arn, but=but)
            except ConfigError:
                if described is None:
                    raise
        values: Mapping[str, str] = {}
        if described is not None:
            values = described.values
        elif file is not None:
            values = read_pairs(file)
        etag = _etag(values)
        if etag == but:
            return None
        meta = {
            "creationDateTime": LONG_AGO,
            "lastUpdatedDateTime": LONG_AGO,
            "keyCount": len(values),
        }
        return etag, KeyValueStore(values=values, meta=meta)

    def place(self, arn: str) -> str:
        file = self._file_of(arn, self._name(arn))
        if file is not None:
            return str(file)
        return "memory" if self._otherwise is None else self._otherwise.place(arn)

    def edit(self, arn: str, key: str, value: str | None) -> None:
        """Change a key in the store's file, or through the API. Raises ConfigError.

        If the store has neither, the change lasts until the source is read again.
        """
        name = self._name(arn)
        file = self._file_of(arn, name)
        if file is None and self._otherwise is not None:
            self._otherwise.edit(arn, key, value)
            return
        content = self.described.get(arn)
        values = dict(read_pairs(file) if file else content.values if content else {})
        if value is None:
            values.pop(key, None)
        else:
            check_pair(key, value, f"Store {name}")
            values[key] = value
        if file is not None:
            write_pairs(file, values)
        self.described = {**self.described, arn: StoreContent(name=name, values=values)}

    def _name(self, arn: str) -> str:
        content = self.described.get(arn)
        return content.name if content else arn.rpartition("/")[2]

    def _file_of(self, arn: str, name: str) -> Path | None:
        keys = (name, arn.rpartition("/")[2], arn)
        return next((self._files[k] for k in keys if k in self._files), None)


def store_arns(description: Description) -> list[str]:
    """The stores of functions, without duplicates."""
    arns = [a for f in description.functions.values() for a in f.key_value_store_arns]
    return list(dict.fromkeys(arns))


def read_pairs(file: Path) -> dict[str, str]:
    """Parse the contents of a store. Raises ConfigError.

    Forms: `{"data": [{"key": …, "value": …}]}`, as CloudFront imports it; `{"Items": [{"Key": …,
    "Value": …}]}`, as `aws cloudfront-keyvaluestore list-keys` prints it; an object of texts.
    """
    try:
        document = json.loads(file.read_bytes())
    except OSError as error:
        raise ConfigError(f"--kvs: {file} can't be read: {error.strerror}.") from error
    except (ValueError, RecursionError) as error:
        raise ConfigError(f"--kvs: {file} is not JSON: {error}.") from error
    pairs = dict(_pairs(document, file))
    for key, value in pairs.items():
        check_pair(key, value, f"--kvs: {file}")
    return pairs


def check_pair(key: Any, value: Any, where: str) -> None:
    """Check a key and its value against quotas. Raises ConfigError (FN-021)."""
    if not _is_text(key) or not _is_text(value):
        raise ConfigError(f"{where}: the value of {key!r} is not a string. Write only strings.")
    if len(key.encode()) > MAX_KEY or len(value.encode()) > MAX_VALUE:
        raise ConfigError(
            f"{where}: {key[:80]!r} is too long (FN-021). A key has at most {MAX_KEY} bytes, "
            f"a value {MAX_VALUE}."
        )


def write_pairs(file: Path, pairs: Mapping[str, str]) -> None:
    """Write the contents in the file's own form if possible, else in CloudFront's import format.

    Raises ConfigError.
    """
    file = file.resolve()  # replace the target of a symbolic link, not the link
    before = json.loads(file.read_bytes())
    is_plain = isinstance(before, dict) and not isinstance(
        before.get("data", before.get("Items")), list
    )
    items = [{"key": key, "value": value} for key, value in pairs.items()]
    document: Any = dict(pairs) if is_plain else {"data": items}
    written = file.with_name(f"{file.name}.part")
    try:
        written.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n", "utf-8")
        written.replace(file)
    except OSError as error:
        raise ConfigError(f"{file} can't be written: {error.strerror}.") from error


def _pairs(document: Any, file: Path) -> Iterator[tuple[Any, Any]]:
    listed = None
    if isinstance(document, Mapping):
        listed = document.get("data", document.get("Items"))
        if not isinstance(listed, list):
            yield from document.items()
            return
    for pair in listed or ():
        if not isinstance(pair, Mapping):
            break
        low = {str(name).lower(): value for name, value in pair.items()}
        yield low.get("key"), low.get("value")
    else:
        if listed is not None:
            return
    raise ConfigError(
        f'--kvs: {file} contains no keys. Write {{"data": [{{"key": "a", "value": "b"}}]}}, as '
        "CloudFront "
        "imports it."
    )


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _etag(values: Mapping[str, str]) -> str:
    text = json.dumps(sorted(values.items()))
    return hashlib.sha256(text.encode()).hexdigest()


def _stamp(file: Path) -> object:
    try:
        status = file.stat()
    except OSError as error:
        raise ConfigError(f"--kvs: {file} can't be read: {error.strerror}.") from error
    return status.st_mtime_ns, status.st_size
