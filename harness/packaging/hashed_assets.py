"""Rename the front end's assets by content hash. No I/O.

`assets/styles/base.css` becomes `assets/styles/base.3f9c04ab1d27.css`, and references in pages,
style sheets and modules are rewritten. A name then always stands for the same bytes, so that
browsers and CloudFront may cache it without revalidation, and a page finds the exact scripts it was
built with. A file is renamed after the files that it refers to, because their names change its
bytes.

A reference is a quoted or bracketed path, as in `href="/assets/x.css"`, `url("../x.svg")` or
`from "./x.js"`. Scripts must not compose paths.
"""

import hashlib
import posixpath
import re
from collections.abc import Mapping
from graphlib import CycleError, TopologicalSorter

from harness.errors import HarnessError

ASSETS = "assets/"
IMMUTABLE = re.compile(r"assets/.+\.[0-9a-f]{12}\.[a-z0-9]+")
REFERRING = (".html", ".css", ".js")
# The opening character, the path, and the closing character.
REFERENCE = re.compile(r"""(?<=["'(])([\w./@-]+\.[A-Za-z]\w*)(?=["')?#])""")

Files = Mapping[str, bytes]


def with_hashed_names(files: Files) -> dict[str, bytes]:
    """Return `files` (path in the site: content) with assets renamed, references too.

    Raises HarnessError for a reference to an asset that is not there, and for assets that
    refer to each other in a circle.
    """
    renamed: dict[str, str] = {}
    result: dict[str, bytes] = {}
    for path in _referenced_first(files):
        content = _rewritten(path, files[path], renamed)
        if path.startswith(ASSETS):
            renamed[path] = _hashed_name(path, content)
        result[renamed.get(path, path)] = content
    return result


def _referenced_first(files: Files) -> list[str]:
    order = TopologicalSorter({path: _references(path, files) for path in sorted(files)})
    try:
        return list(order.static_order())
    except CycleError as error:
        raise HarnessError(
            "These assets refer to each other in a circle, so they cannot be named after a hash "
            f"of their content: {', '.join(error.args[1])}. Remove one of the references."
        ) from None


def _references(path: str, files: Files) -> set[str]:
    if not path.endswith(REFERRING):
        return set()
    found = REFERENCE.finditer(files[path].decode())
    targets = {_target(path, match[1]) for match in found}
    to_assets = {target for target in targets if target.startswith(ASSETS)}
    for missing in sorted(to_assets - files.keys()):
        raise HarnessError(f"frontend/{path} refers to {missing}, which does not exist.")
    return to_assets - {path}


def _rewritten(path: str, content: bytes, renamed: Mapping[str, str]) -> bytes:
    if not path.endswith(REFERRING):
        return content

    def new_reference(match: re.Match[str]) -> str:
        old = match[1]
        new = renamed.get(_target(path, old))
        return (
            old if new is None else posixpath.join(posixpath.dirname(old), posixpath.basename(new))
        )

    return REFERENCE.sub(new_reference, content.decode()).encode()


def _target(path: str, reference: str) -> str:
    """The path in the site that `reference` in the file `path` refers to.

    Empty if it is not a path: modules are imported with a leading dot or slash.
    """
    if path.endswith(".js") and not reference.startswith(("./", "../", "/")):
        return ""
    return posixpath.normpath(posixpath.join("/", posixpath.dirname(path), reference)).lstrip("/")


def _hashed_name(path: str, content: bytes) -> str:
    stem, ending = posixpath.splitext(path)
    return f"{stem}.{hashlib.sha256(content).hexdigest()[:12]}{ending}"
