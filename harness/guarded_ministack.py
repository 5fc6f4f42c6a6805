"""MiniStack, closed to web pages.

    python -m harness.guarded_ministack

It answers whoever asks, CORS says yes to every origin, and its functions run as this
user: a page on the internet that finds the port could run code on this machine. Browsers
tell a page's origin in every POST, PUT and DELETE, so one that is not of this machine is
refused. LocalStack does the same by itself. The variables are MiniStack's.
"""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import urlsplit

from ministack import app as ministack

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

LOCAL_HOSTS = ("localhost", "127.0.0.1", "::1")
REFUSED = b"Web pages of other machines may not use this emulator.\n"


def guarded(application: Application) -> Application:
    async def guard(scope: Scope, receive: Receive, send: Send) -> None:
        if is_foreign(scope):
            await refuse(scope, send)
        else:
            await application(scope, receive, send)

    return guard


def is_foreign(scope: Scope) -> bool:
    """Whether the request says that it is of a page which is not of this machine."""
    origins = [value for name, value in scope.get("headers", ()) if name == b"origin"]
    return not all(is_local(origin.decode("latin-1")) for origin in origins)


def is_local(origin: str) -> bool:
    """localfront passes on the origin of its own pages, which is https://localhost:PORT."""
    try:
        host = urlsplit(origin).hostname or ""
    except ValueError:
        return False
    return host in LOCAL_HOSTS or host.endswith(".localhost")


async def refuse(scope: Scope, send: Send) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008})
        return
    await send({"type": "http.response.start", "status": 403, "headers": []})
    await send({"type": "http.response.body", "body": REFUSED})


if __name__ == "__main__":
    ministack.app = guarded(ministack.app)
    ministack.main()
