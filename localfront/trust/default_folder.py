"""The default folder of the user's certificate authority."""

from __future__ import annotations

import os
from pathlib import Path


def default_folder() -> Path:
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "localfront"
