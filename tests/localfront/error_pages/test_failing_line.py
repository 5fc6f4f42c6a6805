"""The line in a function's own code, from its traceback."""

from __future__ import annotations

from pathlib import Path

import pytest

from localfront.error_pages.failing_line import source_at

LINES = "".join(f"line {n}\n" for n in range(1, 30))


@pytest.fixture
def code(tmp_path: Path) -> Path:
    folder = tmp_path / "code"
    (folder / "lib").mkdir(parents=True)
    for name in ("edge.py", "index.js", "lib/deep.js"):
        (folder / name).write_text(LINES)
    (tmp_path / "secret.txt").write_text("the key")
    (folder / "link.py").symlink_to(tmp_path / "secret.txt")
    return folder


def test_the_innermost_frame_of_the_users_code_is_shown(code: Path) -> None:
    traceback = (
        "Traceback (most recent call last):\n"
        f'  File "{code}/edge.py", line 3, in handler\n'
        f'  File "{code}/edge.py", line 9, in helper\n'
        '  File "/usr/lib/python3.11/json/decoder.py", line 5, in decode\n'
    )

    found = source_at(traceback, code)

    assert found is not None
    assert (found.file, found.failing, found.first) == ("edge.py", 9, 4)
    assert found.lines[found.failing - found.first] == "line 9"


@pytest.mark.parametrize("frame", ["at f (CODE/lib/deep.js:7:3)", "at file://CODE/lib/deep.js:7:3"])
def test_the_first_frame_of_javascript_is_shown(frame: str, code: Path) -> None:
    stack = f"TypeError: x\n    {frame}\n    at CODE/index.js:2:1\n".replace("CODE", str(code))

    found = source_at(stack, code)

    assert found is not None
    assert (found.file, found.failing) == ("lib/deep.js", 7)


@pytest.mark.parametrize(
    "file",
    ["/etc/passwd", "CODE/../secret.txt", "CODE/link.py", "CODE", "CODE/none.py", "\0", "x" * 400],
)
def test_files_outside_of_the_functions_folder_are_never_read(file: str, code: Path) -> None:
    named = file.replace("CODE", str(code))

    assert source_at(f'  File "{named}", line 1, in handler\n', code) is None


@pytest.mark.parametrize("number", ["0", "999", "9999999", "99999999999999"])
def test_a_line_that_does_not_exist_is_not_shown(number: str, code: Path) -> None:
    assert source_at(f'  File "{code}/edge.py", line {number}, in f\n', code) is None
