"""Writes whose preconditions fail."""

from __future__ import annotations

import pytest

from tests.localfront.factories import a_response, an_api_behavior
from tests.localfront.sites import site


@pytest.mark.proves("RG-005")
@pytest.mark.parametrize("method", ["PUT", "POST", "PATCH", "DELETE"])
async def test_the_origins_412_to_a_write_reaches_the_viewer(method: str) -> None:
    edge = site(
        an_api_behavior(),
        responses={"/prod/api/x": a_response(412, b"changed meanwhile")},
    )

    response = await edge.get("/api/x", method=method, headers=[("If-Match", '"1"')])

    assert (response.status, response.body) == (412, b"changed meanwhile")
