"""A malicious function in each language, and a folder that functions could write to."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.localfront.lambda_edge.escaping import (
    LANGUAGES,
    Attack,
    OneWorker,
    one_worker,
)


@pytest.fixture(scope="module")
def worker() -> Iterator[OneWorker]:
    with one_worker() as worker:
        yield worker


@pytest.fixture(params=LANGUAGES)
def attack(request: pytest.FixtureRequest, worker: OneWorker) -> Attack:
    return worker.attack_in(request.param)


@pytest.fixture
def attack_in_python(worker: OneWorker) -> Attack:
    return worker.attack_in("Python")


@pytest.fixture
def below_tmp() -> Iterator[Path]:
    """A folder below /tmp, whatever TMPDIR says."""
    folder = Path(tempfile.mkdtemp(prefix="localfront-test-", dir="/tmp"))
    yield folder.resolve()
    shutil.rmtree(folder)
