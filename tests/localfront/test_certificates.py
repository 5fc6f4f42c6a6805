from __future__ import annotations

import ssl
import stat
import time
from pathlib import Path

import pytest
import trustme

from localfront.certificates import Certificates, load_or_create_authority


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA(organization_name="test")


def handshake(
    certificates: Certificates, authority: trustme.CA, name: str
) -> ssl.SSLObject:
    """Shake hands in memory, as a client that trusts the authority and asks for a name."""
    trusting = ssl.create_default_context()
    authority.configure_trust(trusting)
    to_client, to_server = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = trusting.wrap_bio(to_client, to_server, server_hostname=name)
    server = certificates.default.wrap_bio(to_server, to_client, server_side=True)
    for side in (client, server, client, server):
        try:
            side.do_handshake()
        except ssl.SSLWantReadError:
            continue
    return client


@pytest.mark.parametrize(
    "name",
    ["localhost", "127.0.0.1", "logs.example.com", "e1.cloudfront.localhost"],
)
def test_any_name_is_certified_when_it_is_asked_for(
    authority: trustme.CA, name: str
) -> None:
    connection = handshake(Certificates(authority), authority, name)

    assert connection.version() in ("TLSv1.2", "TLSv1.3")


def test_names_beyond_the_limit_get_the_default_certificate(
    authority: trustme.CA,
) -> None:
    certificates = Certificates(authority, max_names=1)
    handshake(certificates, authority, "a.example.com")

    handshake(certificates, authority, "a.example.com")
    with pytest.raises(ssl.SSLCertVerificationError):
        handshake(certificates, authority, "b.example.com")


def test_a_client_that_does_not_know_the_authority_is_not_convinced(
    authority: trustme.CA,
) -> None:
    with pytest.raises(ssl.SSLCertVerificationError):
        handshake(Certificates(authority), trustme.CA(), "logs.example.com")


def test_the_authority_is_made_once_and_kept(tmp_path: Path) -> None:
    folder = tmp_path / "not" / "yet"

    made = load_or_create_authority(folder)
    again = load_or_create_authority(folder)

    assert made.cert_pem.bytes() == again.cert_pem.bytes()
    assert (folder / "ca.pem").read_bytes() == made.cert_pem.bytes()
    handshake(Certificates(again), made, "logs.example.com")


def test_the_authoritys_key_is_readable_by_its_owner_alone(tmp_path: Path) -> None:
    lax = tmp_path / "ca-key.pem"
    lax.touch(mode=0o644)

    load_or_create_authority(tmp_path)

    assert stat.S_IMODE(lax.stat().st_mode) == 0o600


@pytest.mark.parametrize("name", ["localhost", "logs.example.com"])
def test_a_certificate_is_no_longer_valid_than_apples_systems_take(
    authority: trustme.CA, name: str
) -> None:
    certificate = handshake(Certificates(authority), authority, name).getpeercert()

    assert certificate is not None
    begin, end = (
        ssl.cert_time_to_seconds(str(certificate[moment]))
        for moment in ("notBefore", "notAfter")
    )
    assert begin <= time.time() < end
    assert end - begin <= 825 * 24 * 60 * 60
