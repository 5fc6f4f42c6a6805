"""The worker process: concurrency, ends and restarts."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from localfront.cloudfront_functions.runs import RunResult
from localfront.cloudfront_functions.worker_process import (
    ENDED,
    EngineProcess,
    Runnable,
)
from tests.localfront.cloudfront_functions.running import NOW, a_store, returned

pytestmark = pytest.mark.asyncio(loop_scope="module")

PATIENCE = 30  # seconds, before a test that hangs fails
# The engine does not look at the clock inside this one.
ENDLESS_BUILT_IN = "function handler() { return new Array(2 ** 32 - 1).join(); }"
ECHO = "function handler(event) { return event; }"


def a_runnable(script: str, **changes: Any) -> Runnable:
    runnable = Runnable(name="visitors", revision=script, script=script)
    return replace(runnable, **changes)


async def run(worker: EngineProcess, script: str, event: object = None) -> RunResult:
    return await worker.run(a_runnable(script), {"event": event}, now=NOW)


async def test_concurrent_runs_are_queued_and_get_their_own_results(
    worker: EngineProcess,
) -> None:
    outcomes = await asyncio.gather(*(run(worker, ECHO, i) for i in range(20)))

    assert [returned(outcome)["event"] for outcome in outcomes] == list(range(20))


@pytest.mark.proves("FN-013", "FN-015")
async def test_a_run_that_the_engine_cannot_stop_is_killed_and_the_next_one_works(
    worker: EngineProcess,
) -> None:
    outcome = await run(worker, ENDLESS_BUILT_IN)
    after = await run(worker, ECHO, 1)

    assert outcome == RunResult(error=ENDED)
    assert returned(after) == {"event": 1}


@pytest.mark.proves("FN-015")
async def test_an_endless_run_does_not_block_the_event_loop(
    worker: EngineProcess,
) -> None:
    turns = 0
    running = asyncio.create_task(run(worker, "function handler() { for (;;); }"))

    while not running.done():
        await asyncio.sleep(0)
        turns += 1

    assert turns > 100


async def test_a_changed_script_or_store_is_used_at_the_next_run(
    worker: EngineProcess,
) -> None:
    first = a_runnable(ECHO)
    script = (
        "const cf = require('cloudfront');async function handler() { return cf.kvs().get('a'); }"
    )
    old = replace(first, script=script, revision="2", store=a_store(a="1"))
    new = replace(old, revision="3", store=a_store(a="2"))

    responses = [
        returned(await worker.run(function, {}, now=NOW)) for function in (first, old, new, first)
    ]

    assert responses == [{}, "1", "2", {}]


async def test_a_viewer_that_disconnects_during_a_run_does_not_shift_results(
    worker: EngineProcess,
) -> None:
    await run(worker, ECHO)
    leaving = asyncio.create_task(run(worker, "function handler() { for (;;); }"))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    leaving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await leaving

    assert returned(await run(worker, ECHO, "mine")) == {"event": "mine"}


async def test_a_run_that_fails_after_others_is_reported_as_if_it_were_the_first(
    worker: EngineProcess,
) -> None:
    script = (
        "function handler(event) {\n"
        "  console.log(event);\n"
        "  Object.assign(event.event === 2 ? Math : {}, { left: 1 });\n"
        "  return event.event === 4 ? Math.left.length : [event.event, Math.left];\n"
        "}"
    )

    outcomes = [await run(worker, script, number) for number in range(6)]
    async with EngineProcess() as another:
        first = await run(another, script, 4)

    assert outcomes[4] == replace(first, seconds=outcomes[4].seconds)
    assert [returned(o) for o in outcomes if o.result] == [
        [0, None], [1, None], [2, 1], [3, None], [5, None],
    ]  # fmt: skip
    assert [outcome.logs for outcome in outcomes] == [(f'{{"event":{n}}}',) for n in range(6)]


async def test_line_breaks_in_a_result_are_kept(
    worker: EngineProcess,
) -> None:
    outcome = await run(worker, "function handler() { return 'a\\nb\\u2028c'; }")

    assert returned(outcome) == "a\nb\u2028c"


async def test_a_closed_worker_restarts_at_the_next_run() -> None:
    async with asyncio.timeout(PATIENCE):
        worker = EngineProcess()
        await run(worker, ECHO)
        await worker.close()
        outcome = await run(worker, ECHO, 2)
        await worker.close()

    assert returned(outcome) == {"event": 2}


@pytest.mark.parametrize(
    ("script", "value"),
    [
        ("function handler() { return JSON.rawJSON('\"\\ud800\"'); }", "\ud800"),
        ("function handler() { return '\\ud800'; }", "\ud800"),
        ("function handler() { return '\\t\\n\\u2028é'; }", "\t\n\u2028é"),
    ],
)
async def test_any_text_is_returned_and_the_worker_continues(
    worker: EngineProcess, script: str, value: str
) -> None:
    outcome = await run(worker, script)
    after = await run(worker, ECHO, "\t\n\u2028é")

    assert returned(outcome) == value
    assert returned(after) == {"event": "\t\n\u2028é"}
