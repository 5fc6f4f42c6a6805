"""The system's certificate authorities are loaded at the first connection."""

import ssl
from pathlib import Path

import pytest

from localfront.origins.system_authorities import UnreadContext, read_late
from localfront.server.certificates import server_context
from localfront.trust.authority import certify, make_authority
from localfront.trust.files import load_or_make, utc_now


@pytest.fixture
def unread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """A context of a system that trusts only the authority in `tmp_path`."""
    load_or_make(tmp_path)
    with read_late():
        context = ssl.create_default_context()
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path / "none"))
    return context


def shake_hands(client_context: ssl.SSLContext, server: ssl.SSLContext) -> None:
    """Raises SSLError, on either side."""
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = client_context.wrap_bio(to_client, to_server, server_hostname="localhost")
    server_side = server.wrap_bio(to_server, to_client, server_side=True)
    waiting = [client, server_side]
    for _ in range(10):
        for side in list(waiting):
            try:
                side.do_handshake()
            except ssl.SSLWantReadError:
                continue
            waiting.remove(side)
    assert not waiting


def test_no_authority_is_loaded_before_the_first_connection(unread: ssl.SSLContext) -> None:
    assert type(unread) is UnreadContext
    assert unread.cert_store_stats()["x509"] == 0


def test_an_authority_that_the_system_trusts_is_accepted(
    unread: ssl.SSLContext, tmp_path: Path
) -> None:
    certificate = certify(load_or_make(tmp_path), ["localhost"], now=utc_now())
    shake_hands(unread, server_context(certificate))
    assert type(unread) is ssl.SSLContext
    assert unread.cert_store_stats()["x509"] == 1


def test_an_authority_that_the_system_does_not_trust_is_refused(unread: ssl.SSLContext) -> None:
    stranger = make_authority("localhost", now=utc_now())
    with pytest.raises(ssl.SSLCertVerificationError):
        shake_hands(unread, server_context(certify(stranger, ["localhost"], now=utc_now())))


def test_contexts_without_authorities_and_later_ones_are_unchanged() -> None:
    with read_late():
        server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    assert type(server) is ssl.SSLContext
    assert type(ssl.create_default_context()) is ssl.SSLContext
    assert "set_default_verify_paths" not in vars(ssl.SSLContext)
