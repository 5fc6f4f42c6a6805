"""tflocal with a cache of parsed files: `python quick_tflocal.py COMMAND ...`

tflocal parses all of them three times at each command, which takes more than two seconds of processor
time. What a file was parsed to is kept by the hash of its text, of the parser's version and of how it
was asked. Where it can't be kept, it is parsed as ever.
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
MOST = 500  # files that are kept; the oldest go
PARSER = metadata.version("python-hcl2")
PROGRAM = Path(sys.executable).with_name("tflocal")

parsed_anew = hcl2.load


def load(file: TextIO, *, serialization_options: SerializationOptions | None = None) -> Any:
    """As hcl2.load does, whose errors it raises."""
    text = file.read()
    asked = f"{PARSER}\0{serialization_options}\0{text}"
    kept = KEPT / f"{hashlib.sha256(asked.encode()).hexdigest()}.json"
    with suppress(OSError, ValueError):
        return json.loads(kept.read_text())
    file.seek(0)
    parsed = parsed_anew(file, serialization_options=serialization_options)
    with suppress(OSError, TypeError, ValueError):
        keep(kept, parsed)
    return parsed


def keep(kept: Path, parsed: Any) -> None:
    """Raises OSError where it can't be written, TypeError or ValueError where it is no JSON."""
    text = json.dumps(parsed)
    if json.loads(text) != parsed:
        return
    kept.parent.mkdir(parents=True, exist_ok=True)
    whole = kept.with_suffix(f".{os.getpid()}")  # another may write the same
    whole.write_text(text)
    whole.replace(kept)
    by_age = sorted(kept.parent.iterdir(), key=lambda each: each.stat().st_mtime)
    for old in by_age[:-MOST]:
        old.unlink(missing_ok=True)


if __name__ == "__main__":
    hcl2.load = load
    sys.path[0] = str(PROGRAM.parent)  # not this folder, whose modules are not for tflocal
    sys.argv[0] = str(PROGRAM)
    runpy.run_path(str(PROGRAM), run_name="__main__")
