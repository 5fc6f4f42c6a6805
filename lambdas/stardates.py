"""Stardates: a time as captains write it."""

from datetime import UTC, datetime

FIRST_YEAR = 1966  # when the first captain was first broadcast


def stardate(at: datetime) -> str:
    """A thousand units a year, in tenths: `60894.7` is late November 2026.

    Rounded down, so that a stardate never lies in the future and never runs backwards.
    Five digits before the point from 1966 to 2065; later years need a sixth.
    """
    utc = at.astimezone(UTC)
    year_start = datetime(utc.year, 1, 1, tzinfo=UTC)
    next_year = datetime(utc.year + 1, 1, 1, tzinfo=UTC)
    tenths_of_year = (utc - year_start) * 10_000 // (next_year - year_start)
    units, tenth = divmod((utc.year - FIRST_YEAR) * 10_000 + tenths_of_year, 10)
    return f"{units:05d}.{tenth}"
