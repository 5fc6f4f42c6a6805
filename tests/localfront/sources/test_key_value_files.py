"""Which of a file's, an API's and the source's keys are used."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from localfront.errors import ConfigError
from localfront.sources.description import StoreContent
from localfront.sources.key_value_files import StoreFiles
from localfront.sources.key_value_store import KeyValueStore

ARN = "arn:aws:cloudfront::123456789012:key-value-store/a1b2"
DESCRIBED = {ARN: StoreContent(name="flags", values={"a": "described"})}


class Api:
    """An API with one store."""

    def __init__(self, arn: str = ARN) -> None:
        self._arn = arn

    def read(self, arn: str, *, but: str) -> tuple[str, KeyValueStore] | None:
        if arn != self._arn:
            raise ConfigError("There is no such store.")
        return "E1", KeyValueStore(values={"a": "api"}, meta={})

    def place(self, arn: str) -> str:
        return "an API"

    def edit(self, arn: str, key: str, value: str | None) -> None:
        raise ConfigError("It is read alone.")

    def unused(self) -> list[str]:
        return []


def value(stores: StoreFiles) -> str:
    read = stores.read(ARN, but="")
    assert read is not None
    return read[1].values["a"]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (tmp_path / "keys.json").write_text(json.dumps({"a": "file"}))
    return tmp_path / "keys.json"


def test_a_store_is_read_from_the_api_or_else_from_its_description() -> None:
    for api, expected in (
        (Api(), "api"),
        (Api("other"), "described"),
        (None, "described"),
    ):
        stores = StoreFiles({}, api)
        stores.described = DESCRIBED
        assert value(stores) == expected


@pytest.mark.parametrize("name", ["a1b2", ARN])
def test_a_file_takes_precedence_over_the_api_by_id_or_arn(name: str, file: Path) -> None:
    stores = StoreFiles({name: file}, Api())

    assert value(stores) == "file"
    assert stores.unused() == []


def test_an_unknown_store_is_left_for_the_api_to_refuse() -> None:
    with pytest.raises(ConfigError, match="no such store"):
        StoreFiles({}, Api("other")).read(ARN, but="")


def test_a_file_for_a_store_that_is_never_read_is_unused(file: Path) -> None:
    stores = StoreFiles({"flag": file})
    stores.described = DESCRIBED

    assert stores.unused() == ["flag"]
