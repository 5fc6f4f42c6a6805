"""`nox -s bench`: measure, print a table, and write build/bench.json."""

from __future__ import annotations

import argparse
import os
import platform
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from bench import candidates, cores
from bench.cases import CASES, QUICK, THOROUGH, TITLES, Effort, of_peer, viewer_request
from bench.command_line import parser, wanted
from bench.errors import BenchError
from bench.generator import Generator, generator
from bench.inspector_cost import inspector_cost
from bench.memory import memory
from bench.peers import installed, localemu_python
from bench.reload import live_reload
from bench.report import Figures, Report
from bench.served_site import Server, Site, site
from bench.starts import starts
from harness import figures_file
from harness.commands import command_line
from harness.emulators import emulators
from harness.progress import Progress, print_line
from harness.stack.run_directory import run_directory


@dataclass(slots=True, kw_only=True)
class Run:
    """One run of all that was asked for, and what it has found so far."""

    effort: Effort
    names: Sequence[str]
    peers_python: Path | None
    load: Generator
    site: Site
    progress: Progress
    cases: dict[str, Figures] = field(default_factory=dict)
    peers: dict[str, Figures] = field(default_factory=dict)
    titles: dict[str, str] = field(default_factory=lambda: dict(TITLES))
    failures: list[str] = field(default_factory=list)

    def measure(self) -> None:
        plan = self.site.plan
        with self.site.localfront("localfront", plan.server) as server:
            for name, case in CASES.items():
                args = (self.load, self.site, server, self.effort)
                self._case(name, partial(case, *args))
            self._case("viewer_request", lambda: self._viewer_request(server))
            self._case("inspector_cost", lambda: self._inspector_cost(server))
            self._case("live_reload", lambda: self._live_reload(server))
        self._case("memory", self._memory)
        self._case("start", self._starts)
        if "peers" in self.names:
            for name, opened in installed(localemu=self.peers_python).items():
                with self.progress.step(name), opened(self.site) as peer:
                    self.titles[name] = peer.title
                    self.peers[name] = of_peer(self.load, self.site, peer, self.effort)

    def _case(self, name: str, measured: Callable[[], Figures]) -> None:
        if name not in self.names:
            return
        with self.progress.step(self.titles[name]):
            figures = measured()
        self.cases[name] = figures
        if figures.get("failed"):
            self.failures.append(
                f"{name}: {figures['failed']:.0f} answers were not those asked for"
            )

    def _viewer_request(self, server: Server) -> Figures:
        with self.site.localfront("unpinned", self.site.plan.everywhere) as unpinned:
            return viewer_request(self.load, server, unpinned, self.effort)

    def _inspector_cost(self, server: Server) -> Figures:
        with self.site.localfront(
            "uninspected", self.site.plan.server, "--no-inspector"
        ) as without:
            return inspector_cost(self.load, server, without, self.effort)

    def _live_reload(self, server: Server) -> Figures:
        return live_reload(server, self.site.reloaded, times=self.effort.rounds)

    def _memory(self) -> Figures:
        with self.site.localfront("memory", self.site.plan.server) as fresh:
            return memory(self.load, fresh, self.effort.hits_for_memory)

    def _starts(self) -> Figures:
        times = 1 if self.effort is QUICK else 3
        return starts(self.site.directory, self.site.plan.everywhere, times=times)

    def report(self) -> Report:
        cores_told = f"{os.cpu_count()} cores; {self.site.plan.told()}"
        busy = f"load average {os.getloadavg()[0]:.1f} at the end"
        python = f"Python {platform.python_version()}"
        return Report(
            cases=self.cases,
            peers=self.peers,
            titles=self.titles,
            remarks=[f"measured on {cores_told}; {python}; {busy}"],
            failures=self.failures,
        )


def run(options: argparse.Namespace) -> int:
    """0 unless something failed; a figure that misses its aim is no failure."""
    python = localemu_python() if options.localemu else None
    effort = QUICK if options.quick else THOROUGH
    plan, progress = cores.plan(), Progress()
    env = emulators.without_aws(os.environ)
    with (
        run_directory("bench") as directory,
        cores.on(plan.others),
        generator(env) as load,
    ):
        if options.candidates:
            print_line(candidates.compare(load, directory, plan, progress, effort))
            return 0
        with site(directory, plan) as ready:
            measurement = Run(
                effort=effort,
                names=wanted(options),
                peers_python=python,
                load=load,
                site=ready,
                progress=progress,
            )
            measurement.measure()
            return tell(measurement.report(), options.output)


def tell(report: Report, output: Path) -> int:
    figures_file.add(report.as_json(), output)
    print_line()
    print_line(report.as_text())
    print_line(f"figures: {output}")
    if report.failures:
        raise BenchError("; ".join(report.failures) + ".")
    return 0


def main(arguments: Sequence[str]) -> int:
    options = parser().parse_args(arguments)
    return command_line.run(lambda: run(options))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
