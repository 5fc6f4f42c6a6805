"""The process that runs functions: an order and its event in, what came of it and its result out, each
a line of JSON; one run at a time. While nothing is asked, contexts for later runs are made.

A function is told once, under its name, and then run by that until it is told anew. The process ends when its
standard input does; and the kernel ends it when one run takes too much of the processor, also
where the engine itself does not look at the clock.
"""

from __future__ import annotations

import json
import os
import select
import signal
import sys
from collections import deque
from pathlib import Path
from typing import Any

from localfront.cloudfront_functions.engine import run
from localfront.cloudfront_functions.fresh_contexts import (
    RUNTIME_FILES,
    FreshContexts,
    kind_for,
)
from localfront.cloudfront_functions.quotas import KILL_AFTER, MAX_PROCESS_BYTES
from localfront.cloudfront_functions.runs import RunResult
from localfront.lambda_edge.workers.confinement import confine, landlock_version
from localfront.lambda_edge.workers.system_calls import refuse_some
from localfront.sources.description import KeyValueStore

_CHUNK_BYTES = 64 * 1024


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent to act on
    # A script has no way out of the engine; should it find one, it ends up here.
    standard_library = str(Path(os.__file__).parent)
    readable = [str(RUNTIME_FILES), standard_library]
    confine(MAX_PROCESS_BYTES, readable=readable, writable=[])
    refuse_some(supervisor=os.getppid(), landlock=landlock_version())
    known: dict[str, tuple[str, KeyValueStore | None, str]] = {}
    contexts, orders = FreshContexts(), _Lines(sys.stdin.fileno())
    while True:
        while not orders.is_here() and contexts.make_one():
            pass
        line = orders.read()
        if not line:
            return
        order = json.loads(line)
        if "script" in order:
            known[order["name"]] = _function(order)
            continue
        script, store, runtime = known[order["name"]]
        fresh = contexts.take(kind_for(script, runtime))
        signal.setitimer(signal.ITIMER_PROF, KILL_AFTER)
        outcome = run(
            script,
            orders.read().decode(),
            now=order["now"],
            store=store,
            runtime=runtime,
            facts=order["facts"],
            fresh=fresh,
        )
        signal.setitimer(signal.ITIMER_PROF, 0)
        try:
            _write(_told(outcome))
        except BrokenPipeError:  # the parent has ended amid the run
            return


class _Lines:
    """Of a file descriptor: whether one is coming can be asked without waiting."""

    def __init__(self, source: int) -> None:
        self._source = source
        self._pieces: list[bytes] = []
        self._whole: deque[bytes] = deque()
        self._arriving = select.poll()
        self._arriving.register(source, select.POLLIN)

    def is_here(self) -> bool:
        return bool(self._whole or self._arriving.poll(0))

    def read(self) -> bytes:
        """The next line; nothing where there is none any more."""
        while not self._whole:
            piece = os.read(self._source, _CHUNK_BYTES)
            if not piece:
                return b""
            first, *others = piece.split(b"\n")
            self._pieces.append(first)
            for other in others:
                self._whole.append(b"".join(self._pieces))
                self._pieces = [other]
        return self._whole.popleft()


def _told(outcome: RunResult) -> bytes:
    told = {
        "error": outcome.error,
        "stack": outcome.stack,
        "logs": outcome.logs,
        "seconds": outcome.seconds,
        "origin": outcome.origin,
    }
    if outcome.result is None:
        return json.dumps(told | {"fails": True}).encode() + b"\n\n"
    return f"{json.dumps(told)}\n{outcome.result}\n".encode("utf-8", "surrogatepass")


def _write(told: bytes) -> None:
    rest = memoryview(told)
    while rest:
        rest = rest[os.write(sys.stdout.fileno(), rest) :]


def _function(order: dict[str, Any]) -> tuple[str, KeyValueStore | None, str]:
    store = order["store"]
    return order["script"], None if store is None else KeyValueStore(**store), order["runtime"]


if __name__ == "__main__":
    main()
