"""Immutable dataclasses for the hot path: frozen to the type checker, quick to make at run time.

A frozen dataclass sets each of its fields by way of `object.__setattr__`: making one takes four
times as long, and of all that localfront does for a hit that was a tenth.
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
        """`dataclass` for a class whose instances nobody changes; they compare and hash alike."""
        return dataclasses.dataclass(unsafe_hash=frozen, **options)
