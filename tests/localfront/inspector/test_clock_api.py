"""The inspector shows the clock and moves it."""

import json
from pathlib import Path

import pytest

from tests.localfront.inspector.inspecting import inspected


async def test_the_clock_is_read_moved_and_reset(tmp_path: Path) -> None:
    async with inspected(tmp_path) as here:
        before = await here.look("/api/clock")
        moved = await here.look("/api/clock", method="POST", body={"order": "+1h"})
        again = await here.look("/api/clock")
        await here.look("/api/clock", method="POST", body={"order": "reset"})

    assert (before["moved"], before["setting"]) == (False, "")
    assert (moved["moved"], moved["setting"], again["setting"]) == (True, "+1h", "+1h")
    assert 3599 < moved["now"] - before["now"] < 3700
    assert not here.site.service.clock.setting.is_moved


@pytest.mark.parametrize(
    "body", [{"order": "soon"}, {"order": ["+1h"]}, {}, [], 7, None, {"order": "+999999999d"}]
)
async def test_an_invalid_clock_setting_is_refused(body: object, tmp_path: Path) -> None:
    async with inspected(tmp_path) as here:
        token = f"Authorization: Bearer {here.server.token}"
        reply = await here.raw("/api/clock", token, method="POST", body=body)

    assert reply.status == 400, reply.body
    assert json.loads(reply.body)["error"]
    assert not here.site.service.clock.setting.is_moved


async def test_without_the_key_the_clock_cannot_be_moved(tmp_path: Path) -> None:
    async with inspected(tmp_path) as here:
        reply = await here.raw("/api/clock", method="POST", body={"order": "+1h"})

    assert reply.status == 401
    assert not here.site.service.clock.setting.is_moved
