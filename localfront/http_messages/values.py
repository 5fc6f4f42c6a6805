"""Dataclasses for the hot path: frozen for the type checker, fast to create at run time.

A frozen dataclass sets its fields with `object.__setattr__`, which takes four times as long: that
was a tenth of localfront's time for a cache hit.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

__all__ = ["value"]

if TYPE_CHECKING:
    from dataclasses import dataclass as value
else:

    def value(*, frozen: bool, **options: Any) -> Callable[[type], type]:
        """`dataclass` for instances that are never changed; compared and hashed by value."""
        return dataclasses.dataclass(unsafe_hash=frozen, **options)
