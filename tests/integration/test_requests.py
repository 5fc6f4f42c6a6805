"""Requests to API Gateway directly, and through CloudFront as visitors send them."""

import time
from collections.abc import Callable

import pytest

from harness.stack.demo_captains import KIRK, PICARD, Captain
from tests.integration.provisioned import ApiResponse, Provisioned

Address = Callable[[Provisioned, str], str]


def through_api_gateway(stack: Provisioned, path: str) -> str:
    return stack.api_gateway_url(path)


def through_cloudfront(stack: Provisioned, path: str) -> str:
    return f"{stack.site_url}{path}"


both_ways = pytest.mark.parametrize(
    "address",
    [
        pytest.param(through_api_gateway, id="through API Gateway"),
        pytest.param(through_cloudfront, id="through CloudFront"),
    ],
)


def log_in(stack: Provisioned, url: str, captain: Captain) -> ApiResponse:
    return stack.ask(
        url,
        method="POST",
        document={"username": captain.user_name, "password": captain.password},
    )


def cookie(response: ApiResponse) -> dict[str, str]:
    return {"cookie": response.headers["set-cookie"].partition(";")[0]}


@both_ways
def test_a_captain_logs_in_and_reads_his_own_log(stack: Provisioned, address: Address) -> None:
    session = log_in(stack, address(stack, "/api/login"), PICARD)
    logs = stack.ask(address(stack, "/api/logs?limit=100"), headers=cookie(session))

    assert session.status == 200
    assert logs.status == 200
    assert logs.json()["userName"] == "picard"
    texts = {entry["text"] for entry in logs.json()["entries"]}
    assert set(PICARD.entries) <= texts
    assert not set(KIRK.entries) & texts


@both_ways
def test_a_session_has_the_requested_lifetime(stack: Provisioned, address: Address) -> None:
    before = int(time.time())
    session = log_in(stack, address(stack, "/api/login"), KIRK)
    after = int(time.time())

    identifier = cookie(session)["cookie"].partition("=")[2]
    stored = stack.client("dynamodb").get_item(
        TableName=stack.outputs.sessions_table, Key={"session-id": {"S": identifier}}
    )["Item"]
    ends = int(stored["ttl"]["N"])
    assert f"Max-Age={stack.session_ttl};" in f"{session.headers['set-cookie']};"
    assert before + stack.session_ttl <= ends <= after + stack.session_ttl


@both_ways
def test_an_unknown_path_of_the_api_is_not_found(stack: Provisioned, address: Address) -> None:
    response = stack.ask(address(stack, "/api/warp-core"))

    assert response.status == 404
    assert response.headers["content-type"].startswith("application/json")


@both_ways
def test_an_unknown_path_gets_the_apis_own_error(stack: Provisioned, address: Address) -> None:
    stack.require_gateway_response_bodies()

    response = stack.ask(address(stack, "/api/warp-core"))

    assert response.json()["error"]["code"] == "not_found"


@both_ways
def test_a_wrong_method_is_refused_with_the_list_of_allowed_methods(
    stack: Provisioned, address: Address
) -> None:
    response = stack.ask(address(stack, "/api/login"), method="DELETE")

    assert response.status == 405
    assert response.headers["allow"] == "POST"
    assert response.json()["error"]["code"] == "method_not_allowed"


def test_a_visitor_without_a_session_is_sent_to_the_login_page(
    stack: Provisioned,
) -> None:
    home = stack.ask(f"{stack.site_url}/")
    login = stack.ask(f"{stack.site_url}{home.headers['location']}")

    assert home.status == 302
    assert home.headers["location"].partition("?")[0] == "/login/"
    assert login.status == 200
    assert b"<form" in login.body


def test_a_captain_with_a_session_gets_the_home_page(stack: Provisioned) -> None:
    session = log_in(stack, f"{stack.site_url}/api/login", PICARD)

    home = stack.ask(f"{stack.site_url}/", headers=cookie(session))

    assert home.status == 200
    assert home.headers["content-type"] == "text/html; charset=utf-8"


def test_plain_http_is_redirected_to_https(stack: Provisioned) -> None:
    response = stack.ask(f"{stack.http_url}/login/")

    assert response.status == 301
    assert response.headers["location"].startswith("https://localhost")
