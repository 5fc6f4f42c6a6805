"""The load generator's process, controlled from here."""

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
    """A server, and the request to send it."""

    server: Process
    order: Order

    def by(self, connections: int, seconds: float) -> Target:
        return self._with(connections=connections, seconds=seconds)

    def by_number(self, requests: int, *, connections: int = 1) -> Target:
        return self._with(connections=connections, requests=requests)

    def out_of(self, distinct: int) -> Target:
        """The same target, with `{n}` in its path replaced by one of this many numbers."""
        return self._with(distinct=distinct)

    def expecting(self, head: str) -> Target:
        return self._with(expect=head)

    def _with(self, **changes: Any) -> Target:
        return replace(self, order=replace(self.order, **changes))


class Generator:
    """Executes one order at a time."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def carry_out(self, target: Target) -> Slice:
        """The results of an order. Raises BenchError if no response was as expected."""
        before = target.server.cpu_seconds()
        done = self._reply(target.order)
        after = target.server.cpu_seconds()
        if done.failed >= max(1, done.requests):
            order = target.order
            raise BenchError(
                f"{order.host}{order.path} on port {order.port} does not respond with "
                f"{order.expect!r} but with {done.unexpected!r}: there is nothing to measure."
            )
        if before is None or after is None:
            return done
        return replace(done, cpu_seconds=after - before)

    def _reply(self, order: Order) -> Slice:
        to, output = self._process.stdin, self._process.stdout
        assert to is not None  # noqa: S101 -- pipes, see below
        assert output is not None  # noqa: S101 - tells the type checker
        to.write(as_line(order))
        to.flush()
        line = output.readline()
        if not line:
            raise BenchError("the load generator ended; its message is above.")
        return Slice(**json.loads(line))

    def interleaved(
        self,
        targets: Mapping[str, Target],
        *,
        rounds: int,
        seconds: float,
        connections: int | None = None,
    ) -> dict[str, list[Slice]]:
        """Alternating slices: each round gives each target one, so that all meet the same
        conditions.

        `connections` overrides each target's own number. A first round warms up and is not counted.
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
    """The order of a round: every second one is reversed, so that no target always comes first."""
    return list(names) if turn % 2 else list(reversed(names))


@contextmanager
def generator(env: Mapping[str, str]) -> Iterator[Generator]:
    """Start a generator on the current cores."""
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
