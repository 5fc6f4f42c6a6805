"""Bodies in events: included, passed on, replaced."""

from __future__ import annotations

from typing import Any

import pytest

from tests.localfront.factories import (
    a_cache_policy,
)
from tests.localfront.recorded_events import (
    METHODS,
    PAGE,
    guarded,
    passing_on,
    record,
)
from tests.localfront.sites import site
from tests.localfront.streams import Pieces


@pytest.mark.proves("LE-024", "LE-027", "LE-030")
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
async def test_with_include_body_a_function_sees_the_body_and_the_origin_gets_it_whole(
    method: str,
) -> None:
    edge = site(
        default=guarded(
            "viewer-request",
            include_body=True,
            allowed_methods=METHODS,
            cache_policy=a_cache_policy(),
        ),
        responses={"/a": PAGE},
        returns=passing_on(),
    )
    upload = Pieces([b"x" * 30_000, b"y" * 30_000, b"z"], length=60_001)

    await edge.get("/a", method=method, body=upload)

    event_body = record(edge.functions.events[0])["request"]["body"]
    assert event_body["inputTruncated"] is True
    assert edge.origins.received[0].body == b"x" * 30_000 + b"y" * 30_000 + b"z"


@pytest.mark.proves("LE-030")
async def test_a_get_has_no_body_in_the_event() -> None:
    edge = site(
        default=guarded("viewer-request", include_body=True),
        responses={"/a": PAGE},
        returns=passing_on(),
    )

    await edge.get("/a")

    assert "body" not in record(edge.functions.events[0])["request"]


@pytest.mark.proves("LE-028")
async def test_a_replaced_body_goes_to_the_origin() -> None:
    def replaced(cf: dict[str, Any]) -> object:
        body = {**cf["request"]["body"], "action": "replace", "encoding": "text"}
        return {**cf["request"], "body": {**body, "data": "new"}}

    edge = site(
        default=guarded(
            "origin-request",
            include_body=True,
            allowed_methods=METHODS,
            cache_policy=a_cache_policy(),
        ),
        responses={"/a": PAGE},
        returns=passing_on(origin_request=replaced),
    )

    await edge.get("/a", method="POST", body=b"old")

    assert edge.origins.received[0].body == b"new"
