"""The fixtures for CloudFront Functions, and `localfront invoke` of one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from localfront.__main__ import main
from localfront.errors import ConfigError, FunctionExecutionError
from localfront.testing import StartViewerFunction, violates

CODE = """\
import cf from 'cloudfront';
async function handler(event) {
  const request = event.request;
  console.log('asked ' + request.uri);
  if (request.uri === '/boom') throw new Error('boom');
  if (request.uri === '/store') request.uri = await cf.kvs().get('where');
  if (request.uri === '/api') cf.selectRequestOriginById('api');
  if (request.uri === '/bad') request.headers.via = { value: 'mine' };
  if (request.uri === '/stop') return { statusCode: 403 };
  return request;
}
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "pretty.js"
    file.write_text(CODE)
    return file


@pytest.mark.proves("FN-028")
def test_a_test_calls_a_function_with_a_dictionary_as_its_store(
    viewer_request_function: StartViewerFunction, file: Path
) -> None:
    function = viewer_request_function(file, store={"where": "/found"})

    assert function(uri="/store", cookies={"a": "1"})["uri"] == "/found"
    assert function.logs == ("asked /store",)
    assert 0 <= function.utilization <= 100
    assert function(uri="/stop") == {"statusCode": 403}
    function(uri="/api")
    assert [dict(call) for call in function.origin] == [
        {"method": "selectRequestOriginById", "given": ["api"]}
    ]
    assert viewer_request_function(file, store={"where": "/other"})(uri="/store")["uri"] == "/other"


def test_an_edit_is_live_at_the_next_call_and_errors_have_their_line(
    viewer_request_function: StartViewerFunction, file: Path
) -> None:
    function = viewer_request_function(str(file))

    with pytest.raises(FunctionExecutionError, match=r"pretty\.js:5: Error: boom"):
        function(uri="/boom")
    with violates("LH-003"):
        function(uri="/bad")
    file.write_text("function handler(event) {\n  return {statusCode: 204};\n}\nclass A {}")
    with pytest.raises(ConfigError, match=r"pretty\.js:4: `class`"):
        function(uri="/a")
    file.write_text("function handler(event) { return {statusCode: 204}; }")
    assert function(uri="/a") == {"statusCode": 204}


def test_a_function_of_runtime_1_runs_with_an_event_from_the_console(
    viewer_request_function: StartViewerFunction, tmp_path: Path
) -> None:
    file = tmp_path / "first.js"
    file.write_text(
        "function handler(event) { var r = event.request; r.uri = 'a'.toString('hex'); r.uri = '/' + r.uri; return r; }"
    )
    function = viewer_request_function(file, runtime="cloudfront-js-1.0")
    event = {
        "version": "1.0",
        "context": {"eventType": "viewer-request"},
        "viewer": {"ip": "1.2.3.4"},
        "request": {
            "method": "GET",
            "uri": "/",
            "querystring": {"a": {"value": "1", "multiValue": [{"value": "1"}, {"value": "2"}]}},
            "headers": {"host": {"value": "example.com"}},
            "cookies": {"id": {"value": "7"}},
        },
    }

    assert function(event)["uri"] == "/61"
    with pytest.raises(ConfigError, match="not an event of a CloudFront Function"):
        function({"Records": []})
    with pytest.raises(ConfigError, match="don't get a request's body"):
        function(body="a")


@pytest.mark.proves("FN-009")
def test_a_function_is_tested_at_viewer_response(
    viewer_response_function: StartViewerFunction, tmp_path: Path
) -> None:
    file = tmp_path / "stamp.js"
    file.write_text(
        "function handler(event) { var r = event.response; r.headers['x-a'] = {value: '1'}; return r; }"
    )

    result = viewer_response_function(file)(status=404, uri="/a")

    assert (result["statusCode"], result["headers"]["x-a"]) == (404, {"value": "1"})


def invoked(capsys: pytest.CaptureFixture[str], *options: str) -> tuple[int, Any, str]:
    code = main(["invoke", *options])
    out, err = capsys.readouterr()
    return code, json.loads(out) if out else None, err


@pytest.mark.proves("FN-028")
def test_invoke_prints_what_testfunction_returns(
    capsys: pytest.CaptureFixture[str], file: Path, tmp_path: Path
) -> None:
    keys = tmp_path / "keys.json"
    keys.write_text('{"data": [{"key": "where", "value": "/found"}]}')
    saved = tmp_path / "event.json"
    options = ["--function", str(file), "--kvs", str(keys), "--save", str(saved)]

    code, output, result = invoked(capsys, *options, "--uri", "/store", "--runs", "2")

    assert (code, output["request"]["uri"]) == (0, "/found")
    assert "asked /store\n" in result
    assert "compute utilization: " in result
    code, output, result = invoked(
        capsys, "--function", str(file), "--kvs", str(keys), "--event", str(saved)
    )
    assert (code, output["request"]["uri"]) == (0, "/found")


def test_invoke_prints_why_there_is_no_result(
    capsys: pytest.CaptureFixture[str], file: Path
) -> None:
    assert invoked(capsys, "--function", str(file), "--uri", "/api")[2].startswith(
        'asked /api\norigin: selectRequestOriginById("api")\n'
    )
    code, output, result = invoked(capsys, "--function", str(file), "--uri", "/boom")
    assert (code, output) == (1, None)
    assert result.startswith(
        "asked /boom\nFN-013: Function pretty failed: pretty.js:5: Error: boom."
    )
    code, _, result = invoked(capsys, "--function", str(file), "--event-type", "origin-request")
    assert code == 1
    assert "run at viewer-request and viewer-response" in result
    code, _, result = invoked(capsys, "--function", str(file.with_name("gone.mjs")))
    assert code == 1
