"""The load generator as its process is seen from here."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from bench.errors import BenchError
from bench.figures import Slice
from bench.load import Order, as_line
from bench.processes import Process
from harness.checkout import ROOT
from harness.processes.process_group import end_group


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A server, and what to ask it."""

    server: Process
    order: Order

    def by(self, connections: int, seconds: float) -> Target:
        return self._with(connections=connections, seconds=seconds)

    def by_number(self, requests: int, *, connections: int = 1) -> Target:
        return self._with(connections=connections, requests=requests)

    def out_of(self, distinct: int) -> Target:
        """`{n}` in its path is one of so many numbers."""
        return self._with(distinct=distinct)

    def expecting(self, head: str) -> Target:
        return self._with(expect=head)

    def _with(self, **changes: Any) -> Target:
        return replace(self, order=replace(self.order, **changes))


class Generator:
    """Carries out one order at a time."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def carry_out(self, target: Target) -> Slice:
        """Raises BenchError when not one answer was as expected."""
        before = target.server.cpu_seconds()
        done = self._answer(target.order)
        after = target.server.cpu_seconds()
        if done.failed >= max(1, done.requests):
            order = target.order
            raise BenchError(
                f"{order.host}{order.path} on port {order.port} does not answer with "
                f"{order.expect!r} but with {done.answered!r}: there is nothing to measure."
            )
        if before is None or after is None:
            return done
        return replace(done, cpu_seconds=after - before)

    def _answer(self, order: Order) -> Slice:
        to, told = self._process.stdin, self._process.stdout
        assert to is not None  # noqa: S101 -- pipes, see below
        assert told is not None  # noqa: S101 - tells the type checker
        to.write(as_line(order))
        to.flush()
        line = told.readline()
        if not line:
            raise BenchError("the load generator ended; its message stands above.")
        return Slice(**json.loads(line))

    def interleaved(
        self,
        targets: Mapping[str, Target],
        *,
        rounds: int,
        seconds: float,
        connections: int | None = None,
    ) -> dict[str, list[Slice]]:
        """A B A B: each round gives every target a slice, so that all meet the same machine.

        Without `connections`, each has as many as it says. A first round warms everything up and is not told.
        """
        slices: dict[str, list[Slice]] = {name: [] for name in targets}
        for turn in range(rounds + 1):
            for name in in_turn(list(targets), turn):
                target = targets[name]
                by = connections or target.order.connections
                done = self.carry_out(target.by(by, seconds))
                if turn:
                    slices[name].append(done)
        return slices


def in_turn(names: Sequence[str], turn: int) -> list[str]:
    """Every second round the other way round: who comes first has no advantage."""
    return list(names) if turn % 2 else list(reversed(names))


@contextmanager
def generator(env: Mapping[str, str]) -> Iterator[Generator]:
    """A generator's process, on the cores that we are on."""
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.load"],
        cwd=ROOT,
        env=env,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        yield Generator(process)
    finally:
        for pipe in (process.stdin, process.stdout):
            if pipe:
                pipe.close()
        end_group(process)
