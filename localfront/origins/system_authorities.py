"""The authorities that this system trusts, read before the first origin that has to prove itself.

aiohttp makes its two contexts for HTTPS while it is imported, and reads all of the system's certificates
for each: a tenth of a start, also where no origin speaks HTTPS. Imported within `read_late()`, it has
contexts that read them with their first connection, whoever makes that.

Source: Python, ssl.SSLContext.set_default_verify_paths, which load_default_certs calls; aiohttp 3.14,
`aiohttp.connector._make_ssl_context`.
"""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


class UnreadContext(ssl.SSLContext):
    """As any other from its first connection on."""

    def wrap_bio(self, *arguments: Any, **options: Any) -> ssl.SSLObject:
        return self._read().wrap_bio(*arguments, **options)

    def wrap_socket(self, *arguments: Any, **options: Any) -> ssl.SSLSocket:
        return self._read().wrap_socket(*arguments, **options)

    def _read(self) -> ssl.SSLContext:
        context: Any = self
        context.__class__ = ssl.SSLContext
        context.set_default_verify_paths()
        return self


@contextmanager
def read_late() -> Iterator[None]:
    """A context that is to know the system's authorities meanwhile reads them later."""
    contexts: Any = ssl.SSLContext

    def put_off(context: Any) -> None:
        if type(context) is ssl.SSLContext:
            context.__class__ = UnreadContext
        else:
            super(ssl.SSLContext, context).set_default_verify_paths()

    contexts.set_default_verify_paths = put_off
    try:
        yield
    finally:
        del contexts.set_default_verify_paths  # its base class has it
