"""Imports in localfront and the harness run one way: a package imports only from below."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.checkout import ROOT, statements

# From the ground up. A module belongs to the longest name that fits it; what stands in one line
# is one floor, and may import of it.
LOCALFRONT = """
localfront localfront.errors localfront.interrupts localfront.user_cache
localfront.profiles
localfront.http_messages
localfront.config
localfront.exchange
localfront.logs.unforeseen_errors
localfront.cache.selections
localfront.routing
localfront.viewers
localfront.cache
localfront.access
localfront.responses
localfront.origins
localfront.aws
localfront.trust
localfront.server
localfront.logs
localfront.sources.description localfront.sources.key_value_store localfront.sources.placeholder_ids localfront.sources.function_versions
localfront.sources.configuration localfront.sources.bucket_policies localfront.sources.source localfront.sources.lambda_archives
localfront.sources.key_value_files
localfront.sources.cloudformation
localfront.sources.terraform
localfront.sources.terraform_provider
localfront.sources.terraform_folder
localfront.sources
localfront.lambda_edge.contract
localfront.lambda_edge.function localfront.lambda_edge.function_code localfront.lambda_edge.function_rules localfront.lambda_edge.archive
localfront.lambda_edge.workers
localfront.lambda_edge
localfront.cloudfront_functions localfront.lambda_origins
localfront.flow
localfront.inspector
localfront.error_pages
localfront.invoke
localfront.check.findings
localfront.check.evidence
localfront.check.rules
localfront.check.reports
localfront.check
localfront.command
localfront.testing localfront.pytest_plugin
localfront.__main__
"""

HARNESS = """
harness harness.checkout harness.errors harness.progress
harness.revision harness.figures_file
harness.guard
harness.processes
harness.packaging
harness.costs
harness.emulators
harness.terraform
harness.snapshots
harness.stack
harness.commands.command_line harness.emulators.localstack_container
harness.gate
harness.compose
harness.promotion
harness.commands
"""


def floors(plan: str) -> dict[str, int]:
    return {name: n for n, line in enumerate(plan.strip().splitlines()) for name in line.split()}


def module_name(file: Path) -> str:
    parts = file.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(file: Path, modules: set[str]) -> Iterator[str]:
    for node in statements(ast.parse(file.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                name = f"{node.module}.{alias.name}"
                yield name if name in modules else node.module
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def floor_of(module: str, plan: dict[str, int]) -> int:
    """A package's own top is no floor of its modules: what lies flat there has to be named."""
    name = module
    while name not in plan or (name != module and "." not in name):
        name, _, _ = name.rpartition(".")
        assert name, f"{module} stands on no floor"
    return plan[name]


@pytest.mark.parametrize("plan", [LOCALFRONT, HARNESS], ids=["localfront", "harness"])
def test_imports_only_go_down_the_floors(plan: str) -> None:
    numbered = floors(plan)
    package = next(iter(numbered))
    files = {module_name(file): file for file in (ROOT / package).rglob("*.py")}

    climbing = [
        f"{module} imports {name}"
        for module, file in files.items()
        for name in imports(file, set(files))
        if name in files and floor_of(name, numbered) > floor_of(module, numbered)
    ]

    assert climbing == []


def test_a_module_without_a_floor_is_reported() -> None:
    with pytest.raises(AssertionError, match="stands on no floor"):
        floor_of("elsewhere.module", floors(LOCALFRONT))
