"""Every wait in a test has a timeout, and hanging tests report where they hung."""

import ast
import asyncio
import re
import subprocess
import sys
import traceback
from pathlib import Path

import pytest

from tests import conftest
from tests.checkout import ROOT, our_python

NO_TESTS = ("tests/fixtures/", "tests/edge_functions/")
# Without an argument each of them waits for ever.
WAITS = {"communicate", "wait", "result"}
RUNS = {"run", "call", "check_call", "check_output"}
MAY_WAIT = re.compile(r"subprocess\.|\.(communicate|wait|result)\(\)")
HANGS = """
import subprocess

def test_that_hangs_when_it_tidies_up():
    with subprocess.Popen(["sleep", "60"]) as process:
        process.wait()
"""


def waits_for_ever(text: str) -> list[int]:
    """The numbers of lines with a call without a timeout."""
    if not MAY_WAIT.search(text):  # parsing all would take seconds
        return []
    tree = ast.parse(text)
    # conftest.bounded ends what is awaited, and asyncio's `result` waits for nothing.
    awaited, of_tasks = inside(tree, ast.Await), inside(tree, ast.AsyncFunctionDef)
    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and is_endless(node)
        and id(node) not in awaited
        and not (id(node) in of_tasks and asks_for_a_result(node))
    ]


def inside(tree: ast.AST, kind: type[ast.AST]) -> set[int]:
    return {
        id(inner) for node in ast.walk(tree) if isinstance(node, kind) for inner in ast.walk(node)
    }


def asks_for_a_result(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Attribute) and call.func.attr == "result"


def is_endless(call: ast.Call) -> bool:
    match call.func:
        case ast.Attribute(value=ast.Name(id="subprocess"), attr=name) if name in RUNS:
            return all(keyword.arg != "timeout" for keyword in call.keywords)
        case ast.Attribute(attr=name) if name in WAITS:
            return not call.args and not call.keywords
    return False


def test_each_wait_for_a_process_or_a_future_has_a_bound() -> None:
    files = {str(file.relative_to(ROOT)): file for file in our_python()}
    ours = [
        name
        for name in files
        if name.startswith(("tests/", "e2e/")) and not name.startswith(NO_TESTS)
    ]

    found = [
        f"{name}:{line} waits for ever: give it a `timeout`"
        for name in ours
        for line in waits_for_ever(files[name].read_text())
    ]

    assert len(ours) > 100
    assert found == [], "\n".join(found)


@pytest.mark.parametrize(
    ("line", "lines"),
    [
        ("process.wait()", [1]),
        ("process.communicate()", [1]),
        ("subprocess.run(['ls'], check=True)", [1]),
        ("subprocess.run(['ls'], timeout=60)", []),
        ("process.wait(60)", []),
        ("', '.join(names)", []),
        ("async def f():\n    await event.wait()", []),
        ("async def f():\n    return task.result()", []),
        ("async def f():\n    process.wait()", [2]),
        ("async def f():\n    subprocess.run(['ls'])", [2]),
    ],
)
def test_a_wait_without_a_bound_is_found(line: str, lines: list[int]) -> None:
    assert waits_for_ever(f"{line}\n") == lines


async def test_the_line_that_awaits_for_too_long_is_reported(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def waits() -> None:
        await asyncio.Event().wait()  # for what never comes

    monkeypatch.setattr(conftest, "ENDS_WITHIN", 0.01)

    with pytest.raises(TimeoutError) as failure:
        await conftest.bounded(waits)()

    report = "".join(traceback.format_exception(failure.value))
    assert "await asyncio.Event().wait()  # for what never comes" in report


def test_async_tests_have_a_time_limit(request: pytest.FixtureRequest) -> None:
    awaited = {item.name for item in request.session.items if hasattr(item.obj, "__wrapped__")}  # type: ignore[attr-defined]  # of pytest.Function

    assert "test_the_line_that_awaits_for_too_long_is_reported" in awaited


def test_a_test_that_hangs_in_its_cleanup_is_ended_and_reported(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(HANGS)
    settings = f"--config-file={ROOT / 'pyproject.toml'}"
    sooner = ["-o", "timeout=1", "-o", "faulthandler_timeout=2"]

    done = subprocess.run(
        [sys.executable, "-m", "pytest", settings, "--rootdir", tmp_path, *sooner, "test_it.py"],
        cwd=tmp_path,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        timeout=300,
    )

    assert done.returncode == 1
    assert 'test_it.py", line 5 in test_that_hangs_when_it_tidies_up' in done.stderr
