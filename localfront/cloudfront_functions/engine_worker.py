"""The process that runs functions: a line of JSON in, a line of JSON out, one run at a time.

A function is told once, under its name, and then run by that until it is told anew. The process ends when its
standard input does; and the kernel ends it when one run takes too much of the processor, also
where the engine itself does not look at the clock.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from localfront.cloudfront_functions.engine import RUNTIME_FILES, run
from localfront.cloudfront_functions.quotas import KILL_AFTER, MAX_PROCESS_BYTES
from localfront.lambda_edge.workers.confinement import confine, landlock_version
from localfront.lambda_edge.workers.system_calls import refuse_some
from localfront.sources.description import KeyValueStore


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent to act on
    # A script has no way out of the engine; should it find one, it ends up here.
    standard_library = str(Path(os.__file__).parent)
    readable = [str(RUNTIME_FILES), standard_library]
    confine(MAX_PROCESS_BYTES, readable=readable, writable=[])
    refuse_some(supervisor=os.getppid(), landlock=landlock_version())
    known: dict[str, tuple[str, KeyValueStore | None, str]] = {}
    for line in sys.stdin.buffer:
        order = json.loads(line)
        if "script" in order:
            known[order["name"]] = _function(order)
            continue
        script, store, runtime = known[order["name"]]
        signal.setitimer(signal.ITIMER_PROF, KILL_AFTER)
        outcome = run(
            script,
            order["event"],
            now=order["now"],
            store=store,
            runtime=runtime,
            facts=order["facts"],
        )
        signal.setitimer(signal.ITIMER_PROF, 0)
        try:
            sys.stdout.write(json.dumps(asdict(outcome)) + "\n")
            sys.stdout.flush()
        except BrokenPipeError:  # the parent has ended amid the run
            os._exit(0)  # without the flush that would fail again


def _function(order: dict[str, Any]) -> tuple[str, KeyValueStore | None, str]:
    store = order["store"]
    return order["script"], None if store is None else KeyValueStore(**store), order["runtime"]


if __name__ == "__main__":
    main()
