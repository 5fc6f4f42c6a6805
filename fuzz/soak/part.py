"""The soak: every answer is the asker's own, whatever origins, functions and files do meanwhile."""

from __future__ import annotations

import asyncio
import itertools
import json
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from fuzz import distribution
from fuzz.answers import MalformedError
from fuzz.budget import Budget
from fuzz.findings import Finding, Findings, Problem
from fuzz.running_serve import RunningServe, running_serve
from fuzz.serve_log import ServeLog
from fuzz.soak import churning, process_tree
from fuzz.soak.marks import CACHED, LAMBDA, Marked, some
from fuzz.soak.origin import WEIGHTED, MisbehavingOrigin, misbehaving_origin
from fuzz.soak.viewers import Viewer, ask_once, problem_of

VIEWERS = 48
AGAIN_AFTER = 1.5  # seconds: by then a stray answer is forgotten, whatever came of it
REPLAYED = 400  # requests
QUIET_WITHIN = 20.0  # seconds
MORE_FILES = 40  # descriptors that may be open beyond those at the beginning
MORE_MEMORY = 150 * 1024 * 1024  # bytes
ENDED = frozenset({"short", "cut", "garbage", "resetting", "silent", "closing-on-next"})


@dataclass(slots=True, kw_only=True)
class Soaking:
    """One soak under way. `again` are answers to be looked at once more, with the time for it."""

    serve: RunningServe
    origin: MisbehavingOrigin
    folder: Path
    findings: Findings
    random: Random
    modes: list[str]
    numbers: itertools.count[int] = field(default_factory=itertools.count)
    again: deque[tuple[float, Marked]] = field(default_factory=deque)

    async def view(self, budget: Budget) -> None:
        viewer = Viewer(self.serve.http_port)
        while budget.take(1):
            number = next(self.numbers)
            asked = some(self.random, number, self.modes)
            await self._ask(viewer, asked)
            if self.random.random() < 0.02:
                viewer.hang_up()
        viewer.hang_up()

    async def _ask(self, viewer: Viewer, asked: Marked) -> None:
        self.findings.count("soak", f"/{asked.folder}/ {asked.mode}")
        try:
            answer = await viewer.ask(asked)
        except MalformedError as error:
            self._failed(
                asked, Problem(f"malformed: {error.args[0]}", repr(error.args[1][:300]))
            )
            return viewer.hang_up()
        except TimeoutError:
            self._failed(asked, Problem("no answer", asked.target))
            return viewer.hang_up()
        if answer is None:
            if asked.mode not in ENDED:
                self._failed(asked, Problem(f"hung up, {asked.mode}", asked.target))
            return None
        excused = asked.target in self.origin.excused
        problem = problem_of(asked, answer, excused=excused)
        if problem is not None:
            self._failed(asked, problem)
        if asked.folder == CACHED and (excused or "surplus" in asked.mode):
            self.again.append((asyncio.get_running_loop().time() + AGAIN_AFTER, asked))
        return None

    async def look_again(self) -> None:
        """What came of a stray answer in the cache: nothing may be left of it."""
        loop = asyncio.get_running_loop()
        while True:
            while self.again and self.again[0][0] <= loop.time():
                _, asked = self.again.popleft()
                await self._again(asked)
            await asyncio.sleep(0.05)

    async def _again(self, asked: Marked) -> None:
        """Two answers: the second one tells whether the first was an accident on the way."""
        before = asked.target in self.origin.excused
        self.origin.excused.discard(asked.target)
        answer = await ask_once(self.serve.http_port, asked)
        self.findings.count("soak", "cached ones once more")
        if answer is None:
            return
        excused = asked.target in self.origin.excused  # meanwhile, once more
        problem = problem_of(asked, answer, excused=excused)
        if problem is not None:
            told = f"{problem.told} (excused before: {before})"
            self._failed(
                asked, Problem(f"left in the cache: {problem.signature}", told)
            )

    async def churn(self) -> None:
        for number in itertools.count(1):
            await asyncio.sleep(1)
            churning.change_configuration(self.folder, number)
            churning.change_code(self.folder, number)
            self.findings.count("soak", "changes of configuration and code")
            if process_tree.kill_one(self.serve.process.id, number):
                self.findings.count("soak", "workers killed")

    def _failed(self, asked: Marked, problem: Problem) -> None:
        told = {"folder": asked.folder, "mode": asked.mode, "mark": asked.mark}
        self.findings.add(
            Finding(
                part="soak",
                kind=asked.mode,
                problem=problem,
                input=json.dumps({**told, "method": asked.method}).encode(),
            )
        )


class Soak:
    """A part of the fuzzing."""

    name = "soak"

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def run(self, budget: Budget, findings: Findings, *, seed: int) -> None:
        asyncio.run(self._run(budget, findings, seed, WEIGHTED, churning=True))

    def replay(self, given: bytes) -> Problem | None:
        """The same way to misbehave, some hundred times, beside origins that do well."""
        mode = json.loads(given)["mode"]
        findings = Findings(self._folder / "replayed")
        budget = Budget(inputs=REPLAYED)
        modes = ["good", mode, mode] if mode else WEIGHTED
        asyncio.run(self._run(budget, findings, 0, modes, churning=not mode))
        return next((finding.problem for finding in findings.known.values()), None)

    async def _run(
        self,
        budget: Budget,
        findings: Findings,
        seed: int,
        modes: list[str],
        *,
        churning: bool,
    ) -> None:
        async with self._serving() as (serve, origin):
            soaking = Soaking(
                serve=serve,
                origin=origin,
                folder=self._folder,
                findings=findings,
                random=Random(seed),
                modes=modes,
            )
            await self._warm(serve)
            budget.begin()
            before = _taken(serve)
            beside = [soaking.look_again(), *([soaking.churn()] if churning else [])]
            tasks = [asyncio.create_task(one) for one in beside]
            try:
                await asyncio.gather(*(soaking.view(budget) for _ in range(VIEWERS)))
                await asyncio.sleep(AGAIN_AFTER + 0.5)
            finally:
                for task in tasks:
                    task.cancel()
            for problem in [
                *await _unquiet(serve, before),
                *ServeLog(serve.log, 0).new_problems(),
            ]:
                findings.add(
                    Finding(
                        part=self.name,
                        kind="after it",
                        problem=problem,
                        input=b'{"mode": ""}',
                    )
                )

    @asynccontextmanager
    async def _serving(self) -> AsyncIterator[tuple[RunningServe, MisbehavingOrigin]]:
        self._folder.mkdir(parents=True, exist_ok=True)
        files = churning.write(self._folder)
        edge = f"{distribution.FUNCTION}={self._folder / 'edge'}"
        async with misbehaving_origin() as origin:
            with running_serve(
                self._folder, files, {distribution.ORIGIN: origin.port}, "--edge", edge
            ) as serve:
                yield serve, origin

    async def _warm(self, serve: RunningServe) -> None:
        asked = Marked(folder=LAMBDA, mode="good", mark="marked0end")
        await asyncio.gather(
            *(ask_once(serve.http_port, asked) for _ in range(VIEWERS))
        )


def _taken(serve: RunningServe) -> tuple[int | None, int]:
    return process_tree.open_files(serve.process.id), serve.process.resident_bytes()


async def _unquiet(
    serve: RunningServe, before: tuple[int | None, int]
) -> list[Problem]:
    """What a soak has left behind, when all is over."""
    deadline = asyncio.get_running_loop().time() + QUIET_WITHIN
    while True:
        dead = process_tree.zombies(serve.process.id)
        files, memory = _taken(serve)
        too_many = files is not None and files > (before[0] or 0) + MORE_FILES
        if not (dead or too_many) or asyncio.get_running_loop().time() > deadline:
            break
        await asyncio.sleep(0.5)
    found = [Problem("zombies", str(dead))] if dead else []
    found += (
        [Problem("descriptors", f"{before[0]} before, {files} after")]
        if too_many
        else []
    )
    if memory > before[1] + MORE_MEMORY:
        found.append(Problem("memory", f"{before[1]:,} bytes before, {memory:,} after"))
    return found
