"""The engine's contexts, each for one run and made before it is asked for.

Making one takes longer than a script does: the engine, the globals of the guide, the modules. Nothing of a
script or of its event is in a context before its run.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import quickjs

from localfront.cloudfront_functions.quotas import MAX_LOG_BYTES, MEMORY_BYTES
from localfront.cloudfront_functions.syntax import RUNTIME_1

RUNTIME_FILES = Path(__file__).with_name("runtime")
MOST = 32  # made ahead, for a page and what belongs to it
MOST_KINDS = 4
_STACK_BYTES = 256 * 1024
_FIRST = "runtime_1"

Kind = tuple[str, ...]  # names of files in RUNTIME_FILES


@dataclass(frozen=True, slots=True)
class FreshContext:
    """`host` is the way in."""

    context: Any
    host: Any


class FreshContexts:
    """Contexts by kind. Those that were asked for last are made ahead."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._ready: dict[Kind, deque[FreshContext]] = {}
        self._asked: deque[FreshContext] = deque()
        self._kind: Kind = ()

    def take(self, kind: Kind) -> FreshContext:
        """One that nobody gets again."""
        if kind not in self._ready:
            if len(self._ready) >= MOST_KINDS:
                del self._ready[next(iter(self._ready))]
            self._ready[kind] = deque()
        self._kind, self._asked = kind, self._ready[kind]
        return self._asked.popleft() if self._asked else fresh_context(kind)

    def make_one(self) -> bool:
        """Make one more ahead; False where there are enough."""
        if not self._ready or len(self._asked) >= self._most:
            return False
        self._asked.append(fresh_context(self._kind))
        return True


def kind_for(script: str, runtime: str) -> Kind:
    """A module is there only where the script could name it: they cost time."""
    text = "TextEncoder" in script or "TextDecoder" in script
    named = [name for name in ("querystring", "crypto", "cloudfront") if name in script]
    wanted = [*named, "text"] if text else named
    is_first = runtime == RUNTIME_1
    has_buffer = is_first or "uffer" in script or wanted not in ([], ["querystring"])
    return (
        *(("buffer",) if has_buffer else ()),
        *wanted,
        *((_FIRST,) if is_first else ()),
    )


def fresh_context(kind: Kind) -> FreshContext:
    context = quickjs.Context()
    context.set_memory_limit(MEMORY_BYTES)
    context.set_max_stack_size(_STACK_BYTES)
    host = context.eval(_source("prelude"))(MAX_LOG_BYTES)
    for name in kind:
        made = context.eval(_source(name))
        if name == _FIRST:
            host(_FIRST, made)
        else:
            host("module", name, made)
    return FreshContext(context, host)


@cache
def _source(name: str) -> str:
    return (RUNTIME_FILES / f"{name}.js").read_text(encoding="utf-8")
