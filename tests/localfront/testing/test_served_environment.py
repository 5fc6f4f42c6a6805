"""A served function's environment, as Lambda sets it."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from localfront.testing import ServeDistribution, StartFunction
from tests.localfront.factories import listing
from tests.localfront.real_workers import NODE, PYTHON
from tests.localfront.testing.test_served_distribution import a_config, at, get

TELLS = """\
import os, urllib

def handler(event, context):
    told = {
        "trace": os.environ["_X_AMZN_TRACE_ID"],
        "libraries": os.environ["LD_LIBRARY_PATH"],
        "code": os.getcwd(),
        "start up": [bool(exit), bool(urllib.parse)],
        "name": context.function_name,
        "group": context.log_group_name,
    }
    import json
    return {"status": "200", "body": json.dumps(told)}
"""
SDK = """\
exports.handler = async () => ({ status: '200', body: require('@aws-sdk/client-s3').from });
exports.old = async () => ({ status: '200', body: require('aws-sdk').from });
"""


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    (tmp_path / "pages").mkdir()
    return tmp_path / "pages"


@pytest.mark.proves("LA-021", "LL-001")
def test_a_python_function_has_lambdas_environment(
    served_distribution: ServeDistribution,
    edge_function: StartFunction,
    pages: Path,
    tmp_path: Path,
) -> None:
    code = tmp_path / "code"
    code.mkdir()
    (code / "tells.py").write_text(TELLS)
    function = edge_function(code, handler="tells.handler", runtime=PYTHON, name="tells")
    config = a_config(LambdaFunctionAssociations=at("viewer-request", "tells"))

    url = served_distribution(config, origins={"pages": pages}, functions=[function])
    first, second = [json.loads(get(f"{url}/")[1]) for _ in range(2)]

    assert re.fullmatch(r"Root=1-[0-9a-f]{8}-[0-9a-f]{24};.*", first["trace"])
    assert first["trace"] != second["trace"]
    assert f"{first['code']}/lib" in first["libraries"].split(":")
    assert first["start up"] == [True, True]
    assert first["name"] == "us-east-1.tells"
    assert first["group"] == "/aws/lambda/us-east-1.tells"


@pytest.mark.proves("LA-020")
def test_a_node_function_finds_the_sdk_and_not_its_second_version(
    served_distribution: ServeDistribution,
    edge_function: StartFunction,
    pages: Path,
    tmp_path: Path,
) -> None:
    code = tmp_path / "project" / "edge"
    code.mkdir(parents=True)
    (code / "index.js").write_text(SDK)
    package = code.parent / "node_modules" / "@aws-sdk" / "client-s3"
    package.mkdir(parents=True)
    (package / "package.json").write_text('{"name": "@aws-sdk/client-s3"}')
    (package / "index.js").write_text("exports.from = 'the project';")

    def respond(handler: str) -> tuple[int, bytes, dict[str, str]]:
        function = edge_function(code, handler=handler, runtime=NODE, name=handler[6:])
        behavior: dict[str, Any] = at("viewer-request", handler[6:])
        config = a_config(LambdaFunctionAssociations=behavior)
        url = served_distribution(config, origins={"pages": pages}, functions=[function])
        return get(f"{url}/")

    assert respond("index.handler")[:2] == (200, b"the project")
    assert respond("index.old")[0] == 503  # LX-002: the module cannot be found


FUNCTION = """\
function handler(event) {
  var seen = [typeof fetch, typeof require, typeof process, typeof setTimeout];
  var once = Date.now();
  for (var i = 0; i < 100000; i++) {}
  const frozen = Date.now() === once;
  let dynamic = 'refused';
  try { new Function('return 1')(); dynamic = 'ran'; } catch (error) {}
  const found = /(?<year>\\d{4})/.exec('2266');
  return {
    statusCode: 200,
    body: JSON.stringify({ seen, frozen, dynamic, year: found.groups.year, text: atob('aGk=') }),
  };
}
"""


@pytest.mark.proves("FN-016", "FN-017")
def test_a_cloudfront_function_has_its_language_and_no_host_access(
    served_distribution: ServeDistribution, pages: Path, tmp_path: Path
) -> None:
    arn = "arn:aws:cloudfront::123456789012:function/guard"
    summary = {
        "Name": "guard",
        "FunctionConfig": {"Comment": "", "Runtime": "cloudfront-js-2.0"},
        "FunctionMetadata": {"FunctionARN": arn, "Stage": "LIVE"},
    }
    (tmp_path / "guard.js").write_text(FUNCTION)
    described = tmp_path / "guard.json"
    described.write_text(json.dumps({"FunctionSummary": summary}))
    config = a_config(
        FunctionAssociations=listing({"EventType": "viewer-request", "FunctionARN": arn})
    )

    url = served_distribution(config, described, origins={"pages": pages})
    environment = json.loads(get(f"{url}/")[1])

    assert "function" not in [environment["seen"][0], *environment["seen"][2:]]
    assert (environment["frozen"], environment["dynamic"]) == (True, "refused")
    assert (environment["year"], environment["text"]) == ("2266", "hi")
