"""A plan whose origins are functions, served without an account, emulator or override."""

from __future__ import annotations

import hashlib
import http.client
import json
import os
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.localfront.command.log_lines import PATIENCE, LogLines
from tests.localfront.command.test_serve_files import serving_command, wait_for
from tests.localfront.sources.plans import FOLDER
from tests.localfront.warm_start.command import localfront

Headers = list[tuple[str, str]]
CODE = FOLDER / "code"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The plan, and the functions' archives beside it."""
    if shutil.which("node") is None:
        pytest.skip("there is no node on PATH")
    folder = tmp_path_factory.mktemp("project")
    shutil.copy(FOLDER / "code-plan.json", folder / "plan.json")
    for name in ("ssr", "api"):
        with zipfile.ZipFile(folder / f"{name}.zip", "w") as archive:
            for file in (CODE / name).iterdir():
                if file.is_file():
                    archive.write(file, file.name)
    shutil.copytree(CODE / "api", folder / "live")
    return folder


@pytest.fixture(scope="module")
def served(project: Path) -> Iterator[tuple[int, LogLines]]:
    command = [
        *localfront("serve", "--config", str(project / "plan.json")),
        *("--http-port", "0", "--https-port", "0", "--ca-dir", str(project / "ca")),
        *("--lambda", f"api={project / 'live'}", "--lambda", f"apo={project / 'live'}"),
    ]
    environment = {"PATH": os.environ["PATH"], "HOME": str(project)}
    with serving_command(command, environment) as found:
        yield found


def send(
    port: int, method: str, target: str, body: bytes = b"", **headers: str
) -> tuple[int, Headers, bytes]:
    connection = http.client.HTTPConnection("localhost", port, timeout=PATIENCE)
    try:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, target, body=body or None, headers=sent)
        response = connection.getresponse()
        found = [(name.lower(), value) for name, value in response.getheaders()]
        return response.status, found, response.read()
    finally:
        connection.close()


def json_from(
    port: int, method: str, target: str, body: bytes = b"", **headers: str
) -> dict[str, Any]:
    status, _, response = send(port, method, target, body, **headers)
    assert status == 200, response
    found: dict[str, Any] = json.loads(response)
    return found


@pytest.mark.proves("AG-007", "AG-004")
def test_a_function_url_runs_its_function_with_payload_format_2(
    served: tuple[int, LogLines],
) -> None:
    port, _ = served

    found = json_from(port, "GET", "/a%20b?x=1&x=2&y", cookie="c=3; d=4", x_name="a")

    event = found["event"]
    assert found["greeting"] == "hello"
    assert found["name"] == "ssr"
    assert event["version"] == "2.0"
    assert event["rawPath"] == "/a%20b"
    assert event["rawQueryString"] == "x=1&x=2&y"
    assert event["queryStringParameters"] == {"x": "1,2", "y": ""}
    assert event["cookies"] == ["c=3", "d=4"]
    assert event["headers"]["x-name"] == "a"
    assert event["headers"]["host"].endswith(".lambda-url.eu-west-1.on.aws")
    assert event["headers"]["x-forwarded-for"] == "127.0.0.1, 127.0.0.1"
    assert event["requestContext"]["http"]["method"] == "GET"
    assert "body" not in event


def test_a_response_keeps_its_cookies_bytes_and_status(served: tuple[int, LogLines]) -> None:
    status, headers, body = send(served[0], "GET", "/picture")

    assert (status, body) == (201, b"\x00\xff\n")
    assert ("content-type", "image/gif") in headers
    assert ("x-number", "7") in headers
    assert [v for n, v in headers if n == "set-cookie"] == ["a=1; Path=/", "b=2"]


@pytest.mark.proves("AG-007")
def test_a_body_needs_its_sha256_header_if_cloudfront_signs(served: tuple[int, LogLines]) -> None:
    port, body = served[0], b"\x00 a body"
    digest = hashlib.sha256(body).hexdigest()

    status, _, refused = send(port, "POST", "/", body)
    assert status == 403
    assert b"signature we calculated" in refused
    assert send(port, "POST", "/", body, x_amz_content_sha256="0" * 64)[0] == 403

    event = json_from(port, "POST", "/", body, x_amz_content_sha256=digest)["event"]
    assert event["isBase64Encoded"] is True
    assert event["body"] == "ACBhIGJvZHk="


@pytest.mark.proves("AG-001")
def test_a_forwarded_host_header_is_403(served: tuple[int, LogLines]) -> None:
    status, _, body = send(served[0], "GET", "/wrong-host")

    assert (status, json.loads(body)) == (403, {"message": "Forbidden"})


@pytest.mark.parametrize(
    ("target", "status", "message"),
    [
        ("/fails", 502, "Internal Server Error"),
        ("/slow", 504, "Gateway Timeout"),
        ("/http", 404, None),
        ("/rest/a/b", 403, "Missing Authentication Token"),
    ],
)
def test_failures_are_answered_as_lambda_and_api_gateway_do(
    served: tuple[int, LogLines], target: str, status: int, message: str | None
) -> None:
    found, _, body = send(served[0], "GET", target)

    if message is None:  # no route of the HTTP API's, and so the site's
        assert found == 200
    else:
        assert (found, json.loads(body)["message"]) == (status, message)


def test_an_http_api_finds_its_route_and_stage(served: tuple[int, LogLines]) -> None:
    port = served[0]

    item = json_from(port, "GET", "/http/items/a%2Fb")
    other = json_from(port, "POST", "/http/x/y", b"{}", content_type="application/json")

    assert item["table"] == "logs"
    assert item["event"]["routeKey"] == "GET /http/items/{id}"
    assert item["event"]["pathParameters"] == {"id": "a/b"}
    assert item["event"]["stageVariables"] == {"colour": "blue"}
    assert other["event"]["routeKey"] == "ANY /http/{proxy+}"
    assert other["event"]["pathParameters"] == {"proxy": "x/y"}
    assert (other["event"]["body"], other["event"]["isBase64Encoded"]) == ("{}", False)


def test_a_rest_api_gets_payload_format_1_below_its_stage(served: tuple[int, LogLines]) -> None:
    status, headers, body = send(served[0], "GET", "/rest/7?a=1&a=2", X_Name="b")

    event = json.loads(body)["event"]
    assert status == 200
    assert event["resource"] == "/rest/{id}"
    assert event["path"] == "/rest/7"
    assert event["requestContext"]["path"] == "/prod/rest/7"
    assert event["requestContext"]["stage"] == "prod"
    assert event["pathParameters"] == {"id": "7"}
    assert event["queryStringParameters"] == {"a": "2"}
    assert event["multiValueQueryStringParameters"] == {"a": ["1", "2"]}
    assert event["multiValueHeaders"]["X-Name"] == ["b"]
    assert "version" not in event
    assert [v for n, v in headers if n == "set-cookie"] == ["a=1", "b=2"]


def test_an_edit_in_a_functions_folder_is_live(served: tuple[int, LogLines], project: Path) -> None:
    port, log = served
    assert "Did you mean 'api'?" in wait_for(log, "--lambda apo")
    code = project / "live" / "app.py"

    code.write_text("def handler(event, context):\n    return {'statusCode': 418}\n")
    assert send(port, "GET", "/rest/1")[0] == 418

    code.write_text("def handler(event, context):\n    return {'body': 'no status'}\n")
    status, _, body = send(port, "GET", "/rest/1")
    assert (status, json.loads(body)) == (502, {"message": "Internal server error"})
