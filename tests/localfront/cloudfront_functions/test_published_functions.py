"""Functions by the ARN in a behavior, with a local file instead of their code."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from localfront.cloudfront_functions.published_functions import CloudFrontFunctions
from localfront.cloudfront_functions.runs import RunResult
from localfront.cloudfront_functions.worker_process import ENDED, EngineProcess
from localfront.errors import (
    ConfigError,
    FunctionExecutionError,
    FunctionValidationError,
)
from localfront.http_messages.messages import Request
from tests.localfront.cloudfront_functions.fake_cloudfront import (
    ARN,
    STORE_ARN,
    FakeCloudFront,
)
from tests.localfront.cloudfront_functions.loading import (
    LOG_GROUP,
    Make,
    request_result,
)
from tests.localfront.cloudfront_functions.running import request_event, sample
from tests.localfront.factories import a_request

pytestmark = pytest.mark.asyncio(loop_scope="module")

# Loading


@pytest.mark.proves("FN-018")
async def test_a_function_that_is_not_published_is_a_configuration_error(
    make: Make,
) -> None:
    with pytest.raises(ConfigError, match=r"function/visitors.*publish"):
        await make(FakeCloudFront(code=None)).load([ARN])


@pytest.mark.parametrize(
    "arn",
    [
        "visitors",
        "",
        ARN + "/more",
        "arn:aws:lambda:us-east-1:123456789012:function:a:1",
    ],
)
async def test_an_arn_of_something_else_is_a_configuration_error(make: Make, arn: str) -> None:
    with pytest.raises(ConfigError, match="FunctionARN"):
        await make(FakeCloudFront()).load([arn])


@pytest.mark.proves("FN-015")
async def test_code_over_10_kb_is_a_configuration_error(make: Make) -> None:
    with pytest.raises(ConfigError, match="visitors has 10241 bytes"):
        await make(FakeCloudFront(" " * 10_241)).load([ARN])


@pytest.mark.proves("FN-020", "FN-021")
@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"runtime": "nodejs20.x"}, "has the runtime 'nodejs20.x'"),
        ({"runtime": "x" * 50_000}, "^.{,400}$"),
        ({"stores": (STORE_ARN, STORE_ARN)}, "FN-021"),
        ({"stores": (STORE_ARN,), "runtime": "cloudfront-js-1.0"}, "FN-020"),
        ({"stores": (STORE_ARN,), "values": None}, "KeyValueStoreARN .* can't be read"),
    ],
)
async def test_an_unsupported_setting_is_a_configuration_error(
    make: Make, changes: dict[str, Any], message: str
) -> None:
    with pytest.raises(ConfigError, match=message):
        await make(FakeCloudFront(**changes)).load([ARN])


async def test_an_unchanged_request_is_not_parsed_again(make: Make) -> None:
    functions = make(FakeCloudFront())
    await functions.load([ARN])
    event = request_event(a_request("/?a=1", headers=[("Cookie", "b=2")]))

    assert await functions.invoke(ARN, event) is event["request"]


async def test_published_code_runs_after_a_refresh(make: Make) -> None:
    api = FakeCloudFront("function handler() { return 1; }")
    functions = make(api)
    await functions.load([ARN])
    await functions.retire([ARN])
    event = request_event(a_request())
    before = await functions.invoke(ARN, event)
    api.code, api.etag = "function handler() { return 2; }", "E2"

    still = await functions.invoke(ARN, event)
    await functions.refresh()
    after = await functions.invoke(ARN, event)

    assert (before, still, after) == (1, 1, 2)


async def test_a_deleted_function_still_runs_and_does_not_block_others(make: Make) -> None:
    gone = ARN.replace("visitors", "away")
    api = FakeCloudFront("function handler() { return 1; }", also="away")
    functions = make(api)
    await functions.load([ARN, gone])
    await functions.retire([ARN, gone])
    api.code, api.etag, api.also = "function handler() { return 2; }", "E2", ""

    with pytest.raises(ConfigError, match="function/away"):
        await functions.refresh()

    event = request_event(a_request())
    assert (await functions.invoke(gone, event), await functions.invoke(ARN, event)) == (1, 2)


@pytest.mark.proves("FN-020")
async def test_only_a_changed_store_is_read_again(
    make: Make,
) -> None:
    api = FakeCloudFront(sample("rewrites"), stores=(STORE_ARN,), values={"/a": "/b"})
    functions = make(api)
    first = await request_result(functions, a_request("/a"))
    await functions.load([ARN])
    api.values, api.store_etag = {"/a": "/c", "/d": "/e"}, "K2"

    second = await request_result(functions, a_request("/a"))
    third = await request_result(functions, a_request("/missing"))

    assert [r.uri for r in (first, second, third) if isinstance(r, Request)] == [
        "/b", "/c", "/missing",
    ]  # fmt: skip
    assert api.calls.count("ListKeys") == 2
    assert api.calls.count("GetFunction") == 1


@pytest.mark.proves("FN-020")
async def test_a_store_has_its_age_and_size(make: Make) -> None:
    code = "import cf from 'cloudfront';async function handler() { return cf.kvs().meta() }"
    functions = make(FakeCloudFront(code, stores=(STORE_ARN,), values={"a": "1"}))
    await functions.load([ARN])

    assert await functions.invoke(ARN, request_event(a_request())) == {
        "creationDateTime": "2026-01-01T00:00:00Z",
        "lastUpdatedDateTime": "2026-01-02T03:00:00Z",
        "keyCount": 1,
    }


# Local files


async def test_an_edit_of_a_local_file_is_live_at_the_next_request(
    make: Make, tmp_path: Path
) -> None:
    file = tmp_path / "visitors.js"
    file.write_text("function handler() { return 'first'; }")
    functions = make(FakeCloudFront(" " * 10_241), visitors=file)
    await functions.load([ARN])
    event = request_event(a_request())
    first = await functions.invoke(ARN, event)
    file.write_text("function handler() { return 'other'; }")

    assert (first, await functions.invoke(ARN, event)) == ("first", "other")


@pytest.mark.proves("FN-013")
@pytest.mark.parametrize("code", [None, "import fs from 'fs';", " " * 10_241])
async def test_a_local_file_that_cannot_be_loaded_is_a_failure_of_the_function(
    make: Make, tmp_path: Path, code: str | None
) -> None:
    file = tmp_path / "visitors.js"
    if code is not None:
        file.write_text(code)
    functions = make(FakeCloudFront(), visitors=file)
    await functions.load([ARN])

    with pytest.raises(FunctionExecutionError, match="visitors did not start"):
        await functions.invoke(ARN, request_event(a_request()))


# Failures


@pytest.mark.proves("FN-013", "FN-019")
async def test_a_function_that_throws_is_a_503_and_is_logged(
    make: Make, logs: list[tuple[str, str]]
) -> None:
    functions = make(FakeCloudFront("function handler(event) { event.no.way; }"))
    await functions.load([ARN])

    with pytest.raises(FunctionExecutionError, match="Function visitors failed") as error:
        await functions.invoke(ARN, request_event(a_request()))

    assert error.value.status == 503
    assert error.value.x_cache == "FunctionExecutionError from cloudfront"
    assert "at handler" in error.value.traceback
    assert any("ERROR: TypeError: " in line for _, line in logs)


@pytest.mark.proves("FN-013", "FN-015")
async def test_a_function_that_hangs_in_the_engine_is_a_503(
    make: Make, logs: list[tuple[str, str]]
) -> None:
    code = "function handler() { return new Array(2 ** 32 - 1).join(); }"
    functions = make(FakeCloudFront(code))
    await functions.load([ARN])

    with pytest.raises(FunctionExecutionError, match="ran too long"):
        await functions.invoke(ARN, request_event(a_request()))

    assert (LOG_GROUP, f"request-id== ERROR: {ENDED}") in logs


class DeepWorker(EngineProcess):
    """Returns a result nested too deeply for any parser."""

    async def run(self, *_: Any, **__: Any) -> RunResult:
        return RunResult(result="[" * 200_000 + "]" * 200_000)


@pytest.mark.proves("FN-012")
async def test_a_result_nested_too_deeply_is_refused() -> None:
    functions = CloudFrontFunctions(
        FakeCloudFront().session, DeepWorker(), files={}, on_log=lambda *_: None
    )
    await functions.load([ARN])

    with pytest.raises(FunctionValidationError, match="contains itself"):
        await functions.invoke(ARN, request_event(a_request()))
