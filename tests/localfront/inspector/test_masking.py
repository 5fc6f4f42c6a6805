"""Secrets of any kind are only returned after a click."""

from __future__ import annotations

import json
import time
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
    ("name", "value", "masked"),
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
        ("Location", f"/callback?code={SECRET}&state={SECRET}&x=1", "/callback?code=…&state=…&x=1"),
        (
            "Location",
            f"/a?nonce={SECRET}&Policy={SECRET}&Expires=1",
            "/a?nonce=…&Policy=…&Expires=1",
        ),
        (
            "Location",
            f"/a?X-Amz-Credential={SECRET}&X-Amz-Security-Token={SECRET}&X-Amz-Date=1&X-Amz-Signature={SECRET}",
            "/a?X-Amz-Credential=…&X-Amz-Security-Token=…&X-Amz-Date=1&X-Amz-Signature=…",
        ),
        (
            "Location",
            f"/a?AWSAccessKeyId={SECRET}&SAMLResponse={SECRET}",
            "/a?AWSAccessKeyId=…&SAMLResponse=…",
        ),
        ("Location", f"/log-in?back=%2Fcb%3Fcode%3D{SECRET}&a=%2F", "/log-in?back=…&a=%2F"),
        ("Location", f"/a?b=%252Fcb%253Fcode%253D{SECRET}", "/a?b=…"),
        ("Location", f"https://me:{SECRET}@example.com/a", "https://…@example.com/a"),
        ("X-Data", f"eyJhbGciOi.{SECRET}.{SECRET}", "…"),
        ("X-Data", f"Bearer {SECRET}", "Bearer …"),
        ("?code", SECRET, "…"),
        ("?page", "1", "1"),
        ("Status-Code", "404", "404"),
        ("X-Note", "Basic authentication is off", "Basic authentication is off"),
        ("X-Auth", SECRET, "…"),
        ("X-CSRF", SECRET, "…"),
        ("Accept", "text/html;q=0.9", "text/html;q=0.9"),
        ("Authority", "a=1", "a=1"),
        ("Content-Security-Policy", "default-src 'self'", "default-src 'self'"),
    ],
)
def test_a_secret_header_is_masked_and_the_rest_is_kept(name: str, value: str, masked: str) -> None:
    assert MASKING.header(name, value) == masked


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
        {"querystring": {"code": {"value": SECRET, "multiValue": [{"value": SECRET}]}}},
        {"querystring": f"state={SECRET}"},
        {"headers": {"location": [{"key": "Location", "value": f"/?code={SECRET}"}]}},
        {"body": {"action": "read-only", "encoding": "text", "data": f"password={SECRET}"}},
        {"body": SECRET},
    ],
)
def test_secrets_in_an_event_are_masked_however_malformed(event: Any) -> None:
    masked = MASKING.json({"Records": [{"cf": {"request": {"uri": "/", **event}}}]})

    assert SECRET not in json.dumps(masked)
    assert masked["Records"][0]["cf"]["request"]["uri"] == "/"


@pytest.mark.parametrize("name", [None, "querystring", "headers"])
def test_a_deeply_nested_result_is_masked(name: str | None) -> None:
    deep: Any = SECRET
    for _ in range(2000):
        deep = [deep] if name is None else {name: deep}

    assert SECRET not in json.dumps(MASKING.json(deep))


@pytest.mark.parametrize(
    "printed",
    [
        {
            "headers": {
                "cookie": [{"key": "Cookie", "value": SECRET}, {"key": "Cookie", "value": SECRET}]
            }
        },
        {"headers": {"authorization": [{"value": SECRET}]}},
        {"headers": {"set-cookie": {"value": SECRET}}},
        {"cookies": {"id": {"value": SECRET}, "b": {"value": SECRET}}},
        {"session_token": SECRET, "password": "it's " + SECRET},
        {"uri": f"/cb?code={SECRET}"},
        [["Authorization", f"Bearer {SECRET}"]],
    ],
)
def test_secrets_of_the_event_in_a_functions_output_are_masked(printed: Any) -> None:
    spaced, dense = json.dumps(printed), json.dumps(printed, separators=(",", ":"))

    masked = [MASKING.line(line) for line in (spaced, dense, str(printed))]

    assert SECRET not in "".join(masked)
    assert MASKING.line('{"uri": "/a", "clientIp": "::1"}') == '{"uri": "/a", "clientIp": "::1"}'


@pytest.mark.parametrize(
    "hostile",
    ["'token" * 8_000, "eyJa-" * 8_000, "//" + ":" * 40_000, "?a=%25" * 8_000, "Bearer " * 8_000,
     '"cookies":{' * 4_000, "?" + "=" * 40_000],
)  # fmt: skip
def test_hostile_text_is_masked_in_linear_time(hostile: str) -> None:
    begun = time.process_time()

    MASKING.line(hostile)

    assert time.process_time() - begun < 20  # hundredths, where each part is looked at once


async def test_the_api_masks_secrets_unless_they_are_requested(tmp_path: Path) -> None:
    everything = OriginRequestPolicy(id="all", headers=ALL, cookies=ALL, query_strings=ALL)
    behavior = a_behavior(
        target_origin_id="here",
        cache_policy=a_cache_policy(cookies=ALL, default_ttl=60),
        origin_request_policy=everything,
    )
    response = saying(b"a page", f"Set-Cookie: id={SECRET}; Path=/".encode())
    async with inspected(tmp_path, response, behavior=behavior) as here:
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
