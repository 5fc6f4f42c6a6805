"""A DynamoDB client with a connection that is kept open between invocations.

boto3 would do, but its import takes longer than all the rest of the function, and a visitor
waits for it at every cold start.

Source: Amazon DynamoDB Developer Guide, "DynamoDB low-level API".
"""

import json
import ssl
from datetime import UTC, datetime
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from select import POLLIN, poll
from socket import socket
from time import monotonic
from typing import Any

from aws_signature import Credentials, Signer
from errors import DynamoDbError
from settings import Endpoint

STEP_TIMEOUT = 1.0  # seconds to wait for a connection, or for the next bytes
LARGEST_RESPONSE = 64 * 1024  # bytes; a session takes about one hundred
# Loading the certificates is slow on a fraction of a processor. Lambda's init phase has a
# whole one, so it happens here, not during a request.
TRUSTED = ssl.create_default_context()
# ValueError: http.client and socket refuse malformed headers and host names.
NO_RESPONSE = (OSError, HTTPException, ValueError)


class DynamoDb:
    """A client for one endpoint in one Region. Not thread-safe."""

    def __init__(self, endpoint: Endpoint, region: str, *, tls: ssl.SSLContext = TRUSTED) -> None:
        self.endpoint = endpoint
        self.region = region
        self._tls = tls
        self._connection: HTTPConnection | None = None

    def call(
        self,
        operation: str,
        parameters: dict[str, Any],
        credentials: Credentials,
        *,
        deadline: float,
    ) -> dict[str, Any]:
        """Call `operation` and return its output; `deadline` is a time of `monotonic()`.

        Only for idempotent operations: if a connection that was kept open turns out to be
        closed, the call is repeated on a new one.

        Raises DynamoDbError if there is no response in time, or an error.
        """
        body = json.dumps(parameters).encode()
        headers = self._headers(operation, body, credentials)
        try:
            status, response = self._exchange_on_a_live_connection(body, headers, deadline)
        except NO_RESPONSE as error:
            self.close()  # a late response must not be read by the next call
            raise DynamoDbError(
                f"{operation} got no response from {self.endpoint.host}: "
                f"{type(error).__name__}. Check that it is reachable from here."
            ) from error
        return _parsed(operation, status, response)

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _headers(self, operation: str, body: bytes, credentials: Credentials) -> dict[str, str]:
        signer = Signer(credentials=credentials, region=self.region, service="dynamodb")
        headers = {
            "Host": self.endpoint.host,
            "Content-Type": "application/x-amz-json-1.0",
            "X-Amz-Target": f"DynamoDB_20120810.{operation}",
        }
        return signer.signed(headers, body, now=datetime.now(UTC))

    def _exchange_on_a_live_connection(
        self, body: bytes, headers: dict[str, str], deadline: float
    ) -> tuple[int, bytes]:
        reused = self._connection is not None
        try:
            return self._exchange(body, headers, deadline)
        except NO_RESPONSE:
            if not reused:
                raise
            self.close()
            return self._exchange(body, headers, deadline)

    def _exchange(self, body: bytes, headers: dict[str, str], deadline: float) -> tuple[int, bytes]:
        timeout = min(STEP_TIMEOUT, deadline - monotonic())
        if timeout <= 0:
            raise TimeoutError
        connection = self._connected(timeout)
        connection.request("POST", "/", body, headers)
        with connection.getresponse() as response:
            body = response.read(LARGEST_RESPONSE + 1)
            if len(body) > LARGEST_RESPONSE:
                raise HTTPException
            return response.status, body

    def _connected(self, timeout: float) -> HTTPConnection:
        connection = self._connection
        # no socket: the last response had Connection: close
        if connection is None or connection.sock is None or _has_more(connection.sock):
            self.close()
            connection = self._connection = self._new_connection(timeout)
        else:
            connection.sock.settimeout(timeout)
        return connection

    def _new_connection(self, timeout: float) -> HTTPConnection:
        if self.endpoint.secure:
            return HTTPSConnection(self.endpoint.host, timeout=timeout, context=self._tls)
        return HTTPConnection(self.endpoint.host, timeout=timeout)


def _has_more(connection: socket) -> bool:
    """Whether anything followed the last response: a FIN, or bytes that would be read as the
    next call's response, another user's session (RFC 9112, 6.3).
    """
    if isinstance(connection, ssl.SSLSocket) and connection.pending():
        return True
    waiting = poll()
    waiting.register(connection, POLLIN)
    return bool(waiting.poll(0))


def _parsed(operation: str, status: int, body: bytes) -> dict[str, Any]:
    try:
        parsed = json.loads(body)
    except (ValueError, RecursionError):  # not JSON, not UTF-8, or nested too deeply
        parsed = None
    if not isinstance(parsed, dict):
        raise DynamoDbError(
            f"{operation} got a response that is not DynamoDB's, with status {status}."
        )
    if status != 200:
        # "com.amazonaws.dynamodb.v20120810#ResourceNotFoundException"; the message
        # beside it may quote the request, so it is not logged
        kind = str(parsed.get("__type", "no type")).rpartition("#")[2]
        raise DynamoDbError(
            f"{operation} was refused by DynamoDB with status {status}: {kind[:80]!r}."
        )
    return parsed
