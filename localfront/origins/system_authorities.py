"""The authorities that this system trusts, read before the first origin that has to prove itself.

aiohttp makes its context for verified connections while it is imported, and reads all of the system's
certificates for it: a tenth of a start, also where no origin speaks HTTPS. Imported within
`read_late()`, it has a context that reads them with its first connection, whoever makes that.

Source: Python, ssl.create_default_context; aiohttp 3.14, `aiohttp.connector._make_ssl_context`.
"""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


class UnreadContext(ssl.SSLContext):
    """For clients; as any other from its first connection on."""

    def wrap_bio(self, *arguments: Any, **options: Any) -> ssl.SSLObject:
        return self._read().wrap_bio(*arguments, **options)

    def wrap_socket(self, *arguments: Any, **options: Any) -> ssl.SSLSocket:
        return self._read().wrap_socket(*arguments, **options)

    def _read(self) -> ssl.SSLContext:
        context: Any = self
        context.__class__ = ssl.SSLContext
        context.load_default_certs(ssl.Purpose.SERVER_AUTH)
        return self


@contextmanager
def read_late() -> Iterator[None]:
    """A context that `ssl` makes for clients meanwhile reads the system's authorities later."""
    contexts: Any = ssl.SSLContext
    read_now = contexts.load_default_certs

    def put_off(context: Any, purpose: ssl.Purpose = ssl.Purpose.SERVER_AUTH) -> None:
        if type(context) is ssl.SSLContext and purpose is ssl.Purpose.SERVER_AUTH:
            context.__class__ = UnreadContext
        else:
            read_now(context, purpose)

    contexts.load_default_certs = put_off
    try:
        yield
    finally:
        contexts.load_default_certs = read_now
