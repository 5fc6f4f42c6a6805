"""Documents that `serve` and `check` read, valid and broken in up to three places."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from hypothesis import strategies as st

from harness.checkout import ROOT

SEEDS = ROOT / "fuzz" / "seeds"
PLANS = ROOT / "tests" / "fixtures" / "terraform"
NOT_ALONE = {"fresh-plan"}  # its key value store would be requested from AWS
Way = tuple[str | int, ...]
Files = Mapping[str, bytes]
DELETED = object()

TEXTS = [
    "", "*", "/", "Items", "whitelist", "none", "all", "\ud800", "9" * 5000, "a\nb", "\0", "é", "x" * 3000, "E1",
    "arn:aws:lambda:us-east-1:000000000000:function:f:1", "arn:aws:s3:::b", "a.example", "*.example", "[::1]",
    "viewer-request", "https-only", "${a}", "data.aws_x.y", "module.a", "-1", "1e9", "true",
]  # fmt: skip
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers(-2, 100_000)
    | st.sampled_from([10**30, 1.5, float("inf"), float("nan")])
    | st.text(max_size=8)
    | st.sampled_from(TEXTS)
)
NAMES = [
    "Items",
    "Quantity",
    "Id",
    "Enabled",
    "values",
    "references",
    "constant_value",
    "index",
    "address",
]
JUNK = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=3)
    ),
    max_leaves=5,
)
CHANGES = st.integers(1, 3)
ONE_IN_TWENTY = st.integers(0, 19)
BROKEN_TEXT = [
    b"", b"[]", b"{", b"null", b"\xef\xbb\xbf{}", b"\xff", b"[" * 100_000, b'{"a":' * 100_000, b"1" * 5000,
    b'{"format_version": "1.2"}', b'{"format_version": 3, "planned_values": []}', b'{"Distribution": []}',
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Broken:
    """`files` are passed together with --config; `kind` is their form."""

    kind: str
    files: Files


@cache
def seeds() -> Mapping[str, Mapping[str, Any]]:
    """Sets of valid documents by kind, each by file name."""
    of_the_cli = {
        file.name: json.loads(file.read_text("utf-8")) for file in sorted(SEEDS.glob("*.json"))
    }
    plans = {
        f"Terraform, {file.stem}": {file.name: json.loads(file.read_text("utf-8"))}
        for file in sorted(PLANS.glob("*.json"))
        if file.stem not in NOT_ALONE
    }
    return {"AWS CLI": of_the_cli, **plans}


@cache
def places(kind: str, name: str) -> tuple[Way, ...]:
    return tuple(_ways(seeds()[kind][name]))


def _ways(value: Any, at: Way = ()) -> Iterator[Way]:
    """The paths of all values in a document, the document itself first."""
    yield at
    members: Any = ()
    if isinstance(value, dict):
        members = value.items()
    elif isinstance(value, list):
        members = enumerate(value)
    for name, member in members:
        yield from _ways(member, (*at, name))


def changed(value: Any, way: Way, new: Any) -> Any:
    """A copy with `new` at this path; a path that an earlier change has removed is ignored."""
    if not way:
        return new
    first, *rest = way
    inside = isinstance(value, dict) and first in value
    inside |= isinstance(value, list) and isinstance(first, int) and first < len(value)
    if not inside:
        return value
    copy = value.copy()
    member = changed(value[first], tuple(rest), new)
    if member is DELETED:
        del copy[first]
    else:
        copy[first] = member
    return copy


@st.composite
def broken(draw: st.DrawFn) -> Broken:
    kind = draw(_kinds())
    documents = seeds()[kind]
    name = draw(_names(kind))
    if draw(ONE_IN_TWENTY) == 19:
        return Broken("not JSON of the form", {name: draw(_broken_text(documents[name]))})
    document = documents[name]
    for _ in range(draw(CHANGES)):
        way = draw(_way(kind, name))
        new = draw(_replacement(kind, name))
        if isinstance(new, tuple):  # a value from elsewhere in the document
            new = _at(documents[name], new)
        document = changed(document, way, None if new is DELETED and not way else new)
    return Broken(kind, {name: json.dumps(document).encode()})


@cache
def _kinds() -> st.SearchStrategy[str]:
    first, *others = seeds()
    return st.sampled_from([first, first, *others])


@cache
def _names(kind: str) -> st.SearchStrategy[str]:
    return st.sampled_from(sorted(seeds()[kind]))


@cache  # Hypothesis takes long to build a strategy
def _way(kind: str, name: str) -> st.SearchStrategy[Way]:
    return st.sampled_from(places(kind, name))


@cache
def _replacement(kind: str, name: str) -> st.SearchStrategy[Any]:
    return JUNK | st.just(DELETED) | _way(kind, name)


def _broken_text(document: Any) -> st.SearchStrategy[bytes]:
    whole = json.dumps(document).encode()
    cut = st.integers(0, len(whole)).map(lambda at: whole[:at])
    torn = st.integers(0, len(whole)).map(lambda at: whole[:at] + b"\0" + whole[at + 1 :])
    return cut | torn | st.sampled_from(BROKEN_TEXT)


def _at(value: Any, way: Way) -> Any:
    for name in way:
        value = value[name]
    return value


@cache
def whole(kind: str) -> Files:
    return {name: json.dumps(document).encode() for name, document in seeds()[kind].items()}


def kind_of(name: str) -> str:
    """The set of documents with a file of this name."""
    return next(kind for kind, documents in seeds().items() if name in documents)
