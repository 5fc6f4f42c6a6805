"""Whether a test exercises the whole program is derived from its module's imports."""

from __future__ import annotations

from pathlib import Path

import pytest

from conformance.ways_in import goes_through


@pytest.mark.parametrize(
    ("module", "whole"),
    [
        ("from localfront.flow.pipeline import Pipeline\n", True),
        ("from localfront.command import command_line\n", True),
        ('COMMAND = [sys.executable, "-m", "localfront", "serve"]\n', True),
        ("from tests.sites import site\n", True),
        ("from tests import sites\n", True),
        ("from localfront.cache.freshness import lifetime\n", False),
        ("from localfront.flow.pipelines import x\n", False),
        ("from tests.nowhere import x\n", False),
    ],
)
def test_the_imports_of_a_test_module_decide_what_it_proves(
    module: str, whole: bool, tmp_path: Path
) -> None:
    tests = tmp_path / "tests"
    tests.mkdir()
    (tests / "sites.py").write_text("import localfront.testing\n")
    (tests / "test_it.py").write_text(module)

    assert goes_through("tests/test_it.py::test_one", tmp_path) is whole
