"""A pool of engine contexts, each for one run, made ahead.

Making one (engine, documented globals, modules) takes longer than most scripts. It contains nothing
of a script or an event before its run.
"""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import quickjs

from localfront.cloudfront_functions.quotas import MAX_LOG_BYTES, MEMORY_BYTES
from localfront.cloudfront_functions.syntax import RUNTIME_1

RUNTIME_FILES = Path(__file__).with_name("runtime")
MOST = 32  # made ahead: enough for a page and its resources
FEW = 4  # with fewer, one is made as soon as there is nothing else to do
MOST_KINDS = 4
_KNOWN_SCRIPTS = 64
_STACK_BYTES = 256 * 1024
HANDLER = 'typeof handler === "function" ? handler : null'
_FIRST = "runtime_1"
GLOBALS = "globals"
_LISTED = """
Object Function Error EvalError InternalError RangeError ReferenceError SyntaxError TypeError URIError
AggregateError Array Number Boolean String Math Symbol globalThis Date RegExp JSON Promise ArrayBuffer
DataView Float32Array Float64Array Int8Array Int16Array Int32Array Uint8Array Uint8ClampedArray
Uint16Array Uint32Array parseInt parseFloat isNaN isFinite decodeURI decodeURIComponent encodeURI
encodeURIComponent Infinity NaN undefined atob btoa eval
"""

Kind = tuple[str, ...]  # file names in RUNTIME_FILES


@dataclass(frozen=True, slots=True)
class FreshContext:
    """A context, and its function `host`, which runs a script."""

    context: Any
    host: Any


class FreshContexts:
    """Contexts by kind; more of the kind used last are made ahead."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._ready: dict[Kind, deque[FreshContext]] = {}
        self._current: deque[FreshContext] = deque()
        self._kind: Kind = ()

    def take(self, kind: Kind) -> FreshContext:
        """Take a context out of the pool; it is used once."""
        if kind not in self._ready:
            if len(self._ready) >= MOST_KINDS:
                del self._ready[next(iter(self._ready))]
            self._ready[kind] = deque()
        self._kind, self._current = kind, self._ready[kind]
        return self._current.popleft() if self._current else fresh_context(kind)

    @property
    def has_room(self) -> bool:
        """Whether one more may be made ahead."""
        return bool(self._ready) and len(self._current) < self._most

    @property
    def are_few(self) -> bool:
        return len(self._current) < FEW

    def make_one(self) -> None:
        """Make one more ahead."""
        self._current.append(fresh_context(self._kind))


@lru_cache(maxsize=_KNOWN_SCRIPTS)
def kind_for(script: str, runtime: str) -> Kind:
    """The kind of context for a script: with only the modules that it names, as each costs time.

    So do the other globals. A strict script can use only those that it names, unless it has the
    global object, or escapes in names.
    """
    text = "TextEncoder" in script or "TextDecoder" in script
    named = [name for name in ("querystring", "crypto", "cloudfront") if name in script]
    wanted = [*named, "text"] if text else named
    is_first = runtime == RUNTIME_1
    has_buffer = is_first or "uffer" in script or wanted not in ([], ["querystring"])
    is_plain = not (has_buffer or wanted or _hidden_globals().search(script))
    return (
        *(() if is_plain else (GLOBALS,)),
        *(("buffer",) if has_buffer else ()),
        *wanted,
        *((_FIRST,) if is_first else ()),
    )


def fresh_context(kind: Kind) -> FreshContext:
    return equipped(bare_context(), kind)


def bare_context() -> Any:
    """An engine with a script's limits, and without anything of CloudFront's."""
    context = quickjs.Context()
    context.set_memory_limit(MEMORY_BYTES)
    context.set_max_stack_size(_STACK_BYTES)
    return context


def equipped(context: Any, kind: Kind) -> FreshContext:
    """The context with the globals and modules of its kind."""
    globals_ = context.eval(source_of(GLOBALS))(_unlisted()) if GLOBALS in kind else None
    host = context.eval(source_of("prelude"))(globals_, source_of("seldom"), MAX_LOG_BYTES)
    for name in kind:
        if name == GLOBALS:
            continue
        function = context.eval(source_of(name))
        if name == _FIRST:
            host(_FIRST, function)
        else:
            host("module", name, function)
    return FreshContext(context, host)


@cache
def _hidden_globals() -> re.Pattern[str]:
    """The parts of a script that could see more globals than the prelude's."""
    names = "|".join(("this", "globalThis", "Date", "Function", "eval", *_unlisted().split()))
    return re.compile(rf"\\u|\b(?:{names})\b")


@cache
def _unlisted() -> str:
    """The engine's globals that CloudFront's guide does not list, with a space between them."""
    listed = frozenset(_LISTED.split())
    names = quickjs.Context().eval("Object.getOwnPropertyNames(globalThis).join(' ')").split()
    return " ".join(name for name in names if name not in listed)


@cache
def source_of(name: str) -> str:
    return (RUNTIME_FILES / f"{name}.js").read_text(encoding="utf-8")
