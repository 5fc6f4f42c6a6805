"""tflocal with a cache of parsed files: `python quick_tflocal.py COMMAND ...`

tflocal parses each file three times per command, which takes more than two seconds of processor time.
Parsed files are cached by a hash of the text, the parser's version and its options. If the cache
cannot be used, files are parsed as usual.
"""

import hashlib
import json
import os
import runpy
import sys
from contextlib import suppress
from importlib import metadata
from pathlib import Path
from typing import Any, TextIO

import hcl2
from hcl2 import SerializationOptions

KEPT = Path(__file__).resolve().parents[2] / ".cache" / "parsed-terraform"
MOST = 500  # cached files; the oldest are deleted
PARSER = metadata.version("python-hcl2")
PROGRAM = Path(sys.executable).with_name("tflocal")

parsed_anew = hcl2.load


def load(file: TextIO, *, serialization_options: SerializationOptions | None = None) -> Any:
    """A cached `hcl2.load`; raises the same errors."""
    text = file.read()
    key = f"{PARSER}\0{serialization_options}\0{text}"
    kept = KEPT / f"{hashlib.sha256(key.encode()).hexdigest()}.json"
    with suppress(OSError, ValueError):
        return json.loads(kept.read_text())
    file.seek(0)
    parsed = parsed_anew(file, serialization_options=serialization_options)
    with suppress(OSError, TypeError, ValueError):
        keep(kept, parsed)
    return parsed


def keep(kept: Path, parsed: Any) -> None:
    """Cache a parsed file. Raises OSError, or TypeError or ValueError if it is not JSON."""
    text = json.dumps(parsed)
    if json.loads(text) != parsed:
        return
    kept.parent.mkdir(parents=True, exist_ok=True)
    whole = kept.with_suffix(f".{os.getpid()}")  # another process may write the same
    whole.write_text(text)
    whole.replace(kept)
    by_age = sorted(kept.parent.iterdir(), key=lambda each: each.stat().st_mtime)
    for old in by_age[:-MOST]:
        old.unlink(missing_ok=True)


if __name__ == "__main__":
    hcl2.load = load
    sys.path[0] = str(
        PROGRAM.parent
    )  # instead of this folder, whose modules could shadow tflocal's
    sys.argv[0] = str(PROGRAM)
    runpy.run_path(str(PROGRAM), run_name="__main__")
