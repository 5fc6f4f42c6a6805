"""Raw bytes to the sockets of a real `localfront serve`."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from random import Random

from fuzz.budget import Budget
from fuzz.findings import Finding, Findings, Problem
from fuzz.running_serve import Target
from fuzz.shrinking import shrunk
from fuzz.wire import PATIENCE, volley

Make = Callable[[Random], bytes]
Look = Callable[[bytes], list[Problem]]
AT_ONCE = 32  # connections
IMPATIENCE = 1.0  # seconds, after an earlier silence
GRACE = 0.2  # seconds for the effects of an input that needs no response
SHRINKING = 20.0  # seconds per fault, at most
NO_TLS = "no TLS"
TO_HTTPS = 40  # one volley in this many goes to the TLS port


class Sockets:
    """A part of the fuzzing. `kinds` generate inputs, by their name in the counts."""

    def __init__(self, name: str, kinds: Mapping[str, Make], target: Target) -> None:
        self.name = name
        self._kinds = kinds
        self._target = target
        self._patience = PATIENCE

    def run(self, budget: Budget, findings: Findings, *, seed: int) -> None:
        self._target.beside()
        random = Random(seed)
        for number in itertools.count():
            wanted = budget.take(AT_ONCE)
            if not wanted:
                return
            kinds = random.choices(list(self._kinds), k=wanted)
            inputs = [self._kinds[kind](random) for kind in kinds]
            if number % TO_HTTPS == TO_HTTPS - 1:
                inputs = [given.replace(b"\r\n\r\n", b"\r\n") for given in inputs]
                kinds = [NO_TLS] * wanted
            for kind in kinds:
                findings.count(self.name, kind)
            self._try(self._port(kinds[0]), list(zip(kinds, inputs, strict=True)), findings)

    def replay(self, given: bytes) -> Problem | None:
        for kind in ("", NO_TLS):
            port = self._port(kind)
            for problem in [*self._problems_of(port, given), *self._beside(port, given)]:
                if not _may_hang_up(kind, problem):
                    return problem
        return None

    def _port(self, kind: str) -> int:
        return self._target.https_port if kind == NO_TLS else self._target.http_port

    def _try(self, port: int, inputs: Sequence[tuple[str, bytes]], findings: Findings) -> None:
        problems = volley(port, [given for _, given in inputs], patience=self._patience)
        for (kind, given), problem in zip(inputs, problems, strict=True):
            if problem is not None and not _may_hang_up(kind, problem):
                look = partial(self._problems_of, port)
                self._keep(look, kind, given, problem, findings)
        for problem in self._target.beside():
            if findings.is_known(self.name, problem):
                findings.failed[self.name, problem.signature] += 1
                continue
            look = partial(self._beside, port)
            kind, given = _culprit(look, inputs, problem)
            self._keep(look, kind, given, problem, findings)

    def _keep(
        self, look: Look, kind: str, given: bytes, problem: Problem, findings: Findings
    ) -> None:
        if problem.signature.endswith("silent"):
            self._patience = IMPATIENCE
        if not findings.is_known(self.name, problem) and _shows(look, problem, given):
            alike = partial(_shows, look, problem)
            given = shrunk(given, alike, seconds=SHRINKING)
        findings.add(Finding(part=self.name, kind=kind, problem=problem, input=given))

    def _problems_of(self, port: int, given: bytes) -> list[Problem]:
        """The fault of the response to one input."""
        problems = volley(port, [given], patience=self._patience, grace=GRACE)
        return [problem for problem in problems if problem is not None]

    def _beside(self, port: int, given: bytes) -> list[Problem]:
        """New complaints in the log and from the origin; they may be about an earlier input."""
        time.sleep(GRACE)
        self._target.beside()
        self._problems_of(port, given)
        time.sleep(GRACE)
        return self._target.beside()


def _may_hang_up(kind: str, problem: Problem) -> bool:
    """Whether the server may close without a response, as on the TLS port without TLS."""
    return kind == NO_TLS and problem.signature == "no answer: hung up"


def _shows(look: Look, problem: Problem, given: bytes) -> bool:
    return problem.signature in {seen.signature for seen in look(given)}


def _culprit(
    look: Look, inputs: Sequence[tuple[str, bytes]], problem: Problem
) -> tuple[str, bytes]:
    """The input of a volley that caused a problem; all of them if none causes it alone."""
    for kind, given in inputs:
        if _shows(look, problem, given):
            return kind, given
    return "a volley", b"".join(given for _, given in inputs)
