import logging
import secrets
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.edge.conftest import Sessions, StartServer
from tests.edge.dynamodb_servers import Received, always, moto_dynamodb
from tests.edge.spellings import disguised, keys_under_any_reading
from tests.edge.test_page_paths import ATTACKS
from tests.edge.viewer import location, request, response_to


@pytest.mark.parametrize("uri", ["/", "/home.html"])
def test_a_live_session_sees_the_home_page(uri: str, at_the_edge: Sessions) -> None:
    viewer_request = request(
        uri, cookie=f"__Host-session-id={at_the_edge.add(lifetime=60)}", query="a=%20&b"
    )

    assert response_to(viewer_request) == viewer_request | {"uri": "/home.html"}


@pytest.mark.parametrize("uri", ["/", "/home.html"])
def test_a_visitor_without_a_session_is_sent_to_login(uri: str) -> None:
    response = response_to(request(uri))

    assert location(response) == "/login/"
    assert response["headers"]["cache-control"][0]["value"] == "no-store"


@pytest.mark.parametrize("uri", ["/", "/home.html"])
def test_an_expired_session_is_sent_to_login_with_the_reason(
    uri: str, at_the_edge: Sessions
) -> None:
    cookie = f"__Host-session-id={at_the_edge.add(lifetime=-1)}"

    assert location(response_to(request(uri, cookie=cookie))) == "/login/?reason=expired"


def test_a_session_is_invalid_right_after_logout(at_the_edge: Sessions) -> None:
    session_id = at_the_edge.add(lifetime=60)
    viewer_request = request("/", cookie=f"__Host-session-id={session_id}")
    assert location(response_to(viewer_request)) is None

    at_the_edge.delete(session_id)

    assert location(response_to(viewer_request)) == "/login/?reason=expired"


@pytest.mark.parametrize("uri", ["/login/", "/login.html"])
def test_a_visitor_without_a_session_sees_the_login_page(uri: str) -> None:
    viewer_request = request(uri, query="reason=signed-out")

    assert response_to(viewer_request) == viewer_request | {"uri": "/login.html"}


@pytest.mark.parametrize("uri", ["/login/", "/login.html"])
def test_a_live_session_is_sent_from_login_to_the_home_page(
    uri: str, at_the_edge: Sessions
) -> None:
    cookie = f"__Host-session-id={at_the_edge.add(lifetime=60)}"

    assert location(response_to(request(uri, cookie=cookie))) == "/"


def test_login_without_its_slash_is_sent_to_login() -> None:
    assert location(response_to(request("/login", query="x=//evil"))) == "/login/"


@pytest.mark.parametrize("uri", ["/nowhere", "/no%20where", "/assets/x.css", "/LOGIN/"])
def test_any_other_path_is_forwarded_unchanged(uri: str) -> None:
    viewer_request = request(uri, cookie="__Host-session-id=whatever", query="a=b")

    assert response_to(viewer_request) == viewer_request


@pytest.mark.parametrize("uri", ATTACKS)
def test_no_encoding_of_the_path_reaches_the_home_page_without_a_session(uri: str) -> None:
    assert location(response_to(request(uri))) == "/login/"


def test_an_encoded_path_is_forwarded_unchanged_with_a_session(
    at_the_edge: Sessions,
) -> None:
    cookie = f"__Host-session-id={at_the_edge.add(lifetime=60)}"
    viewer_request = request("//%68ome.html", cookie=cookie)

    assert response_to(viewer_request) == viewer_request


@given(disguised("/home.html"))
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_no_request_that_could_mean_the_home_page_passes_without_a_session(
    uri: str,
) -> None:
    response = response_to(request(uri))

    goes_on_to = response.get("uri", "/nowhere")
    assert "home.html" not in keys_under_any_reading(goes_on_to)


@given(uri=disguised("/home.html") | disguised("/login/") | st.text())
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_a_redirect_never_leaves_the_site(uri: str) -> None:
    target = location(response_to(request(uri, query="next=https://evil.example")))

    assert target in {None, "/login/"}


def test_a_forwarded_request_keeps_its_read_only_headers(
    at_the_edge: Sessions,
) -> None:
    """Changing one would be a violation (LH-004, LH-008)."""
    cookie = f"__Host-session-id={at_the_edge.add(lifetime=60)}"

    for uri in ("/", "/login.html", "/nowhere"):
        viewer_request = request(uri, cookie=cookie, query="reason=expired")
        kept = response_to(viewer_request)["headers"]
        assert all(kept[name] == viewer_request["headers"][name] for name in ("host", "via"))


NEIGHBOUR = "n" * 43


@pytest.mark.parametrize("first", [True, False], ids=["before ours", "after ours"])
def test_a_sibling_domains_cookie_does_not_invalidate_the_session(
    first: bool, at_the_edge: Sessions
) -> None:
    ours = at_the_edge.add(lifetime=60)
    ids = (NEIGHBOUR, ours) if first else (ours, NEIGHBOUR)
    cookie = "; ".join(f"__Host-session-id={one}" for one in ids)

    assert location(response_to(request("/", cookie=cookie))) is None


def test_a_cookie_of_the_former_name_does_not_authenticate(at_the_edge: Sessions) -> None:
    """A sibling subdomain may set its own live session's cookie for the parent domain."""
    cookie = f"session-id={at_the_edge.add(lifetime=60, user='q')}"

    assert location(response_to(request("/", cookie=cookie))) == "/login/"


def test_sessions_of_different_users_do_not_authenticate(at_the_edge: Sessions) -> None:
    ids = [at_the_edge.add(lifetime=60, user=user) for user in ("picard", "q")]
    cookie = "; ".join(f"__Host-session-id={one}" for one in ids)

    assert location(response_to(request("/", cookie=cookie))) == "/login/?reason=expired"


def test_a_sibling_domains_cookies_do_not_authenticate(at_the_edge: Sessions) -> None:
    tossed = [secrets.token_urlsafe(32) for _ in range(20)]
    cookie = "; ".join(f"__Host-session-id={one}" for one in tossed)

    assert location(response_to(request("/", cookie=cookie))) == "/login/?reason=expired"


def test_a_malformed_session_is_not_looked_up(
    lambda_environment: None, start_server: StartServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = start_server(moto_dynamodb)
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://{server.host}")

    response_to(request("/", cookie="__Host-session-id=junk"))

    assert server.received == []


TROUBLE = [
    pytest.param(always(b'{"__type": "x#InternalServerError"}', status=500), id="500"),
    pytest.param(always(b"<html>Bad gateway</html>", status=502), id="a proxy's 502"),
    pytest.param(always(b"maybe"), id="garbage"),
    pytest.param(always(b'{"Item": {"userName": {"S": "picard"}}}'), id="no ttl"),
]


@pytest.mark.parametrize("respond", TROUBLE)
def test_a_session_that_cannot_be_checked_is_sent_to_login(
    respond: Any,
    lambda_environment: None,
    start_server: StartServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    server = start_server(respond)
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://{server.host}")
    viewer_request = request("/", cookie=f"__Host-session-id={'x' * 43}")

    response = response_to(viewer_request)

    assert location(response) == "/login/?from=home"
    assert response["headers"]["cache-control"][0]["value"] == "no-store"


def test_the_login_page_is_served_when_sessions_cannot_be_checked(
    lambda_environment: None, start_server: StartServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = start_server(always(b"maybe"))
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://{server.host}")
    viewer_request = request("/login/", cookie=f"__Host-session-id={'x' * 43}")

    assert response_to(viewer_request) == viewer_request | {"uri": "/login.html"}


@pytest.mark.parametrize(
    "name", ["AWS_LAMBDA_FUNCTION_NAME", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"]
)
def test_a_misconfigured_function_refuses_every_request_and_logs_why(
    name: str,
    at_the_edge: Sessions,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.delenv(name)
    cookie = f"__Host-session-id={at_the_edge.add(lifetime=60)}"

    assert location(response_to(request("/", cookie=cookie))) == "/login/?from=home"
    assert name in caplog.text


def test_failures_are_logged_without_ids_and_keys(
    lambda_environment: None,
    start_server: StartServer,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    session_id = secrets.token_urlsafe(32)

    def quote_the_request(received: Received) -> tuple[int, bytes]:
        return 400, b'{"__type": "x#ValidationException", "message": ' + received.body

    server = start_server(quote_the_request)
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://{server.host}")

    response_to(request("/", cookie=f"__Host-session-id={session_id}"))

    assert "session not checked" in caplog.text
    assert session_id not in caplog.text
    assert "not-a-" not in caplog.text  # the secret key and the token
