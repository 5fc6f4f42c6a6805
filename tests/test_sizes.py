"""The size limits of modules and functions, tests included."""

import ast

import pytest

from tests.checkout import ROOT, our_python, statements

MODULE_LINES = 300
FUNCTION_LINES = 60


def too_large(name: str, text: str) -> list[str]:
    """The parts of a module that are too large, with remedies."""
    found = []
    lines = text.count("\n")
    if lines > MODULE_LINES:
        found.append(
            f"{name} has {lines} lines, over {MODULE_LINES}: move one of its concepts to a module "
            "that is named for it"
        )
    for node in statements(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > FUNCTION_LINES:
                found.append(
                    f"{name}:{node.lineno} {node.name} has {lines} lines, over {FUNCTION_LINES}: "
                    "make one of its steps a function"
                )
    return found


def test_no_module_and_no_function_is_too_large() -> None:
    files = our_python()

    assert ROOT / "noxfile.py" in files
    found = [
        line for file in files for line in too_large(str(file.relative_to(ROOT)), file.read_text())
    ]
    assert found == [], "\n".join(found)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x = 1\n" * 301, "a.py has 301 lines, over 300: move one of its concepts"),
        ("async def f():\n" + "    x = 1\n" * 60, "a.py:1 f has 61 lines, over 60: make one"),
    ],
)
def test_an_oversized_module_or_function_is_reported_with_a_remedy(text: str, message: str) -> None:
    (line,) = too_large("a.py", text)

    assert line.startswith(message)


def test_a_module_or_function_at_the_limit_is_accepted() -> None:
    function = "def f():\n" + "    x = 1\n" * 59

    assert too_large("a.py", function + "x = 1\n" * 240) == []
