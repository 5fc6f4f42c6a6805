"""Run a script in a fresh JavaScript engine: nothing survives from one run to the next.

The engine is QuickJS, with one context per run. No Python is reachable from it: requests of a
script, such as a key of a store, are exchanged as text between runs of its job queue.

Source: CloudFront Developer Guide, "JavaScript runtime 2.0 features for CloudFront Functions",
"Helper methods for key value stores".
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Mapping
from typing import Any

import quickjs

from localfront.cloudfront_functions.fresh_contexts import (
    HANDLER,
    FreshContext,
    fresh_context,
    kind_for,
)
from localfront.cloudfront_functions.quotas import STOP_AFTER
from localfront.cloudfront_functions.runs import NO_FACTS, RunResult
from localfront.cloudfront_functions.syntax import RUNTIME_2
from localfront.sources.key_value_store import KeyValueStore

# Appended to a script: it evaluates to the handler. On its own line, as a comment may precede it.
_HANDLER = f"\n;{HANDLER}"
# The prelude's part of a stack trace.
_OWN_FRAMES = re.compile(
    r"    at (?:stringify \(native\)\n    at the result|the host) \(<input>.*", re.DOTALL
)
_MAX_ERROR_CHARACTERS = 2000
_EXPLAINED = {
    "InternalError: interrupted": "it ran too long; on CloudFront less than 1 ms is allowed",
    "InternalError: out of memory": "it used more than the 2 MB of memory that CloudFront allows",
    "null": "it threw null, or took so much memory that none was left for an error",
}


class _RunError(Exception):
    """A failed run. `args` are the error and its stack."""


def run(
    script: str,
    event: str,
    *,
    now: int,
    store: KeyValueStore | None,
    runtime: str = RUNTIME_2,
    facts: str = NO_FACTS,
    fresh: FreshContext | None = None,
) -> RunResult:
    """Call the script's `handler` with the event, which is JSON; `now` in Unix milliseconds.

    `fresh` is a context of the script's kind, for this run only. Errors of the script are returned,
    not raised. A loop inside one of the engine's own functions may never end, so the caller must
    watch the process.
    """
    fresh = fresh or fresh_context(kind_for(script, runtime))
    fresh.host("begin", facts, float(now))
    fresh.context.set_time_limit(STOP_AFTER)
    started = time.thread_time()  # the clock of the process is coarse while it has a timer
    try:
        state = _settled(fresh, script, event, store)
    except _RunError as failed:
        error, stack = failed.args
        return RunResult(
            error=error, stack=stack, logs=_logs(fresh.host), seconds=time.thread_time() - started
        )
    outcome = state["outcome"]
    return RunResult(
        result=str(outcome["result"]),
        logs=tuple(state["logs"]),
        seconds=time.thread_time() - started,
        origin=tuple(map(_step, outcome["origin"])),
    )


def _settled(
    fresh: FreshContext, script: str, event: str, store: KeyValueStore | None
) -> Mapping[str, Any]:
    """Call the handler, and run the jobs until its promise has settled: `outcome` and `logs`."""
    context, host = fresh.context, fresh.host
    try:
        handler = context.eval(script + _HANDLER)
        result = _returned(host, event, handler)
        if result is not None and not context.execute_pending_job():
            return {"outcome": {"result": result, "origin": ()}, "logs": ()}
        return _jobs_done(context, host, store)
    except quickjs.JSException as error:
        raise _failure(str(error)) from None


def _returned(host: Any, event: str, handler: Any) -> str | None:
    """The result, if there is nothing else: most runs neither log, wait nor fail."""
    try:
        result: str | None = host("run", event, handler)
    except UnicodeDecodeError:  # half a surrogate pair by `JSON.rawJSON`: the state escapes it
        return None
    return result


def _jobs_done(context: Any, host: Any, store: KeyValueStore | None) -> Mapping[str, Any]:
    deadline = time.thread_time() + STOP_AFTER
    while True:
        while context.execute_pending_job():
            if time.thread_time() > deadline:
                raise _failure("InternalError: interrupted")
        state: dict[str, Any] = json.loads(host("state"))
        outcome = state.get("outcome")
        if outcome is not None:
            if "error" in outcome:
                raise _failure(outcome["error"], outcome["stack"])
            return state
        if not state["questions"]:
            raise _failure("the promise that the handler returned never settles")
        results = [_read_store(question, store) for question in state["questions"]]
        host("answer", json.dumps(results))


def _read_store(question: Mapping[str, Any], store: KeyValueStore | None) -> dict[str, Any]:
    if store is None:
        return {"error": "no key value store is associated with this function"}
    if "meta" in question:
        return {"value": store.meta}
    if "exists" in question:
        return {"value": question["exists"] in store.values}
    key = question["get"]
    if key not in store.values:
        return {"error": f"KeyNotFound: the key value store has no key {key!r}"}
    return {"value": store.values[key]}


def _step(noted: Mapping[str, str]) -> dict[str, Any]:
    """A call of `cf`; what a script has made of JSON is one argument."""
    given = json.loads(noted["given"])
    return {"method": noted["method"], "given": given if isinstance(given, list) else [given]}


def _failure(failure: str, stack: str = "") -> _RunError:
    message, _, trace = failure.partition("\n")
    scripts_frames = _OWN_FRAMES.sub("", stack or trace)
    return _RunError(
        _EXPLAINED.get(message, message)[:_MAX_ERROR_CHARACTERS],
        scripts_frames[:_MAX_ERROR_CHARACTERS],
    )


def _logs(host: Any) -> tuple[str, ...]:
    """The log lines; none if the engine is out of memory."""
    try:
        return tuple(json.loads(host("logs")))
    except quickjs.JSException:
        return ()
