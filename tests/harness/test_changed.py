"""`check -- --changed` covers imports and files that tests read."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

import noxfile
from harness.checkout import ROOT
from harness.gate.changed import reached_by

ALL = set(noxfile.PARTS_OF_CHECK)
CODE = {"lint", "types", "unit"}
PROVED = {"edge", "localfront", "conformance"}
STACK = {"integration", "e2e"}
# Whatever is not here reaches all.
REACHED = {
    "CHANGELOG.md": {"unit"},
    "CONTRIBUTING.md": {"unit"},
    "README.md": {"unit"},
    "SECURITY.md": {"unit"},
    "bench": CODE | {"fuzz"},
    "conformance": CODE | PROVED,
    "docs": {"unit"},
    "docs/reference": {"unit"} | PROVED,
    "e2e": CODE | {"e2e"},
    "edge": CODE | PROVED | STACK | {"terraform"},
    "frontend": {"types", "unit"} | STACK,
    "fuzz": CODE | {"fuzz"},
    "harness": ALL,
    "lambdas": CODE | STACK | {"terraform"},
    "localfront": CODE | PROVED | STACK | {"fuzz", "terraform"},
    "terraform": {"unit", "terraform"} | PROVED | STACK,
    "tests/bench": CODE,
    "tests/compose": CODE,
    "tests/conformance": CODE,
    "tests/edge": CODE | PROVED,
    "tests/fuzz": CODE,
    "tests/harness": CODE,
    "tests/installation": CODE,
    "tests/integration": CODE | {"integration"},
    "tests/lambdas": CODE,
    "tests/localfront": CODE | PROVED | {"terraform"},
}
# Where code runs, and in which part.
PLACES = [
    ("e2e", "e2e"),
    ("fuzz", "fuzz"),
    ("tests/bench", "unit"),
    ("tests/conformance", "unit"),
    ("tests/edge", "edge"),
    ("tests/fuzz", "unit"),
    ("tests/harness", "unit"),
    ("tests/integration", "integration"),
    ("tests/lambdas", "unit"),
    ("tests/localfront", "localfront"),
]
IMPORT = re.compile(
    r"^ *(?:from|import) ([a-z_]+(?:\.[a-z0-9_]+)*)(?: import \(?(\w+))?", re.MULTILINE
)
READ = re.compile(r'"(?:docs|terraform|frontend|lambdas|edge)"(?: / "[^"]+")+')


def tops() -> set[str]:
    """The top-level files and folders of the checkout, and those of tests/ and docs/."""
    listed = subprocess.run(
        ["git", "ls-files"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    ).stdout.splitlines()
    tops = {name.partition("/")[0] for name in listed} - {"tests"}
    return tops | {"/".join(name.split("/")[:2]) for name in listed if name.startswith("tests/")}


def test_each_top_level_folder_affects_its_parts_and_an_unknown_one_all() -> None:
    parts = noxfile.PARTS_OF_CHECK
    found = {place: set(reached_by({changed(place)}, parts).parts) for place in tops()}

    assert {"docs", "requirements", "noxfile.py", "tests/fixtures"} <= found.keys()
    assert found == {place: REACHED.get(place, ALL) for place in found}
    assert set(reached_by({"docs/reference/a.md"}, parts).parts) == REACHED["docs/reference"]
    assert REACHED.keys() - found.keys() == {"docs/reference"}  # nothing that is gone


def changed(place: str) -> str:
    return f"{place}/a" if (ROOT / place).is_dir() else place


@pytest.mark.parametrize(("place", "part"), PLACES)
def test_a_part_is_affected_by_what_it_imports_or_reads(place: str, part: str) -> None:
    unreached = {
        f"{file.relative_to(ROOT)} uses {used}, whose change does not reach {part}"
        for file in (ROOT / place).rglob("*.py")
        for used in uses(file.read_text())
        if part not in reached_by({used}, noxfile.PARTS_OF_CHECK).parts
    }

    assert unreached == set()


def uses(text: str) -> Iterator[str]:
    """Files of ours that a module imports or names piece by piece, as paths from the root."""
    for module, name in IMPORT.findall(text):
        path = Path(*module.split("."))
        for one in (path.with_suffix(".py"), path / f"{name}.py", path / "__init__.py"):
            if (ROOT / one).exists():
                yield one.as_posix()
                break
    for named in READ.findall(text):
        place = "/".join(re.findall(r'"([^"]+)"', named))
        if (ROOT / place).exists():  # else it is a site's of a test
            yield place if (ROOT / place).is_file() else f"{place}/"


def test_imports_and_names_are_found() -> None:
    text = (
        "from harness.gate import changed\nimport noxfile\nimport os\n"
        'PAGE = ROOT / "docs" / "how-to" / "fuzz.md"\n'
    )

    assert list(uses(text)) == ["harness/gate/changed.py", "noxfile.py", "docs/how-to/fuzz.md"]
