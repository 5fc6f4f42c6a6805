"""Lambda functions with code on this machine."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from localfront.errors import ConfigError
from localfront.sources.lambda_archives import LambdaArchives
from tests.localfront.factories import EDGE_ARN


class LambdaApi:
    """An API that has every function."""

    def get_function(
        self,
        *,
        FunctionName: str,  # noqa: N803 -- the API's name
        Qualifier: str,  # noqa: N803 - boto3's name for it
    ) -> dict[str, Any]:
        return {"asked": (FunctionName, Qualifier)}


def archives(
    location: str,
    *,
    api: LambdaApi | None = None,
    stand_ins: frozenset[str] = frozenset(),
) -> LambdaArchives:
    found = LambdaArchives(api, stand_ins)
    found.described = {
        EDGE_ARN: {"Configuration": {"Handler": "a.b"}, "Code": {"Location": location}}
    }
    return found


def test_an_archive_is_returned_as_bytes(tmp_path: Path) -> None:
    (tmp_path / "edge.zip").write_bytes(b"PK")

    response = archives(str(tmp_path / "edge.zip")).get_function(FunctionName="edge", Qualifier="3")

    assert response["Code"] == {"ZipFile": b"PK"}
    assert response["Configuration"] == {"Handler": "a.b"}


def test_a_function_replaced_by_a_directory_needs_no_archive() -> None:
    found = archives("", stand_ins=frozenset({"edge"}))

    response = found.get_function(FunctionName="edge", Qualifier="3")

    assert response["Configuration"] == {"Handler": "a.b"}


@pytest.mark.parametrize(("name", "version"), [("edge", "4"), ("ledge", "3"), ("other", "1")])
def test_a_function_without_a_file_is_read_from_the_api(name: str, version: str) -> None:
    response = archives("", api=LambdaApi()).get_function(FunctionName=name, Qualifier=version)

    assert response == {"asked": (name, version)}


@pytest.mark.parametrize(
    ("location", "name", "message"),
    [
        ("", "edge", "none of the files says where its archive is"),
        (
            "/no/such.zip",
            "edge",
            r"/no/such\.zip can't be read: No such file.*--edge edge=DIR",
        ),
        (
            "",
            "other",
            "other:3 is not in the files: .*get-function --function-name other",
        ),
    ],
)
def test_unavailable_code_is_refused_with_the_remedy(
    location: str, name: str, message: str
) -> None:
    with pytest.raises(ConfigError, match=message):
        archives(location).get_function(FunctionName=name, Qualifier="3")
