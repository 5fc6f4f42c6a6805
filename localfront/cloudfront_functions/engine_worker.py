"""The process that runs functions: a line of JSON in, a line of JSON out, one run at a time.

A function is told once, under its name, and then run by that until it is told anew. The process ends when its
standard input does; and the kernel ends it when one run takes too much of the processor, also
where the engine itself does not look at the clock.
"""

from __future__ import annotations

import json
import signal
import sys
from dataclasses import asdict
from typing import Any

from localfront.cloudfront_functions.engine import run
from localfront.cloudfront_functions.quotas import KILL_AFTER
from localfront.cloudfront_functions.runs import Store


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent to act on
    known: dict[str, tuple[str, Store | None]] = {}
    for line in sys.stdin.buffer:
        order = json.loads(line)
        if "script" in order:
            known[order["name"]] = _function(order)
            continue
        script, store = known[order["name"]]
        signal.setitimer(signal.ITIMER_PROF, KILL_AFTER)
        outcome = run(script, order["event"], now=order["now"], store=store)
        signal.setitimer(signal.ITIMER_PROF, 0)
        sys.stdout.write(json.dumps(asdict(outcome)) + "\n")
        sys.stdout.flush()


def _function(order: dict[str, Any]) -> tuple[str, Store | None]:
    store = order["store"]
    return order["script"], None if store is None else Store(**store)


if __name__ == "__main__":
    main()
