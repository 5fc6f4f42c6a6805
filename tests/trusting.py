"""A client that trusts only a local authority."""

from __future__ import annotations

import ssl

from cryptography.hazmat.primitives.serialization import Encoding

from localfront.trust.authority import Authority


def trusting_only(*authorities: Authority) -> ssl.SSLContext:
    """A context that verifies certificates strictly (RFC 5280), as Python 3.13 does by default."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.verify_flags |= ssl.VERIFY_X509_STRICT
    for authority in authorities:
        pem = authority.certificate.public_bytes(Encoding.PEM)
        context.load_verify_locations(cadata=pem.decode())
    return context


def shake_hands(trusting: ssl.SSLContext, serving: ssl.SSLContext, name: str) -> ssl.SSLObject:
    """The client's side of a connection in memory to a server of that name."""
    to_client, to_server = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = trusting.wrap_bio(to_client, to_server, server_hostname=name)
    server = serving.wrap_bio(to_server, to_client, server_side=True)
    for side in (client, server, client, server):
        try:
            side.do_handshake()
        except ssl.SSLWantReadError:
            continue
    return client
