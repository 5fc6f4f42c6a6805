"""The environment of a function in a real worker."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from localfront.lambda_edge.workers.environment import log_group, worker_environment
from localfront.lambda_edge.workers.pool import WorkerPool
from tests.localfront.real_workers import ACCESS, FUNCTIONS, PYTHON, Logs, a_function, invoke


def exists(path: Path) -> bool:
    return path.exists()


RESERVED = {
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_EXECUTION_ENV": f"AWS_Lambda_{PYTHON}",
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "128",
    "AWS_LAMBDA_FUNCTION_NAME": "us-east-1.edge",
    "AWS_LAMBDA_FUNCTION_VERSION": "3",
    "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
    "AWS_LAMBDA_LOG_GROUP_NAME": "/aws/lambda/us-east-1.edge",
    "AWS_REGION": "us-east-1",
    "LAMBDA_TASK_ROOT": str(FUNCTIONS),
    "LANG": "en_US.UTF-8",
    "TZ": ":UTC",
    "_HANDLER": "well_behaved.tells_its_environment",
}
NAMED = {
    "AWS_LAMBDA_LOG_STREAM_NAME",
    "AWS_LAMBDA_RUNTIME_API",
    "HOME",
    "LAMBDA_RUNTIME_DIR",
    "LD_LIBRARY_PATH",
    "PATH",
    "PYTHONPATH",
    "TMPDIR",
    "_X_AMZN_TRACE_ID",
    "AWS_SESSION_TOKEN",
}
PLATFORM = {"LC_CTYPE", "__CF_USER_TEXT_ENCODING"}  # set by Python, and by macOS


@pytest.mark.parametrize(
    ("named", "group"),
    [
        (None, "/aws/lambda/us-east-1.edge"),
        ("/aws/lambda/edge", "/aws/lambda/us-east-1.edge"),
        ("/teams/site", "/teams/site"),
    ],
)
@pytest.mark.proves("LL-002")
def test_a_configured_log_group_is_used_unchanged(named: str | None, group: str) -> None:
    function = a_function("well_behaved.tells_its_environment")

    assert log_group(replace(function, log_group=named)) == group


@pytest.mark.proves("LA-006", "LL-001")
async def test_a_function_has_lambdas_reserved_variables_and_none_of_localfronts(
    pool: WorkerPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "ours")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "ours")
    monkeypatch.setenv("LEAK", "ours")

    seen = await invoke(pool, "well_behaved.tells_its_environment")

    expected = RESERVED | ACCESS
    assert {name: seen.get(name) for name in expected} == expected
    assert set(seen) - PLATFORM == set(expected) | NAMED
    assert "ours" not in seen.values()


async def test_a_functions_children_do_not_inherit_its_connection_to_localfront(
    pool: WorkerPool,
) -> None:
    inherited = await invoke(pool, "well_behaved.tells_what_its_children_inherit")

    assert set(inherited) <= {0, 1, 2}


@pytest.mark.proves("LA-021")
async def test_the_state_that_lambdas_startup_leaves_is_present(pool: WorkerPool) -> None:
    assert await invoke(pool, "well_behaved.tells_what_start_up_leaves") == [True, True, True]


@pytest.mark.proves("LA-021")
async def test_each_invocation_has_its_own_trace_id(pool: WorkerPool) -> None:
    first, second = [await invoke(pool, "well_behaved.tells_its_environment") for _ in range(2)]

    assert re.fullmatch(
        r"Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=0", first["_X_AMZN_TRACE_ID"]
    )
    assert first["_X_AMZN_TRACE_ID"] != second["_X_AMZN_TRACE_ID"]
    assert f"{FUNCTIONS}/lib" in first["LD_LIBRARY_PATH"].split(":")


@pytest.mark.proves("LA-021")
@pytest.mark.parametrize(
    ("access", "token"),
    [
        (ACCESS, "localfront"),
        (ACCESS | {"AWS_SESSION_TOKEN": "mine"}, "mine"),
        ({"AWS_ACCESS_KEY_ID": "AKIA", "AWS_ENDPOINT_URL_S3": "http://127.0.0.1:1"}, None),
        ({}, None),
    ],
    ids=["an emulator", "a token", "one service of many", "nothing"],
)
def test_a_placeholder_session_token_is_set_only_for_an_emulator(
    access: dict[str, str], token: str | None, tmp_path: Path
) -> None:
    """AWS refuses an invented token, so real credentials without one stay without."""
    environment = worker_environment(
        a_function("index.handler"),
        access=access,
        runtime_api="127.0.0.1:1",
        runtime_directory=tmp_path,
        temporary_directory=tmp_path,
        log_stream="stream",
    )

    assert environment.get("AWS_SESSION_TOKEN") == token


async def test_a_function_runs_in_its_code_folder_and_sees_only_awss_runtime(
    pool: WorkerPool,
) -> None:
    where = await invoke(pool, "well_behaved.tells_its_surroundings")
    modules = ["boto3", "botocore", "awslambdaric", "aiohttp", "pytest", "localfront"]

    found = await invoke(pool, "well_behaved.imports", {"modules": modules})

    assert where["cwd"] == str(FUNCTIONS)
    assert where["path"][0] == str(FUNCTIONS)
    assert [name for name in modules if found[name]] == modules[:3]


async def test_the_context_describes_a_replica(pool: WorkerPool) -> None:
    context = await invoke(pool, "well_behaved.tells_its_context")

    assert re.fullmatch(r"[0-9a-f-]{36}", context.pop("aws_request_id"))
    assert 0 < context.pop("remaining_ms") <= 20_000
    assert context == {
        "function_name": "us-east-1.edge",
        "function_version": "3",
        "invoked_function_arn": "arn:aws:lambda:us-east-1:123456789012:function:us-east-1.edge:3",
        "log_group_name": "/aws/lambda/us-east-1.edge",
        "memory_limit_in_mb": "128",
        "client_context": None,
    }


async def test_a_workers_temporary_files_are_removed_with_it(pool: WorkerPool) -> None:
    path = await invoke(pool, "well_behaved.writes_a_temporary_file")
    assert exists(Path(path))

    await pool.close()

    assert not exists(Path(path).parent)


# Logs


async def test_a_functions_output_is_between_start_and_end(pool: WorkerPool, logs: Logs) -> None:
    await invoke(pool, "well_behaved.prints")
    first = len(logs)
    await invoke(pool, "well_behaved.prints")

    start, out, err, end, report = logs[:first]
    request_id = start.removeprefix("START RequestId: ").removesuffix(" Version: 3")
    assert (out, err) == ("to standard output", "to standard error")
    assert end == f"END RequestId: {request_id}"
    assert re.fullmatch(
        rf"REPORT RequestId: {request_id}\tDuration: [\d.]+ ms\tBilled Duration: \d+ ms"
        r"\tMemory Size: 128 MB(\tMax Memory Used: \d+ MB)?\tInit Duration: [\d.]+ ms",
        report,
    )
    assert "Init Duration" not in logs[-1]
    assert "with an unfinished lineto standard output" in logs


async def test_no_line_is_lost_when_a_function_prints_a_lot(pool: WorkerPool, logs: Logs) -> None:
    await invoke(pool, "well_behaved.prints_a_lot")

    numbers = [int(line.split()[1]) for line in logs if line.startswith("line ")]
    assert numbers == list(range(20_000))
    assert logs[-2].startswith("END ")


async def test_log_records_are_formatted_as_by_awss_runtime(pool: WorkerPool, logs: Logs) -> None:
    await invoke(pool, "well_behaved.logs")

    (record,) = [line for line in logs if line.startswith("[WARNING]")]
    assert record.endswith("\ttake care")
