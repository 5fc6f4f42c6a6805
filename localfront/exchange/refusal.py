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

    @classmethod
    def closing(cls, status: int, rule: str, message: str) -> Refusal:
        """One after which the connection ends."""
        return cls(status=status, rule=rule, message=message, close=True)


@dataclass(frozen=True, slots=True)
class HttpsRedirect:
    """A redirect to the same URL over HTTPS (VP-001, VP-002)."""

    status: int
