"""The groups of test modules that run side by side."""

from pathlib import Path

from tests.integration.groups import GROUP_OF


def test_every_module_in_a_group_exists() -> None:
    modules = {path.stem for path in Path(__file__).parent.rglob("test_*.py")}

    assert GROUP_OF.keys() <= modules
