"""The flows for a live site: few, and none that tries a real captain's password."""

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from harness.checkout import ROOT
from harness.promotion.live_flows import files_with_flows
from harness.promotion.release import FLOWS

HOW_MANY = 6
E2E = sorted((ROOT / "e2e").glob("test_*.py"))
REAL = {"PICARD", "KIRK", "picard", "kirk"}


def live_flows(files: Iterable[Path] = E2E) -> Iterator[ast.FunctionDef]:
    for file in files:
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.FunctionDef) and any(
                ast.unparse(decorator) == "pytest.mark.live" for decorator in node.decorator_list
            ):
                yield node


def test_every_live_flow_is_found() -> None:
    assert len(list(live_flows())) == HOW_MANY


def test_every_live_flow_is_in_a_file_that_promotion_collects() -> None:
    assert len(list(live_flows(files_with_flows(ROOT)))) == HOW_MANY


@pytest.mark.parametrize(
    "marked", ["@pytest.mark.live\ndef test_flow(): ...\n", "pytestmark = pytest.mark.live\n"]
)
def test_a_flow_is_collected_however_it_is_marked(marked: str, tmp_path: Path) -> None:
    flow = tmp_path / FLOWS / "more" / "test_flow.py"
    flow.parent.mkdir(parents=True)
    (tmp_path / FLOWS / "test_other.py").write_text("from localfront import renamed\n")
    flow.write_text(f"import pytest\n{marked}")

    assert files_with_flows(tmp_path) == [flow]


def test_without_a_flow_nothing_outside_the_release_is_collected(tmp_path: Path) -> None:
    assert files_with_flows(tmp_path) == [tmp_path / FLOWS]


def test_no_live_flow_uses_a_real_captain() -> None:
    for flow in live_flows():
        names = {node.id for node in ast.walk(flow) if isinstance(node, ast.Name)}
        texts = {node.value for node in ast.walk(flow) if isinstance(node, ast.Constant)}
        assert not (names | texts) & REAL, flow.name


def test_each_live_flow_uses_the_temporary_captain_or_none() -> None:
    for flow in live_flows():
        arguments = {argument.arg for argument in flow.args.args}
        assert "captain" in arguments or not arguments & {"visitor", "fleet"}, flow.name
