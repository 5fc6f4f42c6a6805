"""`served_distribution.clock` moves CloudFront and its functions together."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from localfront.testing import RunningFunction, ServeDistribution, StartFunction
from tests.localfront.real_workers import NODE, PYTHON
from tests.localfront.testing.test_served_distribution import a_config, at, get

HOUR = 3600.0
PYTHON_CLOCKS = """\
import datetime as module, json, os, time
from datetime import date, datetime, timezone
from email.utils import formatdate, parsedate_to_datetime
from time import gmtime, monotonic, sleep, strftime, time as now, time_ns

class Own(datetime):
    pass

def handler(event, context):
    began = monotonic()
    sleep(0.01)
    told = {
        "time": now(),
        "time_ns": time_ns() / 1e9,
        "by the module": time.time(),
        "now": datetime.now().timestamp(),
        "now in a zone": datetime.now(timezone.utc).timestamp(),
        "utcnow": module.datetime.utcnow().replace(tzinfo=timezone.utc).timestamp(),
        "of a class of its own": Own.now(timezone.utc).timestamp(),
        "formatdate": parsedate_to_datetime(formatdate(usegmt=True)).timestamp(),
        "clock_gettime": time.clock_gettime(time.CLOCK_REALTIME),
        "strftime": datetime.strptime(time.strftime("%Y %m %d %H %M %S +0000"), "%Y %m %d %H %M %S %z").timestamp(),
    }
    print(json.dumps({
        "pid": os.getpid(), "told": told, "is_own": type(Own.now()) is Own,
        "today": date.today().isoformat(), "ctime": time.ctime(),
        "slept": monotonic() - began, "left": context.get_remaining_time_in_millis(),
    }))
    return event["Records"][0]["cf"]["request"]
"""
NODE_CLOCKS = """\
const began = performance.now();
class Own extends Date {}
export const handler = async (event, context) => {
  const told = {
    now: Date.now() / 1e3, date: new Date().getTime() / 1e3, own: new Own().getTime() / 1e3,
    called: Date.parse(Date()) / 1e3, plain: Reflect.construct(Date, []).getTime() / 1e3,
  };
  console.log(JSON.stringify({
    pid: process.pid, told, is_own: new Own() instanceof Own && new Date() instanceof Date,
    fixed: new Date(0).toISOString(), today: new Date().toISOString().slice(0, 10),
    slept: (performance.now() - began) / 1e3, left: context.getRemainingTimeInMillis(),
    year: new Intl.DateTimeFormat("en", { year: "numeric", timeZone: "UTC" }).format(),
  }));
  return event.Records[0].cf.request;
};
"""


def last_output(function: RunningFunction) -> Any:
    """The function's last output, as JSON, without the runtime's prefix."""
    line = [line for line in function.logs if "{" in line][-1]
    return json.loads(line[line.index("{") :])


@pytest.fixture(params=["python", "node"])
def clocks(
    request: pytest.FixtureRequest,
    served_distribution: ServeDistribution,
    edge_function: StartFunction,
    tmp_path: Path,
) -> Callable[[], Any]:
    """Invoke a function that returns all of its clocks."""
    code, pages = tmp_path / "code", tmp_path / "pages"
    code.mkdir()
    pages.mkdir()
    name, text, runtime = {
        "python": ("clocks.py", PYTHON_CLOCKS, PYTHON),
        "node": ("clocks.mjs", NODE_CLOCKS, NODE),
    }[request.param]
    (code / name).write_text(text)
    (pages / "index.html").write_text("home")
    function = edge_function(code, runtime=runtime, name="clocks")
    config = a_config(LambdaFunctionAssociations=at("viewer-request", "clocks"))
    url = served_distribution(config, origins={"pages": pages}, functions=[function])

    def ask() -> Any:
        assert get(f"{url}/")[0] == 200
        return last_output(function)

    return ask


def test_a_warm_worker_sees_the_moved_clock_in_every_time_function(
    served_distribution: ServeDistribution, clocks: Callable[[], Any]
) -> None:
    before = clocks()
    served_distribution.clock.advance(hours=1)
    moved = clocks()
    served_distribution.clock.reset()
    after = clocks()

    assert before["pid"] == moved["pid"] == after["pid"]
    now = before["told"].popitem()[1]
    for name, moment in moved["told"].items():
        assert now + HOUR - 2 < moment < now + HOUR + 60, name
    for name, moment in after["told"].items():
        assert now - 2 < moment < now + 60, name
    assert moved["is_own"]
    assert 0 < moved["slept"] < 60
    assert 0 < moved["left"] <= 5000


def test_a_frozen_clock_is_the_same_at_every_call(
    served_distribution: ServeDistribution, clocks: Callable[[], Any]
) -> None:
    eve = datetime(2031, 12, 24, 18, tzinfo=UTC)
    served_distribution.clock.freeze(eve)

    first, second = clocks(), clocks()

    assert set(first["told"].values()) == {eve.timestamp()}
    assert first["told"] == second["told"]
    assert first["today"] == "2031-12-24"
    assert first.get("year", "2031") == "2031"


def test_a_cloudfront_function_sees_the_moved_clock(
    served_distribution: ServeDistribution, tmp_path: Path
) -> None:
    (tmp_path / "index.html").write_text("home")
    config = a_config()
    arn = "arn:aws:cloudfront::123456789012:function/year"
    config["DefaultCacheBehavior"]["FunctionAssociations"] = {
        "Quantity": 1,
        "Items": [{"EventType": "viewer-request", "FunctionARN": arn}],
    }
    code = "function handler(e) { return { statusCode: new Date().getFullYear() === 2031 ? 410 : 404 } }"
    function = {
        "FunctionSummary": {
            "Name": "year",
            "FunctionConfig": {"Comment": "", "Runtime": "cloudfront-js-2.0"},
            "FunctionMetadata": {"FunctionARN": arn, "Stage": "LIVE"},
        },
    }
    (tmp_path / "year.json").write_text(json.dumps(function))
    (tmp_path / "year.js").write_text(code)
    url = served_distribution(config, tmp_path / "year.json", origins={"pages": tmp_path})

    now = get(f"{url}/")[0]
    served_distribution.clock.freeze("2031-06-01")
    then = get(f"{url}/")[0]

    assert (now, then) == (404, 410)


def test_the_cache_follows_the_moved_clock_and_the_next_test_has_its_own(
    served_distribution: ServeDistribution, tmp_path: Path
) -> None:
    (tmp_path / "index.html").write_text("home")
    url = served_distribution(a_config(), origins={"pages": tmp_path})

    get(f"{url}/")
    served_distribution.clock.advance(hours=12)
    aged = get(f"{url}/")[2]

    assert aged["x-cache"] == "Hit from cloudfront"
    assert 12 * HOUR <= int(aged["age"]) < 13 * HOUR
