"""A certificate authority constrained to local names, and the certificates it signs.

A stolen key can only impersonate `localhost`, to those who trust it: the certificate has name
constraints, which clients enforce (RFC 5280, 4.2.1.10). Constraints apply only to the kinds of
names they list, so both DNS names and addresses are listed; its purpose (serverAuth) excludes kinds
that TLS does not use. Constraints do not cover a subject's common name, so certificates have none.
"""

from __future__ import annotations

import hashlib
import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

LOCALHOST = "localhost"
LOOPBACK = ("127.0.0.0/8", "::1/128")
AUTHORITY_VALIDITY = timedelta(days=730)
# Far below the 825 days that Apple's systems accept (https://support.apple.com/en-us/103769).
CERTIFICATE_VALIDITY = timedelta(weeks=4)
CLOCK_SKEW = timedelta(days=1)
ORGANIZATION = "localfront"
LABELS = "localfront for "  # the prefix of all labels
LABEL_NAME_LENGTH = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    """An authority. `name` is covered with all its subdomains, besides loopback addresses."""

    name: str
    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    def covers(self, name: str) -> bool:
        return name == self.name or name.endswith(f".{self.name}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Certified:
    """A server's certificate with its key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey


def make_authority(name: str = LOCALHOST, *, now: datetime) -> Authority:
    key = ec.generate_private_key(ec.SECP256R1())
    serial = x509.random_serial_number()
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, ORGANIZATION),
            # Authorities with the same subject would be confused.
            x509.NameAttribute(NameOID.COMMON_NAME, f"{labels_of(name)}{serial % 2**32:08x}"),
        ]
    )
    begin = now - CLOCK_SKEW
    constraints = x509.NameConstraints(permitted_subtrees(name), None)
    certificate = (
        _builder(subject, subject, key, begin, begin + AUTHORITY_VALIDITY, serial)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(constraints, critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .add_extension(_identifier(key), critical=False)
        .sign(key, hashes.SHA256())
    )
    return Authority(name=name, certificate=certificate, key=key)


def certify(authority: Authority, names: Iterable[str], *, now: datetime) -> Certified:
    """Issue a certificate for DNS names and addresses, which must be within the constraints."""
    key = ec.generate_private_key(ec.SECP256R1())
    begin = now - CLOCK_SKEW
    end = min(begin + CERTIFICATE_VALIDITY, authority.certificate.not_valid_after_utc)
    alternatives = x509.SubjectAlternativeName([_general(name) for name in names])
    issuer = authority.certificate.subject
    certificate = (
        _builder(x509.Name([]), issuer, key, begin, end, x509.random_serial_number())
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(alternatives, critical=True)  # the first name
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(_identifier(authority.key), critical=False)
        .sign(authority.key, hashes.SHA256())
    )
    return Certified(certificate=certificate, key=key)


def permitted_subtrees(name: str) -> list[x509.GeneralName]:
    """The name constraints of an authority."""
    addresses = [x509.IPAddress(ipaddress.ip_network(block)) for block in LOOPBACK]
    return [x509.DNSName(name), *addresses]


def label(certificate: x509.Certificate) -> str:
    """The common name of an authority, shown by browsers and stores."""
    names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(names[0].value) if names else ""


def labels_of(name: str) -> str:
    """The prefix of labels of a name's authorities; eight digits of the serial number follow.

    A common name has 64 characters at most (RFC 5280, appendix A.1).
    """
    if len(name) > LABEL_NAME_LENGTH:
        digest = hashlib.sha256(name.encode()).hexdigest()[:8]
        name = f"{name[: LABEL_NAME_LENGTH - 9]}~{digest}"
    return f"{LABELS}{name} "


def constrained_name(certificate: x509.Certificate) -> str | None:
    """The DNS name of one of localfront's authorities; None for any other certificate."""
    try:
        found = certificate.extensions.get_extension_for_class(x509.NameConstraints)
        called = label(certificate)
    except (x509.ExtensionNotFound, ValueError):
        return None
    permitted = found.value.permitted_subtrees or []
    if not found.critical or not permitted or not isinstance(permitted[0], x509.DNSName):
        return None
    name = permitted[0].value
    whole = permitted == permitted_subtrees(name)
    return name if whole and called.startswith(labels_of(name)) else None


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    begin: datetime,
    end: datetime,
    serial: int,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(serial)
        .not_valid_before(begin)
        .not_valid_after(end)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _identifier(key: ec.EllipticCurvePrivateKey) -> x509.AuthorityKeyIdentifier:
    return x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key())


def _general(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)
