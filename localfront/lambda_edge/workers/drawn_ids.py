"""Random ids for invocations, made from random bytes that are read in blocks.

Source: RFC 9562, section 5.4 (UUID of version 4, as Lambda's request ids are); AWS X-Ray Developer
Guide, "Tracing header".
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator

_DIGITS = 40  # of an X-Ray trace's and its parent's; a UUID takes 32
_AT_ONCE = 100


def new_request_id() -> str:
    """Lambda's id of an invocation: a UUID."""
    drawn = next(_DRAWN)
    variant = "89ab"[int(drawn[16], 16) & 3]
    return f"{drawn[:8]}-{drawn[8:12]}-4{drawn[13:16]}-{variant}{drawn[17:20]}-{drawn[20:32]}"


def new_trace_id(began: int) -> str:
    """The value of _X_AMZN_TRACE_ID for an unsampled trace; `began` in Unix seconds."""
    drawn = next(_DRAWN)
    return f"Root=1-{began:08x}-{drawn[:24]};Parent={drawn[24:]};Sampled=0"


def _hex_digits() -> Iterator[str]:
    while True:
        pool = secrets.token_hex(_AT_ONCE * _DIGITS // 2)
        for start in range(0, len(pool), _DIGITS):
            yield pool[start : start + _DIGITS]


_DRAWN = _hex_digits()
