import json
import threading
from collections.abc import Iterator
from time import monotonic

import botocore.auth
import botocore.awsrequest
import botocore.credentials
import pytest
from dynamodb import LARGEST_RESPONSE
from errors import DynamoDbError

from tests.edge.conftest import StartServer
from tests.edge.dynamodb_client import Client, call, reads_its_own_responses
from tests.edge.dynamodb_servers import Received, Respond, always


def checks_signature(received: Received) -> tuple[int, bytes]:
    """Respond like DynamoDB, but only to valid signatures, which botocore verifies."""
    authorization = received.headers["authorization"]
    names = authorization.split("SignedHeaders=")[1].split(",")[0].split(";")
    request = botocore.awsrequest.AWSRequest(
        method="POST",
        url=f"http://{received.headers['host']}/",
        headers={name: received.headers[name] for name in names},
        data=received.body,
    )
    request.context["timestamp"] = received.headers["x-amz-date"]
    judge = botocore.auth.SigV4Auth(
        botocore.credentials.Credentials("AKIDEXAMPLE", "hidden-key"),
        "dynamodb",
        "us-east-1",
    )
    to_sign = judge.string_to_sign(request, judge.canonical_request(request))
    if not authorization.endswith(f"Signature={judge.signature(to_sign, request)}"):
        return 400, b'{"__type": "x#InvalidSignatureException"}'
    return 200, b'{"Item": {}}'


def test_a_call_is_signed_as_dynamodb_requires(client: Client, start_server: StartServer) -> None:
    server = start_server(checks_signature)

    assert call(client(server.host, secure=False)) == {"Item": {}}

    (received,) = server.received
    assert received.headers["x-amz-target"] == "DynamoDB_20120810.GetItem"
    assert received.headers["content-type"] == "application/x-amz-json-1.0"
    assert received.headers["x-amz-security-token"] == "hidden"
    assert json.loads(received.body) == {"TableName": "sessions"}


def test_the_connection_is_kept_for_the_next_call(
    client: Client, start_server: StartServer
) -> None:
    server = start_server(always(b"{}"))
    dynamodb = client(server.host, secure=False)

    call(dynamodb)
    call(dynamodb)

    assert len(server.received) == 2
    assert server.connections == 1


def test_a_broken_kept_connection_is_replaced_once(
    client: Client, start_server: StartServer
) -> None:
    server = start_server(always(b"{}"), after="close")
    dynamodb = client(server.host, secure=False)

    assert call(dynamodb) == call(dynamodb) == {}

    assert server.connections == 2


def test_a_connection_that_the_server_closed_as_announced_is_replaced(
    client: Client, start_server: StartServer
) -> None:
    server = start_server(always(b"{}"), after="close announced")
    dynamodb = client(server.host, secure=False)

    assert call(dynamodb) == call(dynamodb) == {}

    assert server.connections == 2


def test_a_failed_new_connection_is_not_retried(client: Client, start_server: StartServer) -> None:
    def break_off(_: Received) -> tuple[int, bytes]:
        raise ConnectionAbortedError

    server = start_server(break_off)

    with pytest.raises(DynamoDbError, match="no response"):
        call(client(server.host, secure=False))

    assert server.connections == 1


def test_a_call_works_again_after_a_failure(client: Client, start_server: StartServer) -> None:
    server = start_server(always(b"{", status=500))
    dynamodb = client(server.host, secure=False)
    with pytest.raises(DynamoDbError):
        call(dynamodb)

    server.respond = always(b"{}")

    assert call(dynamodb) == {}


@pytest.mark.parametrize(
    ("respond", "message"),
    [
        pytest.param(
            always(b'{"__type": "a.b#ThrottlingException", "message": "id"}', status=400),
            "refused by DynamoDB with status 400: 'ThrottlingException'",
            id="refused",
        ),
        pytest.param(always(b"{}", status=500), "refused by DynamoDB with status 500", id="500"),
        pytest.param(always(b"<html>", status=503), "with status 503", id="a proxy's 503"),
        pytest.param(always(b"{}", status=302), "with status 302", id="a redirect"),
        pytest.param(always(b"hello"), "not DynamoDB", id="not JSON"),
        pytest.param(always(b""), "not DynamoDB", id="nothing"),
        pytest.param(always(b"[]"), "not DynamoDB", id="a list"),
        pytest.param(always(b"\xff\xfe\xfd"), "not DynamoDB", id="not text"),
        pytest.param(always(b"[" * 60_000), "not DynamoDB", id="nested to death"),
        pytest.param(always(b" " * (LARGEST_RESPONSE + 1)), "no response", id="too large"),
    ],
)
def test_an_invalid_response_is_an_error(
    client: Client, start_server: StartServer, respond: Respond, message: str
) -> None:
    server = start_server(respond)

    with pytest.raises(DynamoDbError, match=message):
        call(client(server.host, secure=False))


def test_an_endpoint_that_refuses_connections_is_an_error(
    client: Client, start_server: StartServer
) -> None:
    server = start_server(always(b"{}"))
    server.stop()

    with pytest.raises(DynamoDbError, match="ConnectionRefusedError"):
        call(client(server.host, secure=False))


@pytest.mark.parametrize(
    "host",
    [
        pytest.param("127.0.0.1:port", id="port that is no number"),
        pytest.param("127.0.0.1:99999", id="port out of range"),
        pytest.param("a" * 64 + ".localhost", id="label too long"),
    ],
)
def test_an_invalid_endpoint_is_an_error(client: Client, host: str) -> None:
    with pytest.raises(DynamoDbError, match="no response"):
        call(client(host, secure=False))


@pytest.fixture
def silent() -> Iterator[Respond]:
    """Never respond until the end of the test."""
    over = threading.Event()

    def wait(_: Received) -> tuple[int, bytes]:
        over.wait(10)
        return 200, b"{}"

    yield wait
    over.set()


def test_an_unresponsive_endpoint_times_out_at_the_deadline(
    client: Client, start_server: StartServer, silent: Respond
) -> None:
    dynamodb = client(start_server(silent).host, secure=False)
    start = monotonic()

    with pytest.raises(DynamoDbError, match="TimeoutError"):
        call(dynamodb, seconds=0.1)

    assert monotonic() - start < 0.9


def test_a_kept_connection_times_out_at_the_deadline_too(
    client: Client, start_server: StartServer, silent: Respond
) -> None:
    server = start_server(always(b"{}"))
    dynamodb = client(server.host, secure=False)
    call(dynamodb)
    server.respond = silent
    start = monotonic()

    with pytest.raises(DynamoDbError, match="TimeoutError"):
        call(dynamodb, seconds=0.1)

    assert monotonic() - start < 0.9


def test_a_late_response_is_not_used_for_the_next_call(
    client: Client, start_server: StartServer
) -> None:
    first_is_over = threading.Event()

    def echo(received: Received) -> tuple[int, bytes]:
        if b"first" in received.body:
            first_is_over.wait(10)
        return 200, received.body

    dynamodb = client(start_server(echo).host, secure=False)
    with pytest.raises(DynamoDbError, match="TimeoutError"):
        call(dynamodb, table="first", seconds=0.1)
    first_is_over.set()

    assert call(dynamodb, table="second") == {"TableName": "second"}


def test_surplus_bytes_are_not_used_as_the_next_response(
    client: Client, start_server: StartServer
) -> None:
    server = start_server(lambda received: (200, received.body), after="surplus")

    reads_its_own_responses(client(server.host, secure=False), server)


def test_nothing_is_sent_after_the_deadline(client: Client, start_server: StartServer) -> None:
    server = start_server(always(b"{}"))

    with pytest.raises(DynamoDbError, match="TimeoutError"):
        call(client(server.host, secure=False), seconds=0)

    assert server.connections == 0
