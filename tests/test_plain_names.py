"""Names say what a value is, and test names are sentences in the field's words."""

import ast
import re
from pathlib import Path

import pytest

from tests.checkout import ROOT, our_python

# Each says only that somebody said, asked or answered something. A message, an output, a request
# or a response is called just that.
RIDDLES = {"answer", "answers", "asked", "said", "shown", "told", "unasked", "whom"}
# Engineers write again, requests, reports or prints, and anyone or no viewer.
DIALECT = re.compile(r"_(anew|asked|asks|nobody|tells|told|whoever|whom)(_|\b)")
# To parse all files would take seconds, and most have none of these words.
MAY_HAVE = re.compile(rf"\b({'|'.join(RIDDLES)})\b|{DIALECT.pattern}")


def names_in(module: ast.Module) -> tuple[set[str], set[str]]:
    """The names of variables, parameters and fields; and those of tests."""
    bound, tests = set(), set()
    for node in ast.walk(module):
        match node:
            case ast.arg(arg=name):
                bound.add(name)
            case ast.Name(id=name, ctx=ast.Store()) | ast.Attribute(attr=name, ctx=ast.Store()):
                bound.add(name)
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                tests |= {name} if name.startswith("test_") else set()
    return bound, tests


@pytest.fixture(scope="module")
def names() -> dict[Path, tuple[set[str], set[str]]]:
    return {
        file.relative_to(ROOT): names_in(ast.parse(text))
        for file in our_python()
        if "fixtures" not in file.parts and MAY_HAVE.search(text := file.read_text())
    }


def test_a_variable_is_named_for_its_value(names: dict[Path, tuple[set[str], set[str]]]) -> None:
    assert {file: found for file, (bound, _) in names.items() if (found := bound & RIDDLES)} == {}


def test_a_test_name_is_in_plain_words(names: dict[Path, tuple[set[str], set[str]]]) -> None:
    tests = {name for _, in_file in names.values() for name in in_file}

    assert {name for name in tests if DIALECT.search(name)} == set()


def test_riddles_and_dialect_are_found() -> None:
    bound, tests = names_in(
        ast.parse("def test_a_page_tells_why(told): said, self.asked = told, 1")
    )

    assert bound == {"told", "said", "asked"}
    assert [name for name in tests if DIALECT.search(name)] == ["test_a_page_tells_why"]
