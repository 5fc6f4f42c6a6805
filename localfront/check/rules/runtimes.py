"""Deprecation dates of Lambda's runtimes.

Source: Lambda Developer Guide, "Lambda runtimes" (text of 2026): deprecation date, block function
create, block function update. Future dates are AWS's plans, which it has changed before.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

EDGE_RUNTIME = re.compile(r"(?:python|nodejs)[0-9].*")  # LA-009


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """The dates after which a runtime is deprecated, and functions cannot be created or updated."""

    deprecated: date
    no_create: date
    no_update: date


def _until(deprecated: str, no_create: str, no_update: str) -> Lifecycle:
    return Lifecycle(*map(date.fromisoformat, (deprecated, no_create, no_update)))


# The runtimes of Lambda@Edge's two languages, newest first.
RUNTIMES: Mapping[str, Lifecycle] = {
    "nodejs24.x": _until("2028-04-30", "2028-06-01", "2028-07-01"),
    "nodejs22.x": _until("2027-04-30", "2027-06-01", "2027-07-01"),
    "nodejs20.x": _until("2026-04-30", "2027-02-01", "2027-03-03"),
    "nodejs18.x": _until("2025-09-01", "2027-02-01", "2027-03-03"),
    "nodejs16.x": _until("2024-06-12", "2027-02-01", "2027-03-03"),
    "nodejs14.x": _until("2023-12-04", "2024-01-09", "2027-03-03"),
    "nodejs12.x": _until("2023-03-31", "2023-03-31", "2023-04-30"),
    "nodejs10.x": _until("2021-07-30", "2021-07-30", "2022-02-14"),
    "nodejs8.10": _until("2020-03-06", "2020-02-04", "2020-03-06"),
    "nodejs6.10": _until("2019-08-12", "2019-07-12", "2019-08-12"),
    "nodejs4.3-edge": _until("2020-03-05", "2019-03-31", "2019-04-30"),
    "python3.14": _until("2029-06-30", "2029-07-31", "2029-08-31"),
    "python3.13": _until("2029-06-30", "2029-07-31", "2029-08-31"),
    "python3.12": _until("2028-10-31", "2028-11-30", "2029-01-10"),
    "python3.11": _until("2027-06-30", "2027-07-31", "2027-08-31"),
    "python3.10": _until("2026-10-31", "2027-02-01", "2027-03-03"),
    "python3.9": _until("2025-12-15", "2027-02-01", "2027-03-03"),
    "python3.8": _until("2024-10-14", "2027-02-01", "2027-03-03"),
    "python3.7": _until("2023-12-04", "2024-01-09", "2027-03-03"),
    "python3.6": _until("2022-07-18", "2022-07-18", "2022-08-29"),
    "python2.7": _until("2021-07-15", "2021-07-15", "2022-05-30"),
}
