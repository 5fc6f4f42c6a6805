"""What rehearsals share: the stack's emulator as the account, and the site that is deployed."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from harness.emulators.localstack import is_localstack
from harness.promotion.account import Account, open_account
from harness.promotion.live_checks import Site
from tests.integration.promotion import rehearsal
from tests.integration.promotion.rehearsal import ENVIRONMENT
from tests.integration.provisioned import Provisioned


@pytest.fixture(scope="session")
def environ(stack: Provisioned) -> Mapping[str, str]:
    if is_localstack(stack.emulator.endpoint):
        pytest.skip("rehearsed on MiniStack, which the stack is not")
    return stack.emulator.environment(os.environ)


@pytest.fixture(scope="session")
def account(environ: Mapping[str, str]) -> Account:
    """With the buckets that terraform/prerequisites makes."""
    account = open_account(rehearsal.NUMBER, environ)
    where = rehearsal.target(ENVIRONMENT)
    buckets = (where.state_bucket, where.releases_bucket)
    for bucket in buckets:
        account.s3.create_bucket(Bucket=bucket)
        account.s3.put_bucket_versioning(
            Bucket=bucket, VersioningConfiguration={"Status": "Enabled"}
        )
    return account


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What is deployed."""
    return tmp_path_factory.mktemp("site")


@pytest.fixture(scope="module")
def site(folder: Path) -> Iterator[Site]:
    with rehearsal.answering(folder) as site:
        yield site


@pytest.fixture(scope="session")
def distribution(stack: Provisioned) -> str:
    return stack.outputs.distribution_id
