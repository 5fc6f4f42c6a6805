import ssl
from urllib.parse import urlsplit

import pytest
import trustme
from errors import DynamoDbError

from tests.edge.conftest import StartServer
from tests.edge.dynamodb_client import Client, call
from tests.edge.dynamodb_servers import always


@pytest.fixture
def secured(start_server: StartServer) -> tuple[str, trustme.CA]:
    """A server on https with a certificate of its own authority: host and authority."""
    authority = trustme.CA()
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(tls)
    return start_server(always(b"{}"), tls=tls).host, authority


def test_https_works_with_a_certificate_that_is_trusted(
    client: Client, secured: tuple[str, trustme.CA]
) -> None:
    host, authority = secured
    trusting = ssl.create_default_context()
    authority.configure_trust(trusting)

    assert call(client(host, secure=True, tls=trusting)) == {}


def test_https_with_a_certificate_of_anyone_is_an_error(
    client: Client, secured: tuple[str, trustme.CA]
) -> None:
    host, _ = secured

    with pytest.raises(DynamoDbError, match="SSLCertVerificationError"):
        call(client(host, secure=True))


def test_https_with_a_certificate_for_another_host_is_an_error(
    client: Client, secured: tuple[str, trustme.CA]
) -> None:
    host, authority = secured
    trusting = ssl.create_default_context()
    authority.configure_trust(trusting)
    port = urlsplit(f"//{host}").port

    with pytest.raises(DynamoDbError, match="SSLCertVerificationError"):
        call(client(f"localhost:{port}", secure=True, tls=trusting))
