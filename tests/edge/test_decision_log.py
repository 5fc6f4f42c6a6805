"""Each decision is logged in one line, without personal data."""

import copy
import json
from typing import Any

import pytest
import viewer_request

from tests.edge.viewer import request

CONFIG = {
    "eventType": "viewer-request",
    "distributionId": "EDFDVBD6EXAMPLE",
    "requestId": "4TyzHTaYWb1GX1qTfsHhEqV6HUDd_BzoBZnwfnvQc_1oF26ClkoUSEQ==",
}


def decided(capsys: pytest.CaptureFixture[str], event: dict[str, Any]) -> dict[str, Any]:
    cf = {"config": CONFIG, "request": copy.deepcopy(event)}
    viewer_request.handler({"Records": [{"cf": cf}]}, None)
    (line,) = capsys.readouterr().out.splitlines()
    parsed: dict[str, Any] = json.loads(line)
    return parsed


def test_a_decision_is_one_line_of_json_under_cloudfronts_request_id(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert decided(capsys, request("/")) == {
        "level": "INFO",
        "message": "decided",
        "request_id": CONFIG["requestId"],
        "distribution_id": "EDFDVBD6EXAMPLE",
        "page": "HOME",
        "session": "NONE",
        "status": 302,
    }


@pytest.mark.parametrize(
    ("uri", "page", "session", "status"),
    [
        ("/login/", "LOGIN", "NONE", 200),
        ("/login", "LOGIN_WITHOUT_SLASH", "NOT_ASKED", 302),
        ("/error.html", "OTHER", "NOT_ASKED", 200),
    ],
)
def test_a_decision_is_logged_with_its_reason(
    capsys: pytest.CaptureFixture[str], uri: str, page: str, session: str, status: int
) -> None:
    line = decided(capsys, request(uri))

    assert (line["page"], line["session"], line["status"]) == (page, session, status)


def test_neither_cookie_nor_path_nor_address_is_logged(
    capsys: pytest.CaptureFixture[str],
) -> None:
    event = request("/secret\n{}", cookie=f"__Host-session-id={'A' * 42}", query="q=1")

    line = json.dumps(decided(capsys, event))

    for secret in ("A" * 42, "secret", "q=1", event["clientIp"]):
        assert secret not in line
