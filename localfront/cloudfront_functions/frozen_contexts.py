"""Frozen contexts, reused for all runs of a script, in a tenth of the time of a fresh context.

Nothing may survive a run. Everything that a script can reach is frozen, and the script is the body of
a function, so that its declarations are new in each run. A strict script that changes a frozen object
throws. A run that throws, or is not over with its result, is repeated in a fresh context, so that
errors and logs never come from a frozen context. If it throws the same there, the error is the
script's own, such as for a header that a request lacks: nothing of it remains in the frozen context,
where later runs continue. Otherwise all later runs of the script take fresh contexts: it tried to
change something frozen, and would be run twice each time.

Scripts that could detect the difference without failing never run here.
"""

from __future__ import annotations

import json
import re
import time
from dataclasses import dataclass
from typing import Any

import quickjs

from localfront.cloudfront_functions.fresh_contexts import (
    GLOBALS,
    HANDLER,
    FreshContext,
    bare_context,
    equipped,
    kind_for,
    source_of,
)
from localfront.cloudfront_functions.quotas import STOP_AFTER
from localfront.cloudfront_functions.runs import RunResult

MOST = 32  # each takes about a quarter of a megabyte
# Code that catches errors, defers work, sees the stack or the global object, declares a name that
# only a function may, or imports a module with state.
_REVEALING = re.compile(
    r"\\u|stack|\b(?:try|async|import|Promise|this|globalThis|NaN|Infinity)\b|\bundefined\s*=(?!=)|cloudfront['\"`]"
)
_NAMES = "JSON.stringify(Object.getOwnPropertyNames(globalThis))"
_EMPTIED = """
((all, { getOwnPropertyNames }, { stringify }) => {
  for (const name of getOwnPropertyNames(all)) delete all[name];
  return () => stringify(getOwnPropertyNames(all));
})(globalThis, Object, JSON)
"""
_STOPPED = "before anything ran"
_OF_THE_ENGINE = ("InternalError", "RangeError: Maximum call stack")


class FrozenContexts:
    """The frozen contexts of a worker; the oldest is dropped first."""

    def __init__(self) -> None:
        self._made: dict[tuple[str, str], FrozenContext | None] = {}  # None: it takes a fresh one

    def find(self, script: str, runtime: str) -> FrozenContext | None:
        return self._made.get((script, runtime))

    def make(self, script: str, runtime: str) -> None:
        """Create one for later runs, unless the script has one, or can't have one."""
        if (script, runtime) in self._made:
            return
        if len(self._made) >= MOST:
            del self._made[next(iter(self._made))]
        self._made[script, runtime] = frozen_context(script, runtime)

    def drop(self, script: str, runtime: str) -> None:
        """Run the script in fresh contexts from now on."""
        self._made[script, runtime] = None


@dataclass(frozen=True, slots=True)
class FrozenContext:
    """A context, and the script in it as a function that returns its handler."""

    equipped: FreshContext
    script: Any

    def run(self, event: str, *, now: int, facts: str) -> RunResult | None:
        """The outcome; None for a run that must be repeated in a fresh context."""
        context, host = self.equipped.context, self.equipped.host
        host("begin", facts, float(now))
        context.set_time_limit(STOP_AFTER)
        started = time.thread_time()
        logs: tuple[str, ...] = ()
        try:
            result = host("run again", event, self.script)
            if context.execute_pending_job():
                host("begin", facts, float(now))  # it is not over: no error of it counts
                return None
            if result is None and not host("isSwallowed"):
                state = json.loads(host("state"))
                result, logs = state.get("outcome", {}).get("result"), tuple(state["logs"])
        except (quickjs.JSException, UnicodeDecodeError):
            return None
        if result is None:
            return None  # see `threw`
        return RunResult(result=result, logs=logs, seconds=time.thread_time() - started)

    def threw(self, again: RunResult) -> bool:
        """Whether the last run ended like its repetition, `again`: with an error of the script.

        Not one of the engine, out of memory or stack, after which it is not used any more.
        """
        if not again.error or again.error.startswith(_OF_THE_ENGINE):
            return False
        try:
            outcome = json.loads(self.equipped.host("state")).get("outcome") or {}
            return outcome.get("error") == again.error and not self.equipped.host("isSwallowed")
        except (quickjs.JSException, UnicodeDecodeError):
            return False


def frozen_context(script: str, runtime: str) -> FrozenContext | None:
    """A frozen context; None if the script might silently behave differently in it."""
    if _REVEALING.search(script):
        return None
    kind = (GLOBALS, *(n for n in kind_for(script, runtime) if n not in (GLOBALS, "cloudfront")))
    context = bare_context()
    try:
        freeze = context.eval(source_of("frozen"))
        function = equipped(context, kind)
        if not _declared(script).isdisjoint(json.loads(context.eval(_NAMES))):
            return None
        function.host("freeze", freeze)
        return FrozenContext(function, context.eval(f"(() => {{{script}\n;return {HANDLER}}})"))
    except quickjs.JSException:
        return None


def _declared(script: str) -> frozenset[str]:
    """The names that a script declares as properties of the global object.

    There, the engine's own keep their values; in a function they start undefined. Raises
    JSException for a script that does not get that far.
    """
    context = bare_context()
    names = context.eval(_EMPTIED)
    always = json.loads(names())  # NaN and the like
    try:
        context.eval(f'"use strict";throw "{_STOPPED}";{script}')
    except quickjs.JSException as stopped:
        if str(stopped).partition("\n")[0] != _STOPPED:
            raise
    return frozenset(json.loads(names())).difference(always)
