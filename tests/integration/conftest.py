"""The provisioned stack, once a run."""

import os
from pathlib import Path

import pytest

from harness.stack.stack_description import VARIABLE
from tests.integration.provisioned import Provisioned


@pytest.fixture(scope="session")
def stack() -> Provisioned:
    path = os.environ.get(VARIABLE)
    if not path:
        pytest.fail("These tests need a provisioned emulator: `./nox -s integration`.")
    return Provisioned.read(Path(path))
