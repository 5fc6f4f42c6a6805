"""Shared by rehearsals: the stack's emulator as the account, and the deployed site."""

import os
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from harness.emulators.localstack import is_localstack
from harness.promotion import history
from harness.promotion.account import Account, open_account
from harness.promotion.history import History
from harness.promotion.live_checks import Site
from harness.promotion.promote import Promotion
from harness.promotion.release import Release
from harness.promotion.target import Target
from tests.harness.terraform_of_tests import ending_with_the_tests
from tests.integration.promotion import rehearsal
from tests.integration.promotion.rehearsal import ENVIRONMENT
from tests.integration.provisioned import Provisioned


@pytest.fixture(scope="session")
def environ(
    stack: Provisioned, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Mapping[str, str]]:
    if is_localstack(stack.emulator.endpoint):
        pytest.skip("rehearsed on MiniStack, which the stack is not")
    with ending_with_the_tests(stack.terraform, tmp_path_factory.mktemp("bin")) as terraform:
        yield {**stack.emulator.environment(os.environ), "TERRAFORM": str(terraform)}


@pytest.fixture(scope="session")
def account(environ: Mapping[str, str]) -> Account:
    account = open_account(rehearsal.NUMBER, environ)
    return rehearsal.with_buckets(account, rehearsal.target(ENVIRONMENT))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the deployed site."""
    return tmp_path_factory.mktemp("site")


@pytest.fixture(scope="module")
def site(folder: Path) -> Iterator[Site]:
    with rehearsal.rehearsed_site(folder) as site:
        yield site


@pytest.fixture(scope="session")
def distribution(account: Account) -> str:
    """A distribution for rehearsals to invalidate: the stack's has tests beside them."""
    return rehearsal.distribution(account)


@pytest.fixture(scope="session")
def outputs(stack: Provisioned) -> Mapping[str, str]:
    """The stack's outputs, for what the small application lacks."""
    return {name: getattr(stack.outputs, name) for name in rehearsal.STACKS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsing:
    """`make` creates a release, `promote` deploys it, `starting` does so in another process."""

    environ: Mapping[str, str]
    account: Account
    distribution: str
    outputs: Mapping[str, str]
    site: Site
    folder: Path
    releases: Path
    environment: str = ENVIRONMENT

    def make(self, name: str, *, below: str = "", **more: str) -> Release:
        return rehearsal.make(
            self.releases / below,
            name,
            distribution=self.distribution,
            outputs=self.outputs,
            site=self.folder,
            **more,
        )

    def promotion(self, **changed: str) -> Promotion:
        """`changed` are variables of the environment, such as another endpoint."""
        return rehearsal.promotion(
            self.environment,
            self.releases,
            environ={**self.environ, **changed},
            answered_by=self.site,
        )

    def promote(self, made: Release, **changed: str) -> None:
        rehearsal.promote(self.promotion(**changed), made)

    def starting(self, made: Release) -> "subprocess.Popen[str]":
        return rehearsal.in_a_process(
            made,
            self.releases,
            {**self.environ, "SITE": self.site.url},
            environment=self.environment,
        )

    @property
    def target(self) -> Target:
        return rehearsal.target(self.environment)

    def history(self) -> History:
        return history.read(self.account, self.target)

    def outcomes(self) -> list[tuple[str, str]]:
        """Names and outcomes of the releases, newest first."""
        return [(entry.tree[:12], entry.outcome) for entry in self.history().entries]


@pytest.fixture
def rehearse(
    environ: Mapping[str, str],
    account: Account,
    distribution: str,
    outputs: Mapping[str, str],
    site: Site,
    folder: Path,
    tmp_path: Path,
    request: pytest.FixtureRequest,
) -> Rehearsing:
    """Each module has an environment, with captains, of its own."""
    environment = request.module.__name__.rpartition("test_")[2].replace("_", "-")
    return Rehearsing(
        environ=environ,
        account=account,
        distribution=distribution,
        outputs={**outputs, "secret_prefix": f"{environment}/captains/"},
        site=site,
        folder=folder,
        releases=tmp_path,
        environment=environment,
    )
