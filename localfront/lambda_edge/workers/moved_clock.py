"""The clock of a Python worker, set by localfront through a file.

The file has a line of JSON: `{"offset": NANOSECONDS}` ahead of the real clock, or `{"frozen":
NANOSECONDS}` since 1970. It is blank for the real time, and then nothing is patched.
`time.monotonic`, `perf_counter` and `sleep` are never changed, nor is the system time used by C
libraries such as TLS.

Modules may have imported the functions with `from time import time` or `from datetime import
datetime`. Replacing the names would miss these, so CPython's function objects are changed in place.

Workers run this file directly, so it imports nothing of localfront, and nothing slow.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from typing import Any

LENGTH = 64  # bytes of the file
_NO_ARGUMENTS = 4  # METH_NOARGS of CPython's methodobject.h
_REAL = time.CLOCK_REALTIME
_real_ns = time.clock_gettime_ns
_kept: list[Any] = []  # referenced from C


class WorkerClock:
    """The clock. `path` is opened at once, as the worker is confined later."""

    def __init__(self, path: str) -> None:
        try:
            self._file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        except OSError:  # this clock cannot be moved
            self._file = -1
        self._seen = b""
        self._offset = 0
        self._frozen: int | None = None
        self._is_patched = False

    def apply(self) -> None:
        """Apply the file's current setting."""
        if self._file < 0:
            return
        text = os.pread(self._file, LENGTH, 0).strip()
        if text == self._seen:
            return
        setting = json.loads(text or b"{}")
        self._seen = text
        self._offset, self._frozen = setting.get("offset", 0), setting.get("frozen")
        if not self._is_patched:
            self._is_patched = True
            patch_time(self.now_ns)
            patch_datetime(self.now_ns)

    def now_ns(self) -> int:
        return _real_ns(_REAL) + self._offset if self._frozen is None else self._frozen


def patch_time(now_ns: Callable[[], int]) -> None:
    """Patch the functions of `time` that return the time."""

    def now() -> float:
        return now_ns() / 1_000_000_000

    for name, moved in (("time", now), ("time_ns", now_ns)):
        if not _redirect(getattr(time, name), moved):
            setattr(time, name, moved)
    gmtime, localtime, strftime = time.gmtime, time.localtime, time.strftime
    ctime, asctime = time.ctime, time.asctime
    gettime, gettime_ns = time.clock_gettime, time.clock_gettime_ns
    module: Any = time
    module.gmtime = lambda secs=None: gmtime(now() if secs is None else secs)
    module.localtime = lambda secs=None: localtime(now() if secs is None else secs)
    module.strftime = lambda form, *t: strftime(form, *(t or (localtime(now()),)))
    module.ctime = lambda secs=None: ctime(now() if secs is None else secs)
    module.asctime = lambda *t: asctime(*(t or (localtime(now()),)))
    module.clock_gettime = lambda clock: now() if clock == _REAL else gettime(clock)
    module.clock_gettime_ns = lambda clock: now_ns() if clock == _REAL else gettime_ns(clock)


def patch_datetime(now_ns: Callable[[], int]) -> None:
    """Patch `datetime.now` and `utcnow`; `today` of both classes uses `time.time`."""
    import ctypes
    import datetime
    import gc

    def moment(kind: Any, tz: datetime.tzinfo | None) -> datetime.datetime:
        # From integer seconds: a float cannot represent microseconds of the far future.
        seconds, ns = divmod(now_ns(), 1_000_000_000)
        found: datetime.datetime = kind.fromtimestamp(seconds, tz)
        return found.replace(microsecond=ns // 1000)

    def now(kind: Any, tz: datetime.tzinfo | None = None) -> datetime.datetime:
        return moment(kind, tz)

    def utcnow(kind: Any) -> datetime.datetime:
        return moment(kind, datetime.UTC).replace(tzinfo=None)

    own = next(d for d in gc.get_referents(datetime.datetime.__dict__) if isinstance(d, dict))
    own["now"], own["utcnow"] = classmethod(now), classmethod(utcnow)
    ctypes.pythonapi.PyType_Modified(ctypes.py_object(datetime.datetime))


def _redirect(function: Any, moved: Callable[[], object]) -> bool:
    """Make a C function without arguments call `moved`; False if its layout is unknown."""
    import ctypes

    class MethodDef(ctypes.Structure):  # PyMethodDef
        _fields_ = (
            ("name", ctypes.c_char_p),
            ("call", ctypes.c_void_p),
            ("flags", ctypes.c_int),
        )

    # PyCFunctionObject: the head of every object, then the pointer to its PyMethodDef.
    pointer = ctypes.c_void_p.from_address(id(function) + object.__basicsize__)
    definition = MethodDef.from_address(pointer.value or 0)
    if definition.flags != _NO_ARGUMENTS or definition.name != function.__name__.encode():
        return False
    kind = ctypes.PYFUNCTYPE(ctypes.py_object, ctypes.c_void_p, ctypes.c_void_p)
    call = kind(lambda _module, _nothing: moved())
    _kept.append(call)
    definition.call = ctypes.cast(call, ctypes.c_void_p).value
    return True
