"""The origin client, which has to be closed."""

from collections.abc import AsyncIterator

import pytest

from localfront.origins.client import OriginClient


@pytest.fixture
async def client() -> AsyncIterator[OriginClient]:
    async with OriginClient() as client:
        yield client
