from urllib.parse import urlsplit

import pytest
from errors import DynamoDbError

from localfront.server.certificates import server_context
from localfront.trust.authority import Authority, certify, make_authority
from localfront.trust.files import utc_now
from tests.edge.conftest import StartServer
from tests.edge.dynamodb_client import Client, call, reads_its_own_responses
from tests.edge.dynamodb_servers import always
from tests.trusting import trusting_only


@pytest.fixture
def secured(start_server: StartServer) -> tuple[str, Authority]:
    """A server on https with a certificate of its own authority: host and authority."""
    authority = make_authority(now=utc_now())
    tls = server_context(certify(authority, ["127.0.0.1"], now=utc_now()))
    return start_server(always(b"{}"), tls=tls).host, authority


def test_https_works_with_a_certificate_that_is_trusted(
    client: Client, secured: tuple[str, Authority]
) -> None:
    host, authority = secured
    trusting = trusting_only(authority)

    assert call(client(host, secure=True, tls=trusting)) == {}


def test_surplus_bytes_over_https_are_not_used_as_the_next_response(
    client: Client, start_server: StartServer
) -> None:
    authority = make_authority(now=utc_now())
    tls = server_context(certify(authority, ["127.0.0.1"], now=utc_now()))
    server = start_server(lambda sent: (200, sent.body), after="surplus", tls=tls)
    trusting = trusting_only(authority)

    reads_its_own_responses(client(server.host, secure=True, tls=trusting), server)


def test_https_with_an_untrusted_certificate_is_an_error(
    client: Client, secured: tuple[str, Authority]
) -> None:
    host, _ = secured

    with pytest.raises(DynamoDbError, match="SSLCertVerificationError"):
        call(client(host, secure=True))


def test_https_with_a_certificate_for_another_host_is_an_error(
    client: Client, secured: tuple[str, Authority]
) -> None:
    host, authority = secured
    trusting = trusting_only(authority)
    port = urlsplit(f"//{host}").port

    with pytest.raises(DynamoDbError, match="SSLCertVerificationError"):
        call(client(f"localhost:{port}", secure=True, tls=trusting))
