"""CloudFront's own responses before any function runs: errors, and the redirect to HTTPS."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """An error by CloudFront itself; with `close` the connection ends after it."""

    status: int
    rule: str
    message: str
    close: bool = False

    @classmethod
    def closing(cls, status: int, rule: str, message: str) -> Refusal:
        """A refusal after which the connection closes."""
        return cls(status=status, rule=rule, message=message, close=True)


@dataclass(frozen=True, slots=True)
class HttpsRedirect:
    """A redirect to the same URL over HTTPS (VP-001, VP-002)."""

    status: int
