import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdas.errors import ApiError
from lambdas.login import Credentials, read_credentials
from tests.lambdas.proxy_events import proxy_event
from tests.lambdas.ship import Ship

MINUTE = 60  # seconds


def test_the_right_password_gives_a_session(ship: Ship) -> None:
    ship.enlist("picard", "makeitso")

    response = ship.log_in("picard", "makeitso")

    assert response.status == 200
    assert response.json == {
        "userName": "picard",
        "expiresAt": "2026-11-23T12:01:00Z",
        "endsAt": "2026-11-23T12:01:00Z",
    }
    assert re.fullmatch(
        r"__Host-session-id=[A-Za-z0-9_-]{43}; Path=/; Max-Age=60; "
        r"HttpOnly; Secure; SameSite=Strict",
        response.headers["Set-Cookie"],
    )


def test_the_session_is_stored_with_its_times_in_unix_seconds(ship: Ship) -> None:
    cookie = ship.board()

    assert ship.items("sessions") == [
        {
            "session-id": cookie.removeprefix("__Host-session-id="),
            "userName": "picard",
            "creationTime": "1795435200",
            "ttl": "1795435260",
            "endsAt": "1795435260",
        }
    ]


def test_a_session_id_sent_by_the_visitor_is_not_adopted(ship: Ship) -> None:
    planted = f"__Host-session-id={'A' * 43}"
    ship.enlist("picard", "makeitso")

    response = ship.log_in("picard", "makeitso", cookie=planted)

    assert response.cookie != planted
    assert ship.ask("GET", "/api/session", cookie=planted).status == 401


def test_each_login_has_a_new_session_id(ship: Ship) -> None:
    first = ship.board()

    assert ship.log_in("picard", "makeitso").cookie != first


def test_a_wrong_password_and_an_unknown_user_get_the_same_response(ship: Ship) -> None:
    ship.enlist("picard", "makeitso")

    wrong = ship.log_in("picard", "engage")
    unknown = ship.log_in("locutus", "engage")

    assert (wrong.status, wrong.error_code) == (401, "invalid_credentials")
    assert unknown == wrong
    assert "Set-Cookie" not in wrong.headers


def test_an_unknown_user_takes_the_same_aws_calls_as_a_wrong_password(
    ship: Ship,
) -> None:
    ship.enlist("picard", "makeitso")
    calls: list[str] = []
    for client in (ship.dynamodb, ship.secretsmanager):
        client.meta.events.register(
            "before-call", lambda model, **_: calls.append(model.name), "spy"
        )

    try:
        ship.log_in("picard", "engage")
        wrong, calls[:] = list(calls), []
        ship.log_in("locutus", "engage")
    finally:
        for client in (ship.dynamodb, ship.secretsmanager):
            client.meta.events.unregister("before-call", unique_id="spy")

    assert calls == wrong == ["UpdateItem", "UpdateItem", "GetSecretValue"]


@pytest.mark.parametrize("user_name", ["picard", "locutus"])
def test_after_five_failures_a_user_is_locked_out(ship: Ship, user_name: str) -> None:
    ship.enlist("picard", "makeitso")
    statuses = [ship.log_in(user_name, "engage").status for _ in range(5)]
    ship.clock.advance(MINUTE)

    locked = ship.log_in(user_name, "makeitso")  # right, for one of them

    assert statuses == [401] * 5
    assert (locked.status, locked.error_code) == (429, "too_many_attempts")
    assert locked.headers["Retry-After"] == str(14 * MINUTE)


def test_a_lockout_applies_in_a_new_instance_of_the_function(ship: Ship) -> None:
    ship.enlist("picard", "makeitso")
    for _ in range(5):
        ship.log_in("picard", "engage")

    ship.new_instance()

    assert ship.log_in("picard", "makeitso").status == 429


def test_a_lockout_ends_at_its_time_even_if_its_item_still_exists(ship: Ship) -> None:
    ship.enlist("picard", "makeitso")
    for _ in range(5):
        ship.log_in("picard", "engage")

    ship.clock.advance(15 * MINUTE)

    assert ship.items("login-attempts") != []
    assert ship.log_in("picard", "makeitso").status == 200


def test_a_successful_login_clears_the_failure_count(ship: Ship) -> None:
    ship.enlist("picard", "makeitso")
    for _ in range(4):
        ship.log_in("picard", "engage")

    ship.log_in("picard", "makeitso")

    assert ship.items("login-attempts") == []
    assert ship.log_in("picard", "engage").status == 401


def test_one_users_failures_do_not_lock_out_another(ship: Ship) -> None:
    ship.enlist("kirk", "KHAAAN!!!")
    for _ in range(6):
        ship.log_in("picard", "engage")

    assert ship.log_in("kirk", "KHAAAN!!!").status == 200


@pytest.mark.parametrize(
    ("body", "content_type", "status", "code"),
    [
        pytest.param("{}", "text/plain", 415, "not_json", id="a form can send text"),
        pytest.param("{}", None, 415, "not_json", id="no content type"),
        pytest.param(b"\xff\xfe", "application/json", 400, "bad_request", id="bytes"),
        pytest.param("x" * 4097, "application/json", 413, "too_large", id="long"),
        pytest.param(b"x" * 4097, "application/json", 413, "too_large", id="long 64"),
        pytest.param("", "application/json", 400, "bad_request", id="empty"),
        pytest.param("[]", "application/json", 400, "bad_request", id="a list"),
        pytest.param("[" * 4096, "application/json", 400, "bad_request", id="deep"),
        pytest.param("{}", "application/json", 400, "bad_request", id="no fields"),
    ],
)
def test_a_malformed_login_is_refused(
    ship: Ship, body: str | bytes, content_type: str, status: int, code: str
) -> None:
    response = ship.ask("POST", "/api/login", body=body, content_type=content_type)

    assert (response.status, response.error_code) == (status, code)
    assert ship.items("login-attempts") == []


@pytest.mark.parametrize(
    ("user_name", "password"),
    [
        pytest.param("Picard", "makeitso", id="capital in the name"),
        pytest.param("picard/requests", "makeitso", id="slash in the name"),
        pytest.param("picard\n", "makeitso", id="line break in the name"),
        pytest.param("p" * 33, "makeitso", id="long name"),
        pytest.param("", "makeitso", id="no name"),
        pytest.param(7, "makeitso", id="a number for a name"),
        pytest.param(None, "makeitso", id="null for a name"),
        pytest.param("picard", "", id="no password"),
        pytest.param("picard", "x" * 257, id="long password"),
        pytest.param("picard", "\ud800", id="half a character"),
        pytest.param("picard", ["makeitso"], id="a list for a password"),
    ],
)
def test_invalid_credentials_are_refused(ship: Ship, user_name: object, password: object) -> None:
    response = ship.log_in(user_name, password)

    assert (response.status, response.error_code) == (400, "bad_request")
    assert ship.items("login-attempts") == []


def test_a_base64_body_and_a_content_type_with_parameters_are_accepted(
    ship: Ship,
) -> None:
    ship.enlist("picard", "makeitso")
    body = json.dumps({"username": "picard", "password": "makeitso"}).encode()

    response = ship.ask(
        "POST", "/api/login", body=body, content_type="Application/JSON; charset=utf-8"
    )

    assert response.status == 200


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


@given(
    username=JSON | st.from_regex(r"[a-z][a-z0-9-]*", fullmatch=True),
    password=JSON,
    extra=st.dictionaries(st.text(), JSON, max_size=2),
)
def test_any_json_is_either_credentials_or_a_client_error(
    username: Any, password: Any, extra: dict[str, Any]
) -> None:
    document = {**extra, "username": username, "password": password}
    event = proxy_event("POST", "/api/login", body=json.dumps(document))

    try:
        credentials = read_credentials(event)
    except ApiError as error:
        assert error.status in {400, 413}  # noqa: PT017 - or no error at all
    else:
        assert credentials == Credentials(user_name=username, password=password)
        assert "password" not in repr(credentials)


@given(st.binary(max_size=300))
def test_any_bytes_are_either_credentials_or_a_client_error(body: bytes) -> None:
    try:
        read_credentials(proxy_event("POST", "/api/login", body=body))
    except ApiError as error:
        assert error.status == 400  # noqa: PT017 - or no error at all
