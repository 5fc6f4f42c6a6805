"""An attacking function in each language, and a folder that functions could write to."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from localfront.lambda_edge.workers.pool import WorkerPool
from tests.localfront.lambda_edge.escaping import (
    LANGUAGES,
    Attack,
    attack_in,
)


@pytest.fixture(params=LANGUAGES)
def attack(request: pytest.FixtureRequest, node_pool: WorkerPool) -> Attack:
    return attack_in(request.param, node_pool)


@pytest.fixture
def below_tmp() -> Iterator[Path]:
    """A folder below /tmp, whatever TMPDIR says."""
    folder = Path(tempfile.mkdtemp(prefix="localfront-test-", dir="/tmp"))
    yield folder.resolve()
    shutil.rmtree(folder)
