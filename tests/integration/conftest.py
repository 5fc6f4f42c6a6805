"""The provisioned stack, once per run, and the AWS provider for Terraform commands on it.

Groups of tests (groups.py) run side by side, each in a process of its own.
"""

import os
from collections.abc import Generator, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from harness.processes.children import Children
from harness.processes.file_lock import locked
from harness.stack import stack_description
from harness.terraform.kept_provider import kept_provider
from harness.terraform.workspace import Workspace, terraforms_environment
from tests.integration.groups import GROUPS, OF_THE_STACK, group_of
from tests.integration.provisioned import Provisioned


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """`-n auto` is a process for each group."""
    return len({*GROUPS, OF_THE_STACK})


@pytest.hookimpl(wrapper=True, optionalhook=True)
def pytest_xdist_make_scheduler() -> Generator[None, Any, Any]:
    """Schedule groups of modules where `--dist loadscope` has modules."""
    scheduling = yield
    assert scheduling._split_scope("a.py::test_b") == "a.py"  # what is replaced is still in use
    scheduling._split_scope = group_of
    return scheduling


@pytest.fixture(scope="session")
def stack() -> Provisioned:
    path = os.environ.get(stack_description.VARIABLE)
    if not path:
        pytest.fail("These tests need a provisioned emulator: `./nox -s integration`.")
    return Provisioned.read(Path(path))


@pytest.fixture(scope="session")
def workspace(stack: Provisioned) -> Iterator[Workspace]:
    """The workspace in which Terraform created the stack."""
    environment = terraforms_environment(os.environ, terraform=stack.terraform)
    with Children() as children:
        made_in = Workspace(
            directory=stack.terraform_directory,
            terraform=stack.terraform,
            environment=environment,
            children=children,
        ).aimed_at(stack.emulator)
        with locked(stack.terraform_directory.parent / "init.lock", unless=children.is_closed):
            made_in.init_unless_done()
        yield made_in


@pytest.fixture(scope="session")
def attached(workspace: Workspace) -> Iterator[Mapping[str, str]]:
    """Variables with which Terraform starts no provider of its own, for one command at a time.

    Each of them tells it anew where its emulator is. Each group has a provider.
    """
    configurations = Path(__file__).parent.rglob("*.py")  # some tests write their own
    kept = kept_provider(workspace.directory, workspace.environment, also_for=list(configurations))
    with kept as attached:
        yield attached
