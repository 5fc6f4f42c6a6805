"""A run of the selected cases. A failed case is reported in its row; the others continue."""

from __future__ import annotations

import os
import platform
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cache, partial
from subprocess import SubprocessError

from botocore.exceptions import BotoCoreError, ClientError

from bench.cases import (
    CASES,
    TITLES,
    Effort,
    of_peer,
    of_peers_function,
    viewer_request,
    viewer_request_computing,
    with_a_function,
)
from bench.distribution import has_node
from bench.generator import Generator
from bench.growth import growth
from bench.inspector_cost import inspector_cost
from bench.memory import memory
from bench.page_load import page_load, page_load_in_a_browser
from bench.peers import Opener
from bench.reload import live_reload
from bench.report import Figures, Report, Series
from bench.served_site import Server, Site
from bench.starts import plan_starts, starts
from bench.tables import one_line
from harness.errors import HarnessError
from harness.processes.ports import reserved_port
from harness.progress import Progress

CANNOT_BE_MEASURED = (HarnessError, OSError, BotoCoreError, ClientError, SubprocessError)
Case = Callable[[Generator, Site, Server, Effort], Figures]
NO_NODE = "Node.js is not installed here: its functions were left out"


@dataclass(slots=True, kw_only=True)
class Run:
    """The results so far. `names` are the selected cases."""

    effort: Effort
    names: Sequence[str]
    peers: Mapping[str, Opener]
    load: Generator
    site: Site
    progress: Progress
    cases: dict[str, Figures] = field(default_factory=dict)
    of_peers: dict[str, Figures] = field(default_factory=dict)
    of_peers_functions: dict[str, Figures] = field(default_factory=dict)
    growth: Series = field(default_factory=dict)
    titles: dict[str, str] = field(default_factory=lambda: dict(TITLES))
    failures: dict[str, str] = field(default_factory=dict)

    def measure(self) -> None:
        self._on_one_localfront()
        self._case("memory", self._memory)
        self._case("page_load", self._page_load)
        self._case("page_load_in_a_browser", self._page_load_in_a_browser)
        if "peers" in self.names:
            for name, opened in self.peers.items():
                self._peer(name, opened)
        times = min(3, self.effort.rounds)
        directory, cores = self.site.directory, self.site.plan.everywhere
        self._case("serve_on_a_plan", partial(plan_starts, directory, cores, times=times))
        self._case("start", partial(starts, directory, cores, times=times))
        if "growth" in self.names:
            with self._recording_failures("growth"):
                for series, points in growth(self.load, self.site, self.effort):
                    self.growth[series] = points

    def _on_one_localfront(self) -> None:
        """The localfront that several cases share, started by the first of them."""
        with ExitStack() as ending:
            site = self.site

            @cache
            def server() -> Server:
                return ending.enter_context(site.localfront("localfront", site.plan.server))

            for name, case in CASES.items():
                self._case(name, partial(self._beside_the_bare_server, case, server))
            self._case("viewer_request", lambda: self._viewer_request(server()))
            self._case("viewer_request_computing", self._viewer_request_computing)
            if has_node():
                self._case("viewer_request_node", lambda: self._function(server(), "/node/hit"))
            self._case("cloudfront_function", lambda: self._function(server(), "/js/hit"))
            self._case("inspector_cost", self._inspector_cost)
            reloaded, rounds = site.reloaded, self.effort.rounds
            self._case("live_reload", lambda: live_reload(server(), reloaded, times=rounds))

    def _beside_the_bare_server(self, case: Case, server: Callable[[], Server]) -> Figures:
        return case(self.load, self.site, server(), self.effort)

    def _viewer_request(self, server: Server) -> Figures:
        with self.site.localfront("unpinned", self.site.plan.everywhere) as unpinned:
            return viewer_request(self.load, server, unpinned, self.effort)

    def _viewer_request_computing(self) -> Figures:
        with self.site.localfront("computing", self.site.plan.everywhere) as unpinned:
            return viewer_request_computing(self.load, unpinned, self.effort)

    def _function(self, server: Server, path: str) -> Figures:
        return with_a_function(self.load, server, path, self.effort)

    def _inspector_cost(self) -> Figures:
        """Two fresh servers, because earlier cases' memory would be attributed to the inspector."""
        on = self.site.plan.server
        with (
            self.site.localfront("inspected", on) as inspected,
            self.site.localfront("uninspected", on, "--no-inspector") as without,
        ):
            return inspector_cost(self.load, inspected, without, self.effort)

    def _page_load(self) -> Figures:
        with self.site.localfront("page", self.site.plan.everywhere) as server:
            return page_load(self.load, server, self.effort)

    def _page_load_in_a_browser(self) -> Figures:
        directory, everywhere = self.site.directory, self.site.plan.everywhere
        with self.site.localfront("browsed", everywhere) as server:
            return page_load_in_a_browser(server, self.effort, directory, everywhere)

    def _memory(self) -> Figures:
        with self.site.localfront("memory", self.site.plan.server) as fresh:
            return memory(self.load, fresh, self.effort.hits_for_memory)

    def _case(self, name: str, measured: Callable[[], Figures]) -> None:
        if name in self.names:
            with self._recording_failures(name):
                self.cases[name] = measured()
                self._note_failed_responses(name, self.cases[name])

    def _peer(self, name: str, opened: Opener) -> None:
        self.titles[name] = name
        with (
            self._recording_failures(name),
            reserved_port() as port,
            opened(self.site, port) as peer,
        ):
            self.titles[name] = peer.title
            self.of_peers[name] = of_peer(self.load, self.site, peer, self.effort)
            self._note_failed_responses(name, self.of_peers[name])
            if peer.path_with_function:
                figures = of_peers_function(self.load, peer, self.effort)
                self.of_peers_functions[name] = figures
                self._note_failed_responses(name, figures)

    @contextmanager
    def _recording_failures(self, name: str) -> Iterator[None]:
        """Record an error as the case's reason, so that the other cases continue."""
        try:
            with self.progress.step(self.titles[name]):
                yield
        except CANNOT_BE_MEASURED as reason:
            self.failures[name] = str(reason) or one_line(reason)
            self.progress.say(f"{self.titles[name]}: not measured: {one_line(reason)}")

    def _note_failed_responses(self, name: str, figures: Figures) -> None:
        if failed := figures.get("failed"):
            self.failures[name] = f"{failed:.0f} responses were unexpected"

    def report(self) -> Report:
        plan = self.site.plan
        busy = f"load average {os.getloadavg()[0]:.1f} at the end"
        rounds = f"medians of {self.effort.rounds} rounds"
        on = f"{os.cpu_count()} cores; {plan.describe()}; Python {platform.python_version()}"
        left_out = "viewer_request_node" in self.names and not has_node()
        return Report(
            cases=self.cases,
            peers=self.of_peers,
            peers_functions=self.of_peers_functions,
            titles=self.titles,
            growth=self.growth,
            remarks=[f"{rounds}, measured on {on}; {busy}", *([NO_NODE] if left_out else [])],
            failures=self.failures,
        )
