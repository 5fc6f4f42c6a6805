"""Certificates for HTTPS on this machine: one for each name of a distribution.

Names are looked up at the handshake, as distributions and aliases may change at any time. A name of
no distribution gets the default certificate, as with CloudFront. SNI plays no part in choosing the
distribution (HO-001).
"""

from __future__ import annotations

import contextlib
import secrets
import ssl
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
)

from localfront.trust.authority import Authority, Certified, certify, make_authority
from localfront.trust.files import Clock, utc_now

LOCAL_NAMES = ("localhost", "127.0.0.1", "::1", "*.cloudfront.localhost")
HTTP1 = ["http/1.1"]  # RFC 7301, 6
HTTP2_FIRST = ["h2", *HTTP1]
RENEWED_BEFORE = timedelta(weeks=1)  # expiry


@dataclass(frozen=True, slots=True)
class _Issued:
    context: ssl.SSLContext
    renewed_at: datetime


class Certificates:
    """A TLS context with a certificate for each server name.

    `has_name` says whether a distribution answers to a name; only such names are certified.
    `offers_http2` says whether the name's viewers may use HTTP/2. A name outside of the authority's
    constraints gets an untrusted certificate, whose issuer's key is discarded at once.
    """

    def __init__(
        self,
        authorities: Sequence[Authority],
        *,
        has_name: Callable[[str], bool] = lambda _: False,
        offers_http2: Callable[[str], bool] = lambda _: False,
        max_names: int = 256,
        now: Clock = utc_now,
    ) -> None:
        self._authorities = authorities
        self._has_name = has_name
        self._offers_http2 = offers_http2
        self._max_names = max_names
        self._now = now
        self._issued: dict[str, _Issued] = {}
        self._default = self._issue(LOCAL_NAMES)
        #: The server's context: it serves every name.
        self.default = self._default.context
        self.default.sni_callback = self._choose

    def _choose(self, connection: ssl.SSLObject, name: str | None, _: ssl.SSLContext) -> None:
        requested = name.lower() if name else "localhost"
        chosen = self.default
        with contextlib.suppress(OSError):  # disk full: keep the older one, or the default
            chosen = self._context(requested)
        # ALPN is chosen after this callback, in the same step of the handshake.
        offered = name is not None and self._offers_http2(requested)  # HO-011: not without SNI
        chosen.set_alpn_protocols(HTTP2_FIRST if offered else HTTP1)
        connection.context = chosen

    def _context(self, name: str) -> ssl.SSLContext:
        issued = self._issued.get(name)
        if issued is None and not self._is_certified(name):
            if self._default.renewed_at <= self._now():
                self._default = self._issue(LOCAL_NAMES)
            return self._default.context
        if issued is None or issued.renewed_at <= self._now():
            issued = self._issued[name] = self._issue([name])
        return issued.context

    def _is_certified(self, name: str) -> bool:
        """Whether to certify a name. The limit stops names invented below a wildcard."""
        return (
            name not in LOCAL_NAMES and len(self._issued) < self._max_names and self._has_name(name)
        )

    def _issue(self, names: Sequence[str]) -> _Issued:
        now = self._now()
        covering = (a for a in self._authorities if a.covers(names[0]))
        authority = next(covering, None) or make_authority(names[0], now=now)
        certified = certify(authority, names, now=now)
        end = certified.certificate.not_valid_after_utc
        return _Issued(server_context(certified), end - RENEWED_BEFORE)


def uncovered(aliases: Iterable[str], authorities: Sequence[Authority]) -> tuple[str, ...]:
    """The names outside of the authority's constraints; a wildcard counts as a name below it."""
    names = dict.fromkeys(alias.removeprefix("*.") for alias in aliases)
    return tuple(n for n in names if not any(a.covers(n) for a in authorities))


def server_context(certified: Certified) -> ssl.SSLContext:
    """A server's TLS context. Raises OSError where no temporary file can be written."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    # Python loads certificates only from files: the key is in one for a moment, encrypted.
    password = secrets.token_hex().encode()
    pem = certified.certificate.public_bytes(Encoding.PEM)
    pem += certified.key.private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(password)
    )
    with tempfile.NamedTemporaryFile(suffix=".pem") as file:
        file.write(pem)
        file.flush()
        context.load_cert_chain(file.name, password=password)
    return context
