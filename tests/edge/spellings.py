"""Ways to encode a path, and the ways in which an origin may decode it.

The disguises draw the attacks; the readings judge them. They are written apart from
`page_paths`, and narrower: each does what some server, proxy or emulator really does.
"""

import posixpath
import re
import unicodedata
from collections.abc import Callable
from urllib.parse import unquote

from hypothesis import strategies as st

Draw = st.DrawFn


def _encode_one(draw: Draw, path: str) -> str:
    at = draw(st.integers(1, len(path) - 1))
    code = "".join(f"%{byte:02x}" for byte in path[at].encode("utf-8"))
    return path[:at] + draw(st.sampled_from([code, code.upper()])) + path[at + 1 :]


def _overlong(draw: Draw, path: str) -> str:
    at = draw(st.integers(1, len(path) - 1))
    code = ord(path[at])
    if code > 0x7F:
        return path
    lead, last = 0xC0 | code >> 6, 0x80 | code & 0x3F
    return f"{path[:at]}%{lead:02x}%{last:02x}{path[at + 1 :]}"


def _capital(draw: Draw, path: str) -> str:
    at = draw(st.integers(1, len(path) - 1))
    return path[:at] + path[at].upper() + path[at + 1 :]


def _full_width(draw: Draw, path: str) -> str:
    at = draw(st.integers(1, len(path) - 1))
    if not "!" <= path[at] <= "~":
        return path
    return path[:at] + chr(ord(path[at]) + 0xFEE0) + path[at + 1 :]


def _prefix(draw: Draw, path: str) -> str:
    starts = ["/", "/.", "/x/..", "/assets/..", "/../bucket", "/%2e", "/;a=b", "\\"]
    return "/" + draw(st.sampled_from(starts)).lstrip("/") + path


def _suffix(draw: Draw, path: str) -> str:
    ends = [".", "..", "/", "/.", " ", "%20", "+", "%00", "%00.png", ";x", "%0a", "%"]
    return path + draw(st.sampled_from([*ends, "?x", "#x", "::$DATA"]))


def _backslashes(draw: Draw, path: str) -> str:
    return "/" + path[1:].replace("/", "\\")


DISGUISES: tuple[Callable[[Draw, str], str], ...] = (
    _encode_one, _overlong, _capital, _full_width, _prefix, _suffix, _backslashes,
)  # fmt: skip


@st.composite
def disguised(draw: Draw, path: str) -> str:
    """`path` after up to eight random disguises."""
    for disguise in draw(st.lists(st.sampled_from(DISGUISES), max_size=8)):
        path = disguise(draw, path)
    return path


def _read_overlong(path: str) -> str:
    def letter(found: re.Match[str]) -> str:
        lead, last = int(found[1], 16), int(found[2], 16)
        return chr((lead & 0x1F) << 6 | last & 0x3F)

    return re.sub(r"(?i)%(c[01])%([89ab][0-9a-f])", letter, path)


READINGS: tuple[Callable[[str], str], ...] = (
    unquote,
    _read_overlong,
    str.casefold,
    posixpath.normpath,
    lambda path: unicodedata.normalize("NFKC", path),
    lambda path: path.replace("+", " "),
    lambda path: path.replace("\\", "/"),
    lambda path: re.sub("/+", "/", path),
    lambda path: re.sub(";[^/]*", "", path),
    lambda path: re.split(r"[\0?#\r\n]", path)[0],
    lambda path: path.split("::")[0],
    lambda path: path.rstrip(". /%"),
    lambda path: path.removeprefix("/../bucket"),
)


def keys_under_any_reading(uri: str) -> set[str]:
    """Every object key that the readings, in any order and number, make of `uri`."""
    readings = {uri}
    new = {uri}
    while new and len(readings) < 5_000:
        new = {reading(path) for path in new for reading in READINGS} - readings
        readings |= new
    return {path.removeprefix("/") for path in readings}
