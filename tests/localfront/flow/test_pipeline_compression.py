"""Which responses are compressed, in the whole pipeline."""

from __future__ import annotations

import pytest

from tests.localfront.described_sites import described
from tests.localfront.factories import CACHING_OPTIMIZED_ID, a_response

TEXT = b"In the year 2266. " * 100
CACHING_DISABLED_ID = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"


async def coding(content_type: str, policy: str = CACHING_OPTIMIZED_ID) -> str | None:
    lines = [
        ("Content-Type", content_type),
        ("Content-Length", str(len(TEXT))),
        ("Cache-Control", "max-age=60"),
    ]
    edge = described(CachePolicyId=policy, origin_response=a_response(body=TEXT, headers=lines))

    response = await edge.get("/x", headers=[("Accept-Encoding", "gzip")])

    return response.headers.get("content-encoding")


@pytest.mark.parametrize(
    "content_type",
    [
        *("text/html", "text/css", "text/plain; charset=utf-8", "text/csv", "text/xml"),
        *("application/json", "application/javascript", "text/javascript", "application/xml"),
        *("image/svg+xml", "application/wasm", "application/pdf", "font/ttf", "font/otf"),
    ],
)
@pytest.mark.proves("CM-005")
async def test_listed_content_types_are_compressed(content_type: str) -> None:
    assert await coding(content_type) == "gzip"


@pytest.mark.parametrize("content_type", ["image/png", "video/mp4", "application/zip"])
@pytest.mark.proves("CM-005")
async def test_other_content_types_are_not_compressed(content_type: str) -> None:
    assert await coding(content_type) is None


@pytest.mark.proves("CM-008")
async def test_without_caching_nothing_is_compressed() -> None:
    assert await coding("text/html", CACHING_DISABLED_ID) is None
