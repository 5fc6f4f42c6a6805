"""HTTPS on this machine: a local certificate authority, and a certificate for each name asked for.

The authority is made once and kept, so that a browser or `curl --cacert` that was told to trust it
need be told once. Its key is readable by its owner alone.
"""

from __future__ import annotations

import os
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import trustme

# Apple's systems refuse a server's certificate that is good for longer than 825 days, a local
# authority's too (https://support.apple.com/en-us/103769).
VALIDITY = timedelta(days=397)
CLOCK_SKEW = timedelta(days=1)
LOCAL_NAMES = ("localhost", "127.0.0.1", "::1", "*.cloudfront.localhost")


def load_or_create_authority(folder: Path) -> trustme.CA:
    """The authority in `folder` (ca.pem, ca-key.pem), made when it isn't there yet."""
    certificate, key = folder / "ca.pem", folder / "ca-key.pem"
    if certificate.exists() and key.exists():
        return trustme.CA.from_pem(certificate.read_bytes(), key.read_bytes())
    folder.mkdir(parents=True, exist_ok=True)
    authority = trustme.CA(
        organization_name="localfront", organization_unit_name="local CA"
    )
    key.unlink(missing_ok=True)  # an older file would keep its own permissions
    descriptor = os.open(key, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(authority.private_key_pem.bytes())
    authority.cert_pem.write_to_path(certificate)
    return authority


class Certificates:
    """A TLS context that answers each server name with a certificate of its own.

    Names are certified as they come: distributions, and so aliases, may appear at any time. SNI
    plays no part in choosing the distribution (HO-001).
    """

    def __init__(self, authority: trustme.CA, *, max_names: int = 256) -> None:
        self._authority = authority
        self._max_names = max_names
        self._contexts: dict[str, ssl.SSLContext] = {}
        self.default = self._context(*LOCAL_NAMES)
        self.default.sni_callback = self._choose

    def _choose(
        self, connection: ssl.SSLObject, name: str | None, _: ssl.SSLContext
    ) -> int | None:
        if name is None or name == "localhost":
            return None
        if name not in self._contexts:
            if len(self._contexts) >= self._max_names:
                return (
                    None  # the default certificate: whoever invents names gets no more
                )
            try:
                self._contexts[name] = self._context(name)
            except ValueError:
                return ssl.ALERT_DESCRIPTION_UNRECOGNIZED_NAME
        connection.context = self._contexts[name]
        return None

    def _context(self, *names: str) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        begin = datetime.now(UTC) - CLOCK_SKEW
        certificate = self._authority.issue_cert(
            *names, not_before=begin, not_after=begin + VALIDITY
        )
        certificate.configure_cert(context)
        return context
