"""A worker process, which has to be closed, and functions that run in it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from localfront.cloudfront_functions.published_functions import CloudFrontFunctions
from localfront.cloudfront_functions.worker_process import EngineProcess
from tests.localfront.cloudfront_functions.fake_cloudfront import FakeCloudFront
from tests.localfront.cloudfront_functions.loading import Make

PATIENCE = 30  # seconds, before a test that hangs fails


@pytest.fixture
def logs() -> list[tuple[str, str]]:
    return []


@pytest.fixture
async def make(logs: list[tuple[str, str]]) -> AsyncIterator[Make]:
    async with EngineProcess() as worker, asyncio.timeout(PATIENCE):

        def made(api: FakeCloudFront, **files: Path) -> CloudFrontFunctions:
            return CloudFrontFunctions(
                api.session,
                worker,
                files=files,
                on_log=lambda group, line: logs.append((group, line)),
            )

        yield made
