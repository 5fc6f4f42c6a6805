"""Assign processor cores: one to the server, the others to everything else."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

Cores = frozenset[int]


@dataclass(frozen=True, slots=True)
class Plan:
    """The cores. Both sets are empty if the system can't pin processes (macOS)."""

    server: Cores
    others: Cores

    @property
    def everywhere(self) -> Cores:
        return self.server | self.others

    def describe(self) -> str:
        if not self.server:
            return "not pinned: this system can't pin a process to a core"
        if self.server == self.others:
            return "one core for all: this machine has no second one available"
        return "the server on a core of its own"


def plan() -> Plan:
    if not hasattr(os, "sched_getaffinity"):
        return Plan(frozenset(), frozenset())
    first, *rest = sorted(os.sched_getaffinity(0))
    return Plan(frozenset({first}), frozenset(rest or {first}))


@contextmanager
def on(cores: Cores) -> Iterator[None]:
    """Pin this process, and thus the processes that it starts, to these cores."""
    if not cores:
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cores)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)
