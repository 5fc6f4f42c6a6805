from pathlib import Path

import pytest

from harness.errors import MissingToolError
from harness.processes.chromium import find_chromium


def test_the_systems_chromium_is_found(tmp_path: Path) -> None:
    program = tmp_path / "chromium"
    program.touch(mode=0o755)

    assert find_chromium({"PATH": str(tmp_path)}) == program


def test_a_variable_that_names_no_program_is_a_one_line_error(tmp_path: Path) -> None:
    with pytest.raises(MissingToolError) as missing:
        find_chromium({"PATH": str(tmp_path), "CHROMIUM": "/nowhere"})

    assert "apt install chromium" in str(missing.value)
    assert "\n" not in str(missing.value)
