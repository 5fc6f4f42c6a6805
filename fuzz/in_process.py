"""Inputs drawn by Hypothesis and tried in this process; failing ones are shrunk."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Generic, TypeVar

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Flaky
from hypothesis.strategies import SearchStrategy

from fuzz.budget import Budget
from fuzz.findings import Finding, Findings, Problem
from harness.processes.signals import held_back

Input = TypeVar("Input")
BATCH = 200  # examples; Hypothesis remembers all of a run, and Ctrl-C waits until it ends


MOST_SECONDS = 10.0  # seconds of processor time per input; the slowest takes a tenth of one


class TooLongError(Exception):
    """An input that took too long."""


@contextmanager
def in_time() -> Iterator[None]:
    """Raise TooLongError after the time limit, at the place that is running then."""

    def end(*_: object) -> None:
        raise TooLongError(f"not done after {MOST_SECONDS:g} s of the processor's time")

    before = signal.signal(signal.SIGVTALRM, end)
    signal.setitimer(signal.ITIMER_VIRTUAL, MOST_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


class _FailedError(Exception):
    """`args` are the problem and the input."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial(Generic[Input]):
    """`attempt` returns the fault that an input reveals; `kind` is for the counts."""

    part: str
    inputs: SearchStrategy[Input]
    attempt: Callable[[Input], Problem | None]
    kind: Callable[[Input], str]
    encode: Callable[[Input], bytes]

    def run(self, budget: Budget, findings: Findings, *, first_seed: int) -> None:
        """Try inputs. Each fault is shrunk and kept once, and after that only counted."""
        number = first_seed
        while wanted := budget.take(BATCH):
            number += 1
            before = findings.inputs.total()
            try:
                # Else Ctrl-C may interrupt a callback of Hypothesis that can't raise, and be lost.
                with held_back():
                    self._batch(wanted, findings, number)
            except _FailedError as failed:
                problem, given_ = failed.args
                findings.add(self._finding(problem, given_))
            budget.give_back(wanted - (findings.inputs.total() - before))

    def _batch(self, wanted: int, findings: Findings, number: int) -> None:
        looking_for: list[_FailedError] = []

        @seed(number)
        @settings(
            max_examples=wanted,
            database=None,
            deadline=None,
            phases=[Phase.generate, Phase.shrink],
            suppress_health_check=list(HealthCheck),
        )
        @given(self.inputs)
        def example(given_: Input) -> None:
            with in_time():
                problem = self.attempt(given_)
            if not looking_for:
                findings.count(self.part, self.kind(given_))
            if problem is None:
                return
            if findings.is_known(self.part, problem):
                findings.failed[self.part, problem.signature] += 1
                return
            failed = _FailedError(problem, given_)
            if not looking_for:
                looking_for.append(failed)
            if problem.signature == looking_for[0].args[0].signature:
                raise failed

        try:
            example()
        except Flaky:
            raise looking_for[0] from None

    def _finding(self, problem: Problem, given_: Input) -> Finding:
        return Finding(
            part=self.part,
            kind=self.kind(given_),
            problem=problem,
            input=self.encode(given_),
        )


def problem_of(error: Exception) -> Problem:
    """An unexpected exception, identified by its type and place."""
    trace = error.__traceback__
    place = "nowhere"
    while trace is not None:
        code = trace.tb_frame.f_code
        folder, _, name = code.co_filename.rpartition("/")
        place = f"{folder.rpartition('/')[2]}/{name} in {code.co_name}"
        trace = trace.tb_next
    return Problem(f"{type(error).__name__} ({place})", str(error)[:300])
