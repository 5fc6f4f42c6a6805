import json
from pathlib import Path

import pytest

from harness import figures_file


def test_figures_of_another_run_are_kept(tmp_path: Path) -> None:
    file = tmp_path / "build" / "bench.json"

    figures_file.add({"cases": {"memory": 1}, "aims": []}, file)
    figures_file.add({"check": {"seconds": 200.5}}, file)
    figures_file.add({"cases": {"start": 2}}, file)

    assert json.loads(file.read_text()) == {
        "cases": {"start": 2},
        "aims": [],
        "check": {"seconds": 200.5},
    }
    assert [path.name for path in file.parent.iterdir()] == ["bench.json"]


@pytest.mark.parametrize("damage", ["", "[]", "{"])
def test_a_damaged_file_is_replaced(damage: str, tmp_path: Path) -> None:
    file = tmp_path / "bench.json"
    file.write_text(damage)

    figures_file.add({"check": {}}, file)

    assert json.loads(file.read_text()) == {"check": {}}
