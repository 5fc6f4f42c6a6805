"""Commands for the clock: `+1h30m`, `freeze`, `freeze 2026-12-24T18:00`, `reset`."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from localfront.exchange.clock import UNITS, ClockError, MovableClock
from localfront.exchange.clock_forms import FORMS

_DURATION = re.compile(r"([+-])((?:[0-9]{1,9}[dhms])+)")
_PART = re.compile(r"([0-9]+)([dhms])")


def carry_out(clock: MovableClock, order: str) -> None:
    """Execute a command. Raises ClockError, also for an unknown command."""
    word, _, rest = order.strip().partition(" ")
    rest = rest.strip()
    if word == "reset" and not rest:
        clock.reset()
    elif word == "freeze":
        clock.freeze(parse_time(rest) if rest else None)
    elif not rest:
        clock.advance(parse_duration(word))
    else:
        raise _unknown(order)


def parse_duration(text: str) -> float:
    """`+1h30m` in seconds. Raises ClockError."""
    found = _DURATION.fullmatch(text)
    if found is None:
        raise _unknown(text)
    seconds = sum(int(count) * UNITS[unit] for count, unit in _PART.findall(found[2]))
    return float(-seconds if found[1] == "-" else seconds)


def parse_time(text: str) -> float:
    """An ISO 8601 time as Unix seconds; UTC if it has no zone. Raises ClockError."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise _unknown(text) from error
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _unknown(text: str) -> ClockError:
    return ClockError(f"{text!r} is not a valid clock setting: write {FORMS}.")
