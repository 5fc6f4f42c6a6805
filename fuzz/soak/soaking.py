"""The viewers, and everything that changes around them."""

from __future__ import annotations

import asyncio
import itertools
import json
import re
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from fuzz.budget import Budget
from fuzz.findings import Finding, Findings, Problem
from fuzz.responses import FinalResponse, MalformedError
from fuzz.running_serve import RunningServe
from fuzz.soak import churning, process_tree
from fuzz.soak.marks import LEFTOVER, Marked, some
from fuzz.soak.origins import Origins
from fuzz.soak.viewers import Viewer, ask_once, problem_of

VIEWERS = 48
REPLACED = 3  # origins that move to another port in each change
LEAVING = 0.02  # share of requests that follow one whose viewer has disconnected
UNTIL_EXCUSED = 1.0  # seconds until the origin has said which requests could be affected
AGAIN_AFTER = 1.5  # seconds until a stray response must have left the cache
STRAY = re.compile(re.escape(LEFTOVER) + rb"-[0-9]{9}")
ENDED = frozenset({"short", "cut", "garbage", "resetting", "silent", "closing-on-next"})


@dataclass(slots=True, kw_only=True)
class Soaking:
    """A soak from the viewers' side. `again` are responses to check once more, and when."""

    serve: RunningServe
    origins: Origins
    folder: Path
    findings: Findings
    random: Random
    modes: Sequence[str]
    numbers: itertools.count[int] = field(default_factory=itertools.count)
    again: deque[tuple[float, Marked]] = field(default_factory=deque)

    async def view(self, budget: Budget) -> None:
        viewer = Viewer(self.serve.http_port)
        while budget.take(1):
            number = next(self.numbers)
            request = some(self.random, number, self.modes)
            if self.random.random() < LEAVING:
                self.findings.note("soak", "viewers that disconnected before their response")
                await viewer.leave(request, self.random.random())
            await self._ask(viewer, request)
            if self.random.random() < 0.02:
                viewer.hang_up()
        viewer.hang_up()

    async def _ask(self, viewer: Viewer, request: Marked) -> None:
        self.findings.count("soak", request.mode)
        began = asyncio.get_running_loop().time()
        try:
            response = await viewer.ask(request)
        except MalformedError as error:
            self._failed(request, Problem(f"malformed: {error.args[0]}", repr(error.args[1][:300])))
            return viewer.hang_up()
        except TimeoutError:
            self._failed(request, Problem("no answer", request.target))
            return viewer.hang_up()
        if response is None:
            if request.mode not in ENDED:
                self._failed(request, Problem(f"hung up, {request.mode}", request.target))
            return None
        excused = request.target in self.origins.excused
        ended = asyncio.get_running_loop().time()
        problem = problem_of(request, response, excused=excused)
        if problem is not None and not excused:
            await asyncio.sleep(UNTIL_EXCUSED)
            excused = request.target in self.origins.excused
            problem = problem_of(request, response, excused=excused)
        if problem is not None:
            when = (
                f"the viewer sent its request at {began:.6f}, and got its response at {ended:.6f}"
            )
            self._failed(request, problem, when, response)
        if request.is_cached and (excused or "surplus" in request.mode):
            self.again.append((asyncio.get_running_loop().time() + AGAIN_AFTER, request))
        return None

    async def look_again(self) -> None:
        """Check the cache after a stray response: nothing of it may be left."""
        loop = asyncio.get_running_loop()
        while True:
            while self.again and self.again[0][0] <= loop.time():
                _, request = self.again.popleft()
                await self._again(request)
            await asyncio.sleep(0.05)

    async def _again(self, request: Marked) -> None:
        """Two responses: the second one shows whether the first failed for another reason."""
        before = request.target in self.origins.excused
        self.origins.excused.discard(request.target)
        response = await ask_once(self.serve.http_port, request)
        self.findings.note("soak", "cached responses checked again")
        if response is None:
            return
        excused = request.target in self.origins.excused  # in the meantime, once more
        problem = problem_of(request, response, excused=excused)
        if problem is not None:
            detail = f"{problem.detail} (excused before: {before})"
            left = Problem(f"left in the cache: {problem.signature}", detail)
            self._failed(request, left, "checked again", response)

    async def churn(self) -> None:
        for number in itertools.count(1):
            await asyncio.sleep(1)
            for turn in range(REPLACED):
                self.origins.replace((number * REPLACED + turn) % len(self.origins.ports))
            churning.change_configuration(self.folder, number, self.origins.ports)
            churning.change_code(self.folder, number)
            self.findings.note("soak", "changes of configuration and code")
            if process_tree.kill_one(self.serve.process.id, number):
                self.findings.note("soak", "workers killed")

    def _failed(
        self,
        request: Marked,
        problem: Problem,
        when: str = "",
        response: FinalResponse | None = None,
    ) -> None:
        order = {"folder": request.folder, "mode": request.mode, "mark": request.mark}
        body = b"" if response is None else response.body
        strays = [found.decode() for found in STRAY.findall(body)]
        events = self.origins.events_of(request.target, *strays)
        seen = [] if response is None else [f"{response.status} {response.lines} {body[:200]!r}"]
        self.findings.add(
            Finding(
                part="soak",
                kind=request.mode,
                problem=problem,
                input=json.dumps({**order, "method": request.method}).encode(),
                events=[when, *seen, *events],
            )
        )
