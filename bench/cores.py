"""Which processor core a process may use: one for the server, the rest for everything else."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

Cores = frozenset[int]


@dataclass(frozen=True, slots=True)
class Plan:
    """Empty sets where the system can't pin (macOS)."""

    server: Cores
    others: Cores

    @property
    def everywhere(self) -> Cores:
        return self.server | self.others

    def told(self) -> str:
        if not self.server:
            return "not pinned: this system can't pin a process to a core"
        if self.server == self.others:
            return "one core for all: this machine gives us no second one"
        return "the server on a core of its own"


def plan() -> Plan:
    if not hasattr(os, "sched_getaffinity"):
        return Plan(frozenset(), frozenset())
    first, *rest = sorted(os.sched_getaffinity(0))
    return Plan(frozenset({first}), frozenset(rest or {first}))


@contextmanager
def on(cores: Cores) -> Iterator[None]:
    """What is started inside runs on these cores, and so does what it starts in its turn."""
    if not cores:
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cores)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)
