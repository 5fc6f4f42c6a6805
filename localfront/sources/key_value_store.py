"""A key value store as CloudFront Functions read it.

Apart from other descriptions: the functions' worker process imports this one alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyValueStore:
    """A key value store with its contents (FN-020)."""

    values: Mapping[str, str]
    meta: Mapping[str, Any]
