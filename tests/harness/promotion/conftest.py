"""An emulator as the AWS account, shared by all tests here."""

import os
from collections.abc import Iterator, Mapping

import pytest

from harness.emulators import emulators
from harness.emulators.emulators import Emulator
from harness.processes.children import Children
from harness.promotion.account import Account, open_account

NUMBER = "000000000000"


@pytest.fixture(scope="session")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    directory = tmp_path_factory.mktemp("emulator")
    (directory / "logs").mkdir()
    with Children() as children:
        yield emulators.start("ministack", children, environ=os.environ, directory=directory)


@pytest.fixture(scope="session")
def environ(emulator: Emulator) -> Mapping[str, str]:
    return emulator.environment(os.environ)


@pytest.fixture(scope="session")
def account(environ: Mapping[str, str]) -> Account:
    return open_account(NUMBER, environ)
