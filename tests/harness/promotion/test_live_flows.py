"""The flows for a live site: few, and none that tries a real captain's password."""

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path

from harness.checkout import ROOT
from harness.promotion.live_flows import files_with_flows

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


def test_no_live_flow_uses_a_real_captain() -> None:
    for flow in live_flows():
        names = {node.id for node in ast.walk(flow) if isinstance(node, ast.Name)}
        texts = {node.value for node in ast.walk(flow) if isinstance(node, ast.Constant)}
        assert not (names | texts) & REAL, flow.name


def test_each_live_flow_uses_the_temporary_captain_or_none() -> None:
    for flow in live_flows():
        arguments = {argument.arg for argument in flow.args.args}
        assert "captain" in arguments or not arguments & {"visitor", "fleet"}, flow.name
