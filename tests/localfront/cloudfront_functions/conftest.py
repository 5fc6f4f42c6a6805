"""A worker process that the tests of a module share, and functions that run in it.

The module's tests have one event loop: `pytestmark = pytest.mark.asyncio(loop_scope="module")`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from localfront.cloudfront_functions.published_functions import CloudFrontFunctions
from localfront.cloudfront_functions.worker_process import EngineProcess
from tests.localfront.cloudfront_functions.fake_cloudfront import FakeCloudFront
from tests.localfront.cloudfront_functions.loading import Make


@pytest.fixture
def logs() -> list[tuple[str, str]]:
    return []


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def worker() -> AsyncIterator[EngineProcess]:
    async with EngineProcess() as process:
        yield process


@pytest.fixture
def make(worker: EngineProcess, logs: list[tuple[str, str]]) -> Make:
    def made(api: FakeCloudFront, **files: Path) -> CloudFrontFunctions:
        return CloudFrontFunctions(
            api.session,
            worker,
            files=files,
            on_log=lambda group, line: logs.append((group, line)),
        )

    return made
