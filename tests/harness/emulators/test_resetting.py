"""Resetting emulators: a real MiniStack, and a simulated LocalStack."""

import itertools
import os
from pathlib import Path

import pytest

from harness.emulators import emulators, resetting
from harness.emulators.emulators import Emulator
from harness.errors import HarnessError
from harness.processes.children import Children
from tests.harness.http_servers import http_server


def at(endpoint: str) -> Emulator:
    return Emulator(name="test", endpoint=endpoint, cloudfront_endpoint=endpoint)


def test_a_reset_removes_all_resources_of_ministack(tmp_path: Path) -> None:
    (tmp_path / "logs").mkdir()
    with Children() as children:
        emulator = emulators.start("ministack", children, environ=os.environ, directory=tmp_path)
        s3 = emulator.session().client("s3", endpoint_url=emulator.endpoint)
        s3.create_bucket(Bucket="half-made")

        resetting.reset(emulator)

        assert s3.list_buckets()["Buckets"] == []


def test_the_free_localstack_is_reset_by_a_restart() -> None:
    runs = itertools.chain(["first", "first"], itertools.repeat("second"))
    seen: list[str] = []

    def info() -> dict[str, str]:
        seen.append(next(runs))
        return {"session_id": seen[-1]}

    responses = {"GET /_localstack/info": info, "POST /_localstack/health": dict}
    with http_server(responses) as endpoint:
        resetting.reset(at(endpoint))

    assert seen == ["first", "first", "second"]


def test_a_licensed_localstack_is_reset_by_its_api() -> None:
    emptied: list[bool] = []
    responses = {
        "GET /_localstack/info": lambda: {"session_id": "first"},
        "POST /_localstack/state/reset": lambda: emptied.append(True),
        # LocalStack answers this as well, and does nothing.
        "POST /_ministack/reset": dict,
    }
    with http_server(responses) as endpoint:
        resetting.reset(at(endpoint))

    assert emptied == [True]


def test_an_emulator_that_cannot_be_reset_is_an_error() -> None:
    with (
        http_server({}) as endpoint,
        pytest.raises(HarnessError, match=f"The emulator at {endpoint} cannot be reset"),
    ):
        resetting.reset(at(endpoint))
