"""The soak: every response belongs to its request, whatever origins, functions and files do."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random

from fuzz import distribution
from fuzz.budget import Budget
from fuzz.findings import Finding, Findings, Problem
from fuzz.running_serve import RunningServe, running_serve
from fuzz.serve_log import ServeLog
from fuzz.soak import churning
from fuzz.soak.marks import LAMBDA, ORIGINS, Marked
from fuzz.soak.misbehaviour import WEIGHTED
from fuzz.soak.origins import Origins, misbehaving_origins
from fuzz.soak.remains import Resources, remains, taken
from fuzz.soak.soaking import AGAIN_AFTER, VIEWERS, Soaking
from fuzz.soak.viewers import ask_once

REPLAYED = 400  # requests


class Soak:
    """A part of the fuzzing."""

    name = "soak"

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def run(self, budget: Budget, findings: Findings, *, seed: int) -> None:
        asyncio.run(self._run(budget, findings, seed, WEIGHTED, changing=True))

    def replay(self, given: bytes) -> Problem | None:
        """Repeat one misbehaviour some hundred times, beside origins that work."""
        mode = json.loads(given)["mode"]
        findings = Findings(self._folder / "replayed")
        budget = Budget(inputs=REPLAYED)
        modes = ["good", mode, mode] if mode else WEIGHTED
        asyncio.run(self._run(budget, findings, 0, modes, changing=not mode))
        return next((finding.problem for finding in findings.by_fault.values()), None)

    async def _run(
        self,
        budget: Budget,
        findings: Findings,
        seed: int,
        modes: Sequence[str],
        *,
        changing: bool,
    ) -> None:
        async with self._serving() as (serve, origins):
            soaking = Soaking(
                serve=serve,
                origins=origins,
                folder=self._folder,
                findings=findings,
                random=Random(seed),
                modes=modes,
            )
            await _warm(serve)
            before = taken(serve.process)
            budget.begin()
            await _soaked(soaking, budget, changing=changing)
            await origins.close()  # localfront's connections to them are not used any more
            await self._judge(serve, origins, before, findings)

    async def _judge(
        self, serve: RunningServe, origins: Origins, before: Resources, findings: Findings
    ) -> None:
        after, left = await remains(serve.process, before, len(origins.cacheable))
        findings.note(self.name, "requests to origins", origins.requests)
        findings.note(self.name, "of them over a kept connection", origins.over_kept)
        findings.note(self.name, "surplus sent to a connection that waits", origins.surplus)
        for when, seen in (("before", before), ("after", after)):
            findings.note(self.name, f"descriptors {when}", seen.files or 0)
            findings.note(self.name, f"KiB of memory {when}", seen.memory // 1024)
        for problem in [*left, *ServeLog(serve.log, 0).new_problems()]:
            findings.add(
                Finding(
                    part=self.name,
                    kind="after it",
                    problem=problem,
                    input=b'{"mode": ""}',
                )
            )

    @asynccontextmanager
    async def _serving(self) -> AsyncIterator[tuple[RunningServe, Origins]]:
        self._folder.mkdir(parents=True, exist_ok=True)
        edge = f"{distribution.FUNCTION}={self._folder / 'edge'}"
        async with misbehaving_origins(ORIGINS) as origins:
            files = churning.write(self._folder, origins.ports)
            with running_serve(self._folder, files, {}, "--edge", edge) as serve:
                yield serve, origins


async def _soaked(soaking: Soaking, budget: Budget, *, changing: bool) -> None:
    beside = [soaking.look_again(), *([soaking.churn()] if changing else [])]
    tasks = [asyncio.create_task(coroutine) for coroutine in beside]
    try:
        await asyncio.gather(*(soaking.view(budget) for _ in range(VIEWERS)))
        if soaking.again:
            await asyncio.sleep(AGAIN_AFTER + 0.5)
    finally:
        for task in tasks:
            task.cancel()


async def _warm(serve: RunningServe) -> None:
    request = Marked(folder=f"{LAMBDA}0", mode="good", mark="marked0end")
    await asyncio.gather(*(ask_once(serve.http_port, request) for _ in range(VIEWERS)))
