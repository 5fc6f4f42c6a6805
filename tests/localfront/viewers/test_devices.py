from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localfront.http_messages.viewer_facts import DEVICES
from localfront.viewers.devices import devices_of

APPLE = "AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5"
CHROME = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0"


@pytest.mark.parametrize(
    ("user_agent", "kinds"),
    [
        pytest.param(
            f"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) {APPLE} Safari/605.1.15",
            {"desktop"},
            id="Safari on a Mac",
        ),
        pytest.param(
            f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {CHROME} Safari/537.36",
            {"desktop"},
            id="Chrome on Windows",
        ),
        pytest.param(
            "Mozilla/4.0 (compatible; MSIE 8.0; Windows NT 6.1; Tablet PC 2.0)",
            {"desktop"},
            id="a PC that could be touched",
        ),
        pytest.param("curl/8.5.0", {"desktop"}, id="curl"),
        pytest.param("", {"desktop"}, id="none"),
        pytest.param(
            f"Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) {APPLE} Mobile/15E148",
            {"ios", "mobile"},
            id="iPhone",
        ),
        pytest.param(
            f"Mozilla/5.0 (iPad; CPU OS 12_2 like Mac OS X) {APPLE} Mobile/15E148",
            {"ios", "mobile", "tablet"},
            id="iPad",
        ),
        pytest.param(
            f"Mozilla/5.0 (Linux; Android 10; K) {CHROME} Mobile Safari/537.36",
            {"android", "mobile"},
            id="an Android telephone",
        ),
        pytest.param(
            f"Mozilla/5.0 (Linux; Android 10; K) {CHROME} Safari/537.36",
            {"android", "tablet"},
            id="an Android tablet",
        ),
        pytest.param(
            "Mozilla/5.0 (Android 14; Mobile; rv:127.0) Gecko/127.0 Firefox/127.0",
            {"android", "mobile"},
            id="Firefox on a telephone",
        ),
        pytest.param(
            "Mozilla/5.0 (Android 14; Tablet; rv:127.0) Gecko/127.0 Firefox/127.0",
            {"android", "tablet"},
            id="Firefox on a tablet",
        ),
        pytest.param(
            "Mozilla/5.0 (SMART-TV; LINUX; Tizen 6.0) AppleWebKit/537.36 TV Safari",
            {"smarttv"},
            id="Samsung's television",
        ),
        pytest.param(
            "Mozilla/5.0 (Web0S; Linux/SmartTV) AppleWebKit/537.36",
            {"smarttv"},
            id="LG's television",
        ),
        pytest.param(
            f"Mozilla/5.0 (Linux; Android 9; AFTMM) {CHROME} Mobile Safari/537.36",
            {"android", "smarttv"},
            id="Fire TV",
        ),
        pytest.param("BlackBerry9700/5.0.0.862 Profile/MIDP-2.1", {"mobile"}, id="BlackBerry"),
        pytest.param("Mozilla/5.0 (X11; Linux) Automobile/1.0", {"desktop"}, id="part of a word"),
    ],
)
@pytest.mark.proves("OR-018")
def test_the_device_type_follows_from_the_user_agent(user_agent: str, kinds: set[str]) -> None:
    assert devices_of(user_agent) == kinds


@given(st.text(max_size=80))
@pytest.mark.proves("OR-018")
def test_every_user_agent_has_a_device_type(user_agent: str) -> None:
    kinds = devices_of(user_agent)

    assert kinds
    assert kinds <= set(DEVICES)
