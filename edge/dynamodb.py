"""Call DynamoDB over a connection that is kept open between invocations.

boto3 would do this, too, but loading it takes longer than the rest of the function
together, and a visitor waits for it at every cold start.

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
LARGEST_ANSWER = 64 * 1024  # bytes; a session takes about one hundred
# Loading the certificates takes long on a fraction of a processor. Lambda gives a
# starting function a whole one, so it happens here, not in a visitor's request.
TRUSTED = ssl.create_default_context()
# ValueError: http.client and the socket refuse to send such a header or host name.
NO_ANSWER = (OSError, HTTPException, ValueError)


class DynamoDb:
    """One endpoint of DynamoDB in one Region. Not safe for several threads at once."""

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
        """Answer what `operation` returns; `deadline` is a time of `monotonic()`.

        Only for operations that may run twice: a connection that was kept open may
        turn out to be dead, and then the call goes out again on a new one.

        Raises DynamoDbError when there is no answer in time, or not a good one.
        """
        body = json.dumps(parameters).encode()
        headers = self._headers(operation, body, credentials)
        try:
            status, answer = self._exchange_on_a_live_connection(body, headers, deadline)
        except NO_ANSWER as error:
            self.close()  # a late answer must not be taken for the next call's
            raise DynamoDbError(
                f"{operation} got no answer from {self.endpoint.host}: "
                f"{type(error).__name__}. Is it reachable from here?"
            ) from error
        return _parsed(operation, status, answer)

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
        kept = self._connection is not None
        try:
            return self._exchange(body, headers, deadline)
        except NO_ANSWER:
            if not kept:
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
            answer = response.read(LARGEST_ANSWER + 1)
            if len(answer) > LARGEST_ANSWER:
                raise HTTPException
            return response.status, answer

    def _connected(self, timeout: float) -> HTTPConnection:
        connection = self._connection
        # no socket: the last answer came with Connection: close
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


def _has_more(kept: socket) -> bool:
    """Whether something came behind the last answer: a FIN, or what would be taken for the
    answer to the next call, somebody else's session (RFC 9112, 6.3).
    """
    if isinstance(kept, ssl.SSLSocket) and kept.pending():
        return True
    waiting = poll()
    waiting.register(kept, POLLIN)
    return bool(waiting.poll(0))


def _parsed(operation: str, status: int, answer: bytes) -> dict[str, Any]:
    try:
        parsed = json.loads(answer)
    except (ValueError, RecursionError):  # not JSON, not text, or nested to death
        parsed = None
    if not isinstance(parsed, dict):
        raise DynamoDbError(
            f"{operation} was answered by something else than DynamoDB, with status {status}."
        )
    if status != 200:
        # "com.amazonaws.dynamodb.v20120810#ResourceNotFoundException"; the message
        # beside it may quote what was asked, so it stays out
        kind = str(parsed.get("__type", "no type")).rpartition("#")[2]
        raise DynamoDbError(
            f"{operation} was refused by DynamoDB with status {status}: {kind[:80]!r}."
        )
    return parsed
