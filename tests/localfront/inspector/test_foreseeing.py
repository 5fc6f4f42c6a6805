"""The path of a request is predicted without sending it."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from localfront.config.distribution import ViewerProtocolPolicy
from tests.localfront.factories import ALL, HOST, a_behavior, a_cache_policy
from tests.localfront.inspector.inspecting import Inspected, inspected, station
from tests.localfront.signers import canned, rsa_key, trusting

KEPT = a_behavior(target_origin_id="here", cache_policy=a_cache_policy(default_ttl=60, cookies=ALL))
URL = f"http://{HOST}/a?q=1"
NARNIA = ["X-Localfront-Viewer", "country=Narnia"]


async def foresee(here: Inspected, **order: Any) -> Any:
    return await here.look(
        "/api/foresee", method="POST", body={"method": "GET", "url": URL, **order}
    )


async def test_a_miss_is_predicted_with_its_key_and_origin_without_an_origin_request(
    tmp_path: Path,
) -> None:
    async with inspected(tmp_path, behavior=KEPT) as here:
        forecast = await foresee(here, headers=[["Cookie", "id=hunter2"]])

        assert here.site.origin.connections == 0
        assert here.records.last == 0
    cache = station(forecast, "cache")
    assert cache["summary"].startswith("Miss")
    assert [part["part"] for part in cache["key"]] == ["Distribution", "Path", "id"]
    assert "hunter2" not in str(forecast)
    assert "at http://127.0.0.1:" in station(forecast, "origin")["summary"]
    assert station(forecast, "viewer-request")["state"] == "skipped"


async def test_a_hit_is_predicted_without_counting_it(tmp_path: Path) -> None:
    async with inspected(tmp_path, behavior=KEPT) as here:
        await here.ask("/a?q=2")
        forecast = await foresee(here)
        objects = await here.look("/api/objects")

    assert station(forecast, "cache")["summary"].startswith("Hit, 0 s old; fresh for ")
    assert station(forecast, "cache")["madeBy"]["number"] == 1
    assert station(forecast, "origin")["state"] == "skipped"
    assert objects["objects"][0]["hits"] == 0


@pytest.mark.parametrize(
    ("order", "reason"),
    [
        ({"url": "http://evil.example/"}, "HO-002"),
        ({"method": "POST"}, "VP-005"),
        ({"headers": [NARNIA]}, "VP-012"),
        ({"url": "http://evil.example/", "headers": [NARNIA]}, "HO-002"),
    ],
)
async def test_a_refusal_is_predicted(order: dict[str, Any], reason: str, tmp_path: Path) -> None:
    async with inspected(tmp_path, behavior=KEPT) as here:
        forecast = await foresee(here, **order)
        sent = await here.look(
            "/api/send", method="POST", body={"method": "GET", "url": URL, **order}
        )

    assert forecast["reason"].startswith(reason)
    assert sent["reason"] == forecast["reason"]
    assert forecast["stations"][-1]["state"] == "failed"


async def test_a_hit_is_predicted_for_a_viewer_with_another_signature(tmp_path: Path) -> None:
    policy = a_cache_policy(default_ttl=60, query_strings=ALL)
    restricted = trusting(rsa_key(), target_origin_id="here", cache_policy=policy)
    soon = int(time.time()) + 600
    first, second = (canned(URL, expires=soon + more).target for more in (0, 1))
    async with inspected(tmp_path, behavior=restricted) as here:
        await here.ask(first)
        forecast = await foresee(here, url=f"http://{HOST}{second}")

    assert station(forecast, "cache")["summary"].startswith("Hit, ")


async def test_a_redirect_to_https_is_predicted(tmp_path: Path) -> None:
    policy = ViewerProtocolPolicy.REDIRECT_TO_HTTPS
    behavior = a_behavior(target_origin_id="here", viewer_protocol_policy=policy)
    async with inspected(tmp_path, behavior=behavior) as here:
        forecast = await foresee(here)
        over_https = await foresee(here, url=URL.replace("http:", "https:"))

    assert "redirects HTTP to HTTPS" in str(forecast["stations"][-1]["reasons"])
    assert station(over_https, "cache")["summary"].startswith("Miss")
