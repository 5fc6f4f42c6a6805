"""The worker process for functions. It reads and writes lines.

It does one run at a time, and creates contexts for later runs while it is idle.

A function is sent once and then run by its name, until it is sent again. The process ends with its
standard input; the kernel kills it when a run takes too much processor time, even where the engine
does not check.
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
from localfront.cloudfront_functions.frozen_contexts import FrozenContexts
from localfront.cloudfront_functions.quotas import KILL_AFTER, MAX_PROCESS_BYTES
from localfront.cloudfront_functions.runs import read_order, reply_line
from localfront.lambda_edge.workers.confinement import confine, landlock_version
from localfront.lambda_edge.workers.system_calls import refuse_some
from localfront.sources.key_value_store import KeyValueStore

_CHUNK_BYTES = 64 * 1024
_PAUSE_MS = 3  # without an order, before contexts are made ahead


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent handles Ctrl-C
    # No script can leave the engine; if one does, it ends up here.
    standard_library = str(Path(os.__file__).parent)
    readable = [str(RUNTIME_FILES), standard_library]
    confine(MAX_PROCESS_BYTES, readable=readable, writable=[])
    refuse_some(supervisor=os.getppid(), landlock=landlock_version())
    scripts: dict[str, tuple[str, KeyValueStore | None, str]] = {}
    contexts, frozen, orders = FreshContexts(), FrozenContexts(), _Lines(sys.stdin.fileno())
    while True:
        line = orders.read()
        if not line:
            return
        if line.startswith(b"{"):
            function = json.loads(line)
            scripts[function["name"]] = _function(function)
            continue
        name, event, now, facts = read_order(line.decode())
        script, store, runtime = scripts[name]
        signal.setitimer(signal.ITIMER_PROF, KILL_AFTER)
        found = frozen.find(script, runtime)
        outcome = found.run(event, now=now, facts=facts) if found else None
        fresh = None
        if outcome is None:
            fresh = contexts.take(kind_for(script, runtime))
            outcome = run(
                script, event, now=now, store=store, runtime=runtime, facts=facts, fresh=fresh
            )
            if found and not found.threw(outcome):
                frozen.drop(script, runtime)
        signal.setitimer(signal.ITIMER_PROF, 0)
        try:
            _write(reply_line(outcome))
        except BrokenPipeError:  # the parent ended during the run
            return
        del fresh  # now, while nobody waits: it takes as long as a short script
        if outcome.result is not None:
            frozen.make(script, runtime)
        if frozen.find(script, runtime) is None:
            _make_ahead(contexts, orders)


def _make_ahead(contexts: FreshContexts, orders: _Lines) -> None:
    """Create contexts until an order arrives; if there are enough, wait for a while first."""
    pause = 0 if contexts.are_few else _PAUSE_MS
    while contexts.has_room and not orders.is_here(within_ms=pause):
        contexts.make_one()
        pause = 0


class _Lines:
    """Lines of a file descriptor, with a check for input."""

    def __init__(self, source: int) -> None:
        self._source = source
        self._pieces: list[bytes] = []
        self._whole: deque[bytes] = deque()
        self._arriving = select.poll()
        self._arriving.register(source, select.POLLIN)

    def is_here(self, *, within_ms: int) -> bool:
        return bool(self._whole or self._arriving.poll(within_ms))

    def read(self) -> bytes:
        """The next line; empty at the end."""
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


def _write(output: bytes) -> None:
    rest = memoryview(output)
    while rest:
        rest = rest[os.write(sys.stdout.fileno(), rest) :]


def _function(order: dict[str, Any]) -> tuple[str, KeyValueStore | None, str]:
    store = order["store"]
    return order["script"], None if store is None else KeyValueStore(**store), order["runtime"]


if __name__ == "__main__":
    main()
