"""The peer's data plane accepts its own names, and nothing that a web page can send."""

from __future__ import annotations

from typing import Any

import pytest

from bench.ministack import open_at_its_data_plane


@pytest.mark.parametrize(
    ("host", "reached"),
    [
        ("dabc.cloudfront.net:4566", "plain"),
        ("localhost:4566", "closed"),
        ("evil.example", "closed"),
        ("dabc.cloudfront.net.evil.example", "closed"),
        ("dabc.cloudfront.net, evil.example", "closed"),
    ],
)
async def test_the_guard_passes_only_requests_for_local_names(host: str, reached: str) -> None:
    seen: list[str] = []

    def application(name: str) -> Any:
        async def called(*_: Any) -> None:
            seen.append(name)

        return called

    response = open_at_its_data_plane(application("plain"), application("closed"))
    headers = [(b"host", host.encode())]
    await response({"type": "http", "path": "/", "headers": headers}, None, None)  # type: ignore[arg-type] # nothing is sent

    assert seen == [reached]
