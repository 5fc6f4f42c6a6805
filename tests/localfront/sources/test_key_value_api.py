"""The KeyValueStore API's endpoint, with the real SDK and a server of the test's."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import boto3
import pytest

from localfront.sources.key_value_api import KeyValueStores
from tests.localfront.cloudfront_functions.fake_cloudfront import STORE_ARN


class StoreServer(BaseHTTPRequestHandler):
    """Serves one key per page to clients that use its own name and port."""

    def do_GET(self) -> None:
        if self.headers["Host"] != "{}:{}".format(*self.connection.getsockname()):
            self.send_error(421)
            return
        document: dict[str, object] = {"ItemCount": 1, "TotalSizeInBytes": 2}
        if "/keys" in self.path:
            document |= {"Items": [{"Key": "a", "Value": "1"}]}
        else:
            document |= {"KvsARN": STORE_ARN, "Created": 1767225600, "Status": "READY"}
        body = json.dumps(document).encode()
        self.send_response(200)
        self.send_header("ETag", "K1")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Suppress the log."""


@pytest.fixture
def endpoint() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), StoreServer) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture
def stores(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> KeyValueStores:
    monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint)
    session = boto3.Session(
        region_name="eu-west-1", aws_access_key_id="test", aws_secret_access_key="test"
    )
    return KeyValueStores(session)


@pytest.mark.proves("FN-020")
def test_a_store_is_read_from_an_endpoint_with_its_metadata(stores: KeyValueStores) -> None:
    read = stores.read(STORE_ARN, but="")

    assert read is not None
    etag, store = read
    assert (etag, store.values) == ("K1", {"a": "1"})
    assert store.meta == {
        "creationDateTime": "2026-01-01T00:00:00Z",
        "lastUpdatedDateTime": "2026-01-01T00:00:00Z",
        "keyCount": 1,
    }


def test_a_store_that_has_not_changed_is_not_read_again(stores: KeyValueStores) -> None:
    assert stores.read(STORE_ARN, but="K1") is None
