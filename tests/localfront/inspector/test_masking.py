"""No secret leaves the server before somebody clicked on it, whatever its shape."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from localfront.config.policies import OriginRequestPolicy
from localfront.inspector.masking import Masking
from tests.localfront.factories import ALL, a_behavior, a_cache_policy
from tests.localfront.inspector.inspecting import inspected, station
from tests.localfront.origin_server import saying

SECRET = "hunter2"
MASKING = Masking(frozenset({"x-origin-verify"}))
LINE = {"key": "Cookie", "value": SECRET}


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("Cookie", f"a={SECRET}; b={SECRET}", "a=…; b=…"),
        ("Cookie", SECRET, "…=…"),
        ("Set-Cookie", f"a={SECRET}; Path=/; HttpOnly", "a=…; Path=/; HttpOnly"),
        ("Set-Cookie", SECRET, "…=…"),
        ("authorization", f"Bearer {SECRET}", "…"),
        ("Proxy-Authorization", SECRET, "…"),
        ("X-Amz-Security-Token", SECRET, "…"),
        ("x-api-key", SECRET, "…"),
        ("X-Origin-Verify", SECRET, "…"),
        ("Location", f"/film?Signature={SECRET}&a=1", "/film?Signature=…&a=1"),
        ("Referer", f"/?x=1&access_token={SECRET}", "/?x=1&access_token=…"),
        ("Location", f"/cb#id_token={SECRET}&a=1", "/cb#id_token=…&a=1"),
        (
            "Location",
            f"/?%74oken={SECRET}&jwt[]={SECRET}&sig={SECRET}",
            "/?%74oken=…&jwt[]=…&sig=…",
        ),
        ("X-Auth", SECRET, "…"),
        ("X-CSRF", SECRET, "…"),
        ("Accept", "text/html;q=0.9", "text/html;q=0.9"),
        ("Authority", "a=1", "a=1"),
        ("Content-Security-Policy", "default-src 'self'", "default-src 'self'"),
    ],
)
def test_a_headers_secret_is_masked_and_the_rest_stays(name: str, value: str, shown: str) -> None:
    assert MASKING.header(name, value) == shown


@pytest.mark.parametrize(
    "event",
    [
        {"headers": {"cookie": [LINE]}},
        {"headers": {"Cookie": [LINE]}},
        {"headers": {"cookie": [[SECRET]]}},
        {"headers": {"cookie": SECRET}},
        {"headers": {"x": [LINE]}},
        {"cookies": {"id": {"value": SECRET, "multiValue": [{"value": SECRET}]}}},
        {"headers": {"set-cookie": {"value": SECRET, "multiValue": [{"value": SECRET}]}}},
        {"querystring": {"Signature": {"value": SECRET}}},
        {"querystring": f"a=1&Signature={SECRET}"},
        {"origin": {"custom": {"customHeaders": {"x": [{"key": "X", "value": SECRET}]}}}},
        {"headers": {"x-origin-verify": [{"key": "X", "value": SECRET}]}},
    ],
)
def test_an_events_secret_is_masked_whatever_its_shape(event: Any) -> None:
    shown = MASKING.json({"Records": [{"cf": {"request": {"uri": "/", **event}}}]})

    assert SECRET not in json.dumps(shown)
    assert shown["Records"][0]["cf"]["request"]["uri"] == "/"


def test_a_result_without_end_is_masked() -> None:
    deep: Any = SECRET
    for _ in range(2000):
        deep = [deep]

    assert SECRET not in json.dumps(MASKING.json(deep))


async def test_over_the_wire_secrets_are_masked_until_asked_for(tmp_path: Path) -> None:
    everything = OriginRequestPolicy(id="all", headers=ALL, cookies=ALL, query_strings=ALL)
    behavior = a_behavior(
        target_origin_id="here",
        cache_policy=a_cache_policy(cookies=ALL, default_ttl=60),
        origin_request_policy=everything,
    )
    answer = saying(b"a page", f"Set-Cookie: id={SECRET}; Path=/".encode())
    async with inspected(tmp_path, answer, behavior=behavior) as here:
        lines = (f"Cookie: session-id={SECRET}", f"Authorization: Bearer {SECRET}")
        await here.ask(f"/a?Signature={SECRET}", *lines)

        rows = await here.look("/api/requests")
        masked = await here.last()
        revealed = await here.last(reveal="")

    assert SECRET not in json.dumps([rows, masked])
    [cookie] = [k for k in station(masked, "cache")["key"] if k["part"] == "session-id"]
    assert cookie["value"] == "…"
    assert station(revealed, "cache")["key"][-1]["value"] == SECRET
    assert json.dumps(revealed).count(SECRET) > 5
