"""What CloudFront answers itself before any function runs: an error, or a redirect to HTTPS."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """An error that CloudFront itself makes; `close` ends the connection after it."""

    status: int
    rule: str
    message: str
    close: bool = False


@dataclass(frozen=True, slots=True)
class Redirect:
    """VP-001, VP-002: to the same URL over HTTPS."""

    status: int
