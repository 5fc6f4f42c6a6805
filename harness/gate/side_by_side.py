"""Run parts in parallel, a given number at a time, each with its own log."""

import queue
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from harness.checkout import ROOT
from harness.errors import HarnessError
from harness.gate.parts import Part
from harness.gate.report import PartResult
from harness.processes.children import Children

LOOKS_EVERY = 1.0  # seconds between updates of the display


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A running part. `began` is a time of time.monotonic."""

    part: Part
    log: Path
    began: float


@dataclass(slots=True, kw_only=True)
class SideBySide:
    """Starts `parts` in order, each after the parts in its `after` have ended."""

    parts: Sequence[Part]
    children: Children
    folder: Path
    lanes: int
    waiting: list[Part] = field(init=False)
    running: dict[str, Running] = field(init=False, default_factory=dict)
    results: dict[str, PartResult] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.waiting = list(self.parts)

    def run(
        self, environ: Mapping[str, str], show: Callable[["SideBySide", PartResult | None], None]
    ) -> list[PartResult]:
        """Run all; results in the order of `parts`.

        `show` is called regularly and when a part ends.
        """
        ended: queue.SimpleQueue[PartResult] = queue.SimpleQueue()
        while len(self.results) < len(self.parts):
            for part in self._startable():
                self._start(part, environ, ended)
            show(self, None)
            try:
                result = ended.get(timeout=LOOKS_EVERY)
            except queue.Empty:
                continue
            del self.running[result.part.name]
            self.results[result.part.name] = result
            show(self, result)
        return [self.results[part.name] for part in self.parts]

    def log_of(self, part: Part) -> Path:
        return self.folder / f"{part.slug}.log"

    def _startable(self) -> list[Part]:
        free = self.lanes - len(self.running)
        names = {part.name for part in self.parts}
        ready = [
            part for part in self.waiting if self.results.keys() >= names.intersection(part.after)
        ]
        return ready[:free]

    def _start(
        self, part: Part, environ: Mapping[str, str], ended: "queue.SimpleQueue[PartResult]"
    ) -> None:
        self.waiting.remove(part)
        log = self.log_of(part)
        self.running[part.name] = Running(part=part, log=log, began=time.monotonic())

        def run() -> None:
            ended.put(result_of(part, environ, self.children, log))

        threading.Thread(target=run, name=part.name, daemon=True).start()


def result_of(part: Part, environ: Mapping[str, str], children: Children, log: Path) -> PartResult:
    began = time.monotonic()
    code: int | None = None
    busy, reason = 0.0, ""
    try:
        part.require(environ)
        with log.open("w") as output:
            environment = part.environment(environ)
            finished = children.measure(
                part.command, env=environment, cwd=ROOT, within=part.within, output=output
            )
            code, busy = finished.returncode, finished.processor_seconds
    except HarnessError as error:
        reason = str(error)
    except subprocess.TimeoutExpired:
        code, reason = 1, f"had not ended after {part.within:.0f} s"
    except OSError as error:  # such as a full disk
        code, reason = 1, str(error)
    seconds = time.monotonic() - began
    return PartResult(part=part, code=code, seconds=seconds, busy=busy, reason=reason, began=began)
