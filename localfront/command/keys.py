"""The keys of `localfront serve`: o, i, c, r, q and h."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import sys
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field

from localfront.cache.store import Cache
from localfront.command.browser import open_address
from localfront.command.follow import Follower
from localfront.command.keyboard import Keyboard, is_available
from localfront.server.stopping import StopSignals

LOG = logging.getLogger("localfront")
HINT = "keys: h for help, q to quit"
HELP = """
  o  open the site in a browser
  i  open the inspector
  c  clear the cache
  r  reload the configuration and all files that it names
  q  quit (again: at once)
  h  show this
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """The keys' actions. `inspector` is its address, "" if there is none."""

    site: str
    inspector: str
    cache: Cache
    follower: Follower
    stop: StopSignals
    _opening: set[asyncio.Task[None]] = field(default_factory=set)

    def press(self, key: str) -> None:
        """Perform a key's action; Enter prints an empty line, others do nothing."""
        actions: Mapping[str, Callable[[], None]] = {
            "o": lambda: self._open(self.site),
            "i": self._open_inspector,
            "c": self._clear,
            "r": self._read_again,
            "q": self.stop.ask,
            "h": lambda: _show(HELP + "\n"),
            "\n": lambda: _show("\n"),
        }
        action = actions.get(key.lower())
        if action is not None:
            action()

    def listening(self) -> AbstractContextManager[object]:
        """A context in which the keys work and are announced; without a terminal, nothing."""
        if not is_available():
            return nullcontext()
        LOG.info(HINT)
        return Keyboard(self.press)

    def _open_inspector(self) -> None:
        if self.inspector:
            self._open(self.inspector)
        else:
            LOG.info("there is no inspector: this runs with --no-inspector")

    def _open(self, address: str) -> None:
        opening = asyncio.create_task(open_address(address))
        self._opening.add(opening)  # the loop holds only weak references
        opening.add_done_callback(self._opening.discard)

    def _clear(self) -> None:
        count = self.cache.clear()
        LOG.info("the cache is cleared: %d object%s dropped", count, "" if count == 1 else "s")

    def _read_again(self) -> None:
        LOG.info("reloading everything")
        self.follower.read_again()


def _show(text: str) -> None:
    with contextlib.suppress(OSError):
        sys.stderr.write(text)
        sys.stderr.flush()
