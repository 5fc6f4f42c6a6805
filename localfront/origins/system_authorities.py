"""Load the system's trusted certificates lazily, for the first HTTPS origin.

aiohttp creates its context for verified connections at import, and loads all system certificates: a
tenth of the start-up time, even without HTTPS origins. Imported within `read_late()`, it gets a
context that loads them at its first connection.

Source: Python, ssl.create_default_context; aiohttp 3.14, `aiohttp.connector._make_ssl_context`.
"""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


class UnreadContext(ssl.SSLContext):
    """A client context that loads the certificates at its first connection."""

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
    """Within this block, client contexts created by `ssl` load certificates lazily."""
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
