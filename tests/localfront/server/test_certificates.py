"""The certificate for a viewer, and its validity."""

from __future__ import annotations

import ssl
import time
from datetime import UTC, datetime, timedelta
from typing import cast

import pytest

from localfront.server import certificates as module
from localfront.server.certificates import Certificates, uncovered
from localfront.trust.authority import Authority, make_authority
from localfront.trust.files import utc_now
from tests.trusting import shake_hands, trusting_only

APPLES_LIMIT = 825 * 24 * 60 * 60  # seconds
LOCAL = make_authority(now=utc_now())
EXAMPLE = make_authority("example.com", now=utc_now())


def handshake(certificates: Certificates, name: str, *authorities: Authority) -> ssl.SSLObject:
    """A TLS handshake by a client that trusts the authorities."""
    return shake_hands(trusting_only(*authorities), certificates.default, name)


def names_of(connection: ssl.SSLObject) -> set[str]:
    certificate = connection.getpeercert()
    assert certificate is not None
    alternatives = cast("tuple[tuple[str, str], ...]", certificate["subjectAltName"])
    return {value for _, value in alternatives}


@pytest.mark.parametrize("name", ["localhost", "127.0.0.1", "::1", "e1.cloudfront.localhost"])
def test_localhost_names_are_trusted_without_a_distribution(name: str) -> None:
    connection = handshake(Certificates([LOCAL]), name, LOCAL)

    assert connection.version() in ("TLSv1.2", "TLSv1.3")


@pytest.mark.parametrize(
    ("name", "authority"),
    [
        ("logs.starfleet.localhost", LOCAL),
        ("example.com", EXAMPLE),
        ("WWW.Example.com", EXAMPLE),
    ],
)
def test_a_distributions_name_is_signed_by_the_authority_that_covers_it(
    name: str, authority: Authority
) -> None:
    certificates = Certificates([LOCAL, EXAMPLE], has_name=lambda _: True)

    assert names_of(handshake(certificates, name, authority)) == {name.lower()}


@pytest.mark.parametrize("name", ["google.com", "www.example.com", "x.localhost"])
def test_an_unknown_name_gets_the_default_certificate(
    name: str,
) -> None:
    certificates = Certificates([LOCAL, EXAMPLE], has_name=lambda name: name == "logs.example.com")

    with pytest.raises(ssl.SSLCertVerificationError, match="Hostname mismatch"):
        handshake(certificates, name, LOCAL, EXAMPLE)


def test_an_alias_outside_the_name_constraints_is_served_but_not_trusted() -> None:
    certificates = Certificates([LOCAL], has_name=lambda _: True)

    with pytest.raises(ssl.SSLCertVerificationError, match="unable to get local issuer"):
        handshake(certificates, "google.com", LOCAL)

    careless = trusting_only()
    careless.check_hostname, careless.verify_mode = False, ssl.CERT_NONE
    client = shake_hands(careless, certificates.default, "google.com")
    assert b"google.com" in (client.getpeercert(binary_form=True) or b"")


def test_names_beyond_the_limit_get_the_default_certificate() -> None:
    certificates = Certificates([LOCAL], has_name=lambda _: True, max_names=1)
    handshake(certificates, "a.localhost", LOCAL)

    handshake(certificates, "a.localhost", LOCAL)
    with pytest.raises(ssl.SSLCertVerificationError):
        handshake(certificates, "b.localhost", LOCAL)


def test_a_client_without_the_authority_does_not_trust_the_certificate() -> None:
    with pytest.raises(ssl.SSLCertVerificationError):
        handshake(Certificates([LOCAL]), "localhost", make_authority(now=utc_now()))


@pytest.mark.parametrize("name", ["localhost", "logs.localhost"])
def test_a_certificate_is_valid_for_weeks(name: str) -> None:
    certificates = Certificates([LOCAL], has_name=lambda _: True)
    certificate = handshake(certificates, name, LOCAL).getpeercert()

    assert certificate is not None
    begin, end = (
        ssl.cert_time_to_seconds(str(certificate[moment])) for moment in ("notBefore", "notAfter")
    )
    assert begin <= time.time() < end
    assert end - begin <= 4 * 7 * 24 * 60 * 60 < APPLES_LIMIT


@pytest.mark.parametrize("name", ["localhost", "logs.localhost"])
def test_a_server_that_runs_for_weeks_renews_its_certificates(name: str) -> None:
    clock = [utc_now()]
    certificates = Certificates([LOCAL], has_name=lambda _: True, now=lambda: clock[0])

    def begins() -> datetime:
        peer = handshake(certificates, name, LOCAL).getpeercert()
        assert peer is not None
        seconds = ssl.cert_time_to_seconds(str(peer["notBefore"]))
        return datetime.fromtimestamp(seconds, UTC)

    first = begins()
    clock[0] += timedelta(days=1)
    assert begins() == first
    clock[0] += timedelta(days=21) - timedelta(days=1)
    # OpenSSL's clock is the real one: the renewed certificate begins a day before "now".
    with pytest.raises(ssl.SSLCertVerificationError, match="not yet valid"):
        begins()


def test_on_a_full_disk_the_existing_certificates_are_used(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    certificates = Certificates([LOCAL], has_name=lambda _: True)

    def full(_: object) -> ssl.SSLContext:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(module, "server_context", full)

    handshake(certificates, "localhost", LOCAL)
    with pytest.raises(ssl.SSLCertVerificationError, match="Hostname mismatch"):
        handshake(certificates, "logs.localhost", LOCAL)


def test_aliases_that_no_authority_covers_are_named_once() -> None:
    aliases = ["a.example.com", "*.shop.test", "shop.test", "logs.localhost"]

    assert uncovered(aliases, [LOCAL, EXAMPLE]) == ("shop.test",)
    assert uncovered(["notexample.com"], [LOCAL, EXAMPLE]) == ("notexample.com",)
