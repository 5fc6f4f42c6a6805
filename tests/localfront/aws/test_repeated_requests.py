"""Repeated requests: every difference in a response is detected, and nothing else."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from botocore.awsrequest import AWSPreparedRequest, AWSRequest

from localfront.aws.repeated_requests import VALID_FOR, RepeatedRequests


class Api:
    """An API with one response to all requests, and the requests that it got."""

    def __init__(self) -> None:
        self.status, self.body = 200, b"<Distribution/>"
        self.headers: dict[str, str] = {"ETag": "1"}
        self.requests: list[tuple[str, str | None]] = []
        self.keeps = True
        api = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                self.close_connection = not api.keeps  # before a client can see the response
                api.requests.append((self.path, self.headers["Authorization"]))
                self.send_response(api.status)
                for name, value in api.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(api.body)))
                self.end_headers()
                self.wfile.write(api.body)

            def log_message(self, *_: object) -> None:
                """Nothing is printed."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"


@pytest.fixture
def api() -> Iterator[Api]:
    made = Api()
    thread = Thread(target=made.server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield made
    made.server.shutdown()
    made.server.server_close()
    thread.join()


@pytest.fixture
def repeated(api: Api) -> Iterator[RepeatedRequests]:
    """With one recorded request, repeated once."""
    made = RepeatedRequests()
    look(made, f"{api.url}/2020-05-31/distribution?Marker=a")
    assert not made.is_unchanged()  # nothing to compare with
    yield made
    made.close()


def look(repeated: RepeatedRequests, url: str, method: str = "GET") -> None:
    with repeated.noting():
        repeated.note(a_request(url, method))


def a_request(url: str, method: str = "GET") -> AWSPreparedRequest:
    signed = AWSRequest(method, url, headers={"Authorization": "AWS4-HMAC-SHA256"})
    return signed.prepare()


def test_identical_responses_mean_unchanged(repeated: RepeatedRequests, api: Api) -> None:
    assert repeated.is_unchanged()
    assert set(api.requests) == {("/2020-05-31/distribution?Marker=a", "AWS4-HMAC-SHA256")}


@pytest.mark.parametrize(
    "change",
    [
        lambda api: setattr(api, "status", 404),
        lambda api: setattr(api, "body", b"<Distribution></Distribution>"),
        lambda api: api.headers.update(ETag="2"),
    ],
    ids=["status", "body", "tag"],
)
def test_a_different_response_is_reported_as_a_change_once(
    change: Callable[[Api], None], repeated: RepeatedRequests, api: Api
) -> None:
    change(api)

    assert not repeated.is_unchanged()
    assert repeated.is_unchanged()


def test_a_new_request_id_or_date_is_not_a_change(repeated: RepeatedRequests, api: Api) -> None:
    api.body = b"<Error><Code>NoSuchBucketPolicy</Code><RequestId>1</RequestId></Error>"
    assert not repeated.is_unchanged()
    api.body = api.body.replace(b">1<", b">22<")
    api.headers["X-Amz-Request-Id"] = "22"

    assert repeated.is_unchanged()


def test_an_api_that_closes_connections_is_read_in_full(
    repeated: RepeatedRequests, api: Api
) -> None:
    api.keeps = False
    assert repeated.is_unchanged()  # on the connection that was kept until then
    assert not repeated.is_unchanged()
    api.keeps = True
    repeated.is_unchanged()
    assert repeated.is_unchanged()


def test_an_unreachable_api_does_not_count_as_unchanged() -> None:
    repeated = RepeatedRequests()
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        look(repeated, f"http://127.0.0.1:{bound.getsockname()[1]}/")

        assert not repeated.is_unchanged()
        assert not repeated.is_unchanged()


def test_recorded_requests_expire(api: Api) -> None:
    now = 0.0
    repeated = RepeatedRequests(clock=lambda: now)
    look(repeated, f"{api.url}/")
    repeated.is_unchanged()
    assert repeated.is_unchanged()

    now = VALID_FOR
    assert not repeated.is_unchanged()
    repeated.close()


def test_a_failed_poll_is_repeated(repeated: RepeatedRequests, api: Api) -> None:
    def fail() -> None:
        with repeated.noting():
            repeated.note(a_request(api.url))
            raise OSError("as of the API")

    with pytest.raises(OSError, match="as of the API"):
        fail()

    assert not repeated.is_unchanged()
    assert not repeated.is_unchanged()


@pytest.mark.parametrize(
    ("method", "scheme"), [("POST", "http"), ("GET", "https")], ids=["not read", "not plain"]
)
def test_requests_that_cannot_be_repeated_are_always_read_in_full(
    method: str, scheme: str, api: Api
) -> None:
    repeated = RepeatedRequests()
    look(repeated, api.url.replace("http", scheme), method)

    assert not repeated.is_unchanged()
    assert not repeated.is_unchanged()
    assert api.requests == []
