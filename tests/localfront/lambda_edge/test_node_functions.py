"""Functions in real Node.js workers, with any Node.js from version 18 on."""

import re
from pathlib import Path
from typing import Any

import pytest

from localfront.errors import EdgeExecutionError
from localfront.lambda_edge.workers.pool import WorkerPool
from tests.localfront.real_workers import (
    ACCESS,
    FUNCTIONS,
    NODE,
    Logs,
    invoke_in_one_worker,
    invoke_node,
)


def exists(path: str) -> bool:
    return Path(path).exists()


pytestmark = [pytest.mark.proves("LA-009"), pytest.mark.asyncio(loop_scope="module")]


async def invoke_warm(pool: WorkerPool, handler: str) -> Any:
    """One of a module's handlers, in a shared worker."""
    return await invoke_in_one_worker(pool, handler, runtime=NODE, memory_mb=512)


# One leaves a timer that would delay the next; the others are not top-level handlers of a module.
ALONE = (
    "well_behaved.callsBackAtOnce",
    "well_behaved.deep.nested.handler",
    "folder/modern.handler",
)


async def test_a_function_gets_the_event_and_its_result_is_returned(
    shared_pool: WorkerPool,
) -> None:
    event = {"a": [1, 2.5, None, True], "é": "\N{ROCKET}"}

    assert await invoke_node(shared_pool, "well_behaved.returnsTheEvent", event) == event


async def test_a_worker_stays_warm(shared_pool: WorkerPool) -> None:
    first = await invoke_node(shared_pool, "well_behaved.countsItsCalls")
    second = await invoke_node(shared_pool, "well_behaved.countsItsCalls")

    assert (first["calls"], second["calls"]) == (1, 2)
    assert first["pid"] == second["pid"]


@pytest.mark.parametrize(
    ("handler", "result"),
    [
        ("well_behaved.callsBack", {"called": "back"}),
        ("well_behaved.callsBackBeforeItsWorkIsDone", {"done": True}),
        ("well_behaved.callsBackAndIsAsync", "called"),
        ("well_behaved.callsBackAfterAnAwait", "called later"),
        ("well_behaved.callsBackInAPromise", "ready"),
        ("well_behaved.returnsBeforeItCallsBack", "returned"),
        ("well_behaved.callsBackTwice", "first"),
        ("well_behaved.succeedsInAnAsyncHandler", "succeeded"),
        ("well_behaved.isDone", "done"),
        # As AWS's runtime client: null, which CloudFront refuses.
        ("misbehaved.neverSettles", None),
        ("well_behaved.succeeds", "an old way"),
        ("well_behaved.returnsWithoutAPromise", None),
        ("well_behaved.neverCallsBack", None),
        ("well_behaved.returnsUndefined", None),
        ("well_behaved.callsBackAtOnce", "at once"),
        ("well_behaved.deep.nested.handler", "from the depth"),
        ("folder/modern.handler", {"ready": "ready", "hostname": "string"}),
    ],
)
async def test_every_style_of_handler_returns_its_result(
    shared_pool: WorkerPool, handler: str, result: Any
) -> None:
    invocation = invoke_node if handler in ALONE else invoke_warm

    results = [await invocation(shared_pool, handler) for _ in range(2)]

    assert results == [result, result]


async def test_an_es_module_in_a_js_file_without_package_json_fails_as_on_lambda(
    shared_pool: WorkerPool,
) -> None:
    with pytest.raises(EdgeExecutionError, match="UserCodeSyntaxError"):
        await invoke_node(shared_pool, "module_without_package.handler")


async def test_an_es_module_in_a_js_file_starts_with_type_module_in_package_json(
    shared_pool: WorkerPool,
) -> None:
    assert await invoke_node(shared_pool, "package/module.handler") == "a module"


async def test_a_callback_with_an_error_is_an_execution_error(
    shared_pool: WorkerPool,
) -> None:
    with pytest.raises(EdgeExecutionError, match="raised RangeError: no such captain"):
        await invoke_warm(shared_pool, "well_behaved.callsBackAnError")


async def test_callback_handlers_are_refused_from_node_js_24(shared_pool: WorkerPool) -> None:
    with pytest.raises(EdgeExecutionError, match="CallbackHandlerDeprecated"):
        await invoke_node(shared_pool, "well_behaved.callsBack", runtime="nodejs24.x")

    result = await invoke_node(
        shared_pool, "well_behaved.returnsWithoutAPromise", runtime="nodejs24.x"
    )
    assert result == "nobody looks at this"  # from 24 on, an answer like any other


async def test_the_context_describes_a_replica(shared_pool: WorkerPool) -> None:
    context = await invoke_node(shared_pool, "well_behaved.tellsItsContext")

    assert re.fullmatch(r"[0-9a-f-]{36}", context.pop("awsRequestId"))
    assert re.fullmatch(r"\d{4}/\d\d/\d\d/\[3\][0-9a-f]{32}", context.pop("logStreamName"))
    assert 0 < context.pop("remaining") <= 20_000
    assert context == {
        "callbackWaitsForEmptyEventLoop": True,
        "functionName": "us-east-1.edge",
        "functionVersion": "3",
        "invokedFunctionArn": "arn:aws:lambda:us-east-1:123456789012:function:us-east-1.edge:3",
        "logGroupName": "/aws/lambda/us-east-1.edge",
        "memoryLimitInMB": "128",
    }


@pytest.mark.proves("LA-006", "LL-001")
async def test_a_function_has_lambdas_reserved_variables_and_none_of_localfronts(
    shared_pool: WorkerPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "ours")
    monkeypatch.setenv("NODE_OPTIONS", "--no-warnings")
    monkeypatch.setenv("LEAK", "ours")

    seen = await invoke_node(shared_pool, "well_behaved.tellsItsEnvironment")

    assert ACCESS.items() <= seen.items()
    assert seen["AWS_LAMBDA_LOG_GROUP_NAME"] == "/aws/lambda/us-east-1.edge"
    assert seen["LAMBDA_TASK_ROOT"] == str(FUNCTIONS)
    assert not {"AWS_PROFILE", "NODE_OPTIONS", "LEAK", "PYTHONPATH", "LOCALFRONT_CHANNEL"} & set(
        seen
    )
    assert "ours" not in seen.values()


async def test_a_functions_children_do_not_inherit_its_connection_to_localfront(
    shared_pool: WorkerPool,
) -> None:
    assert await invoke_node(shared_pool, "well_behaved.tellsWhatItsChildrenInherit") == []


async def test_a_functions_output_is_formatted_as_by_awss_runtime(
    shared_pool: WorkerPool, shared_logs: Logs
) -> None:
    await invoke_node(shared_pool, "well_behaved.prints")

    start, out, *error, end, report = shared_logs
    request_id = start.split()[2]
    time, *rest = out.split("\t")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", time)
    assert rest == [request_id, "INFO", "to standard output { as: 'Node.js' }"]
    assert error[0].endswith("\tERROR\ttwo")
    assert error[1] == "lines"
    assert end == f"END RequestId: {request_id}"
    assert report.startswith(f"REPORT RequestId: {request_id}\tDuration: ")


@pytest.mark.proves("LX-002")
@pytest.mark.parametrize(
    ("handler", "message"),
    [
        ("nowhere.handler", "ImportModuleError: .*Cannot find module 'nowhere'"),
        ("../edge_functions/well_behaved.prints", "MalformedHandlerName"),
        ("well_behaved", "MalformedHandlerName"),
        ("well_behaved.nothing", "HandlerNotFound: well_behaved.nothing"),
        ("folder/modern.hidden", "HandlerNotFound"),
        ("raises_at_import.handler", "Error: no warp core"),
        ("imports_the_sdk.handler", "run `npm install @aws-sdk/client-s3`"),
    ],
)
async def test_a_function_that_cannot_start_is_an_execution_error(
    shared_pool: WorkerPool, handler: str, message: str
) -> None:
    with pytest.raises(EdgeExecutionError, match=message):
        await invoke_node(shared_pool, handler)


@pytest.mark.parametrize(
    ("handler", "place"),
    [
        ("broken.handler", "broken.mjs:2"),
        ("imports_broken.handler", "broken.mjs:2"),
        ("broken_common.handler", "broken_common.js:1"),
    ],
)
async def test_a_syntax_error_is_reported_with_its_location(
    shared_pool: WorkerPool, handler: str, place: str
) -> None:
    with pytest.raises(EdgeExecutionError, match="UserCodeSyntaxError") as error:
        await invoke_node(shared_pool, handler)

    assert place in error.value.traceback
    assert "async () => 1 +;" in error.value.traceback


@pytest.mark.proves("LX-002", "LX-009")
@pytest.mark.parametrize(
    ("handler", "message"),
    [
        ("raises", "raised RangeError: no such captain: é"),
        ("raisesAtOnce", "raised RangeError: at once"),
        ("throwsAString", "raised string: a string"),
        ("rejectsInTheBackground", r"Runtime\.UnhandledPromiseRejection: Error: nobody"),
        ("throwsInTheBackground", "raised Error: out of the blue"),
        ("exits", "exit status 7"),
        ("isKilled", "signal 9"),
        ("returnsACycle", "Unable to stringify response body"),
        ("returnsABigInt", "Unable to stringify response body"),
        ("returnsTenMegabytes", r"Function\.ResponseSizeTooLarge"),
    ],
)
async def test_a_function_without_a_valid_response_is_an_execution_error(
    shared_pool: WorkerPool, handler: str, message: str
) -> None:
    for _ in range(2):
        with pytest.raises(EdgeExecutionError, match=message) as error:
            await invoke_warm(shared_pool, f"misbehaved.{handler}")
        assert error.value.status == 503


async def test_an_exception_is_reported_with_its_stack(
    shared_pool: WorkerPool, shared_logs: Logs
) -> None:
    with pytest.raises(EdgeExecutionError) as error:
        await invoke_warm(shared_pool, "misbehaved.raises")

    assert error.value.traceback.startswith("RangeError: no such captain: é\n")
    assert "misbehaved.js:7" in error.value.traceback
    assert any("\tERROR\tInvoke Error \t{" in line for line in shared_logs)


async def test_nan_is_serialized_as_null(shared_pool: WorkerPool) -> None:
    assert await invoke_warm(shared_pool, "misbehaved.returnsNaN") == {"status": None}


async def test_a_workers_temporary_files_are_removed_with_it(all_logs: Logs) -> None:
    async with WorkerPool(access=ACCESS, on_log=all_logs.add) as pool:
        file = await invoke_node(pool, "well_behaved.writesATemporaryFile")
        before = exists(file)

    assert (before, exists(file)) == (True, False)
