"""Load the system's trusted certificates lazily, for the first HTTPS origin.

aiohttp creates its two contexts for HTTPS at import, and loads all system certificates for each: a
tenth of the start-up time, even without HTTPS origins. Imported within `read_late()`, it gets
contexts that load them at their first connection.

Source: Python, ssl.SSLContext.set_default_verify_paths, which load_default_certs calls; aiohttp 3.14,
`aiohttp.connector._make_ssl_context`.
"""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


class UnreadContext(ssl.SSLContext):
    """A context that loads the certificates at its first connection."""

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
    """Within this block, contexts with the system's certificates load them lazily."""
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
