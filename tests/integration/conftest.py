"""The provisioned stack, once per run, and the AWS provider for Terraform commands on it."""

import os
from collections.abc import Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path

import pytest

from harness.emulators.localstack import is_localstack
from harness.processes.children import Children
from harness.stack import stack_description
from harness.terraform.kept_provider import VARIABLE, kept_provider
from harness.terraform.provider_shortcut import shortened
from harness.terraform.workspace import Workspace, terraforms_environment
from tests.integration import by_hand as typed_by_hand
from tests.integration.by_hand import ByHand
from tests.integration.provisioned import Provisioned


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
        made_in.init_unless_done()
        yield made_in


@pytest.fixture(scope="session")
def attached(workspace: Workspace) -> Iterator[Mapping[str, str]]:
    """Variables with which Terraform starts no provider of its own, for one command at a time.

    Each of them tells it anew where its emulator is.
    """
    with attached_in(workspace) as variables:
        yield variables


@contextmanager
def attached_in(workspace: Workspace) -> Iterator[Mapping[str, str]]:
    with (
        kept_provider(workspace.directory, workspace.environment) as attached,
        shortened(attached.get(VARIABLE, ""), workspace.directory.parent) as spared,
    ):
        yield {VARIABLE: spared} if attached else {}


@pytest.fixture(scope="session", autouse=True)
def by_hand(
    request: pytest.FixtureRequest, stack: Provisioned, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Future[ByHand] | None]:
    """The commands, started early as they take most of a minute; None on LocalStack."""
    is_asked = any("test_by_hand" in item.nodeid for item in request.session.items)
    if not is_asked or is_localstack(stack.emulator.endpoint):
        yield None
        return
    checkout = tmp_path_factory.mktemp("by_hand")
    # A separate provider, because Terraform runs concurrently with other tests.
    with (
        attached_in(request.getfixturevalue("workspace")) as attached,
        typed_by_hand.typing(checkout, attached) as typed,
    ):
        yield typed
