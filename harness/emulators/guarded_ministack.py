"""MiniStack, protected from web pages by the rules of harness/guard/rules.py.

    python -m harness.emulators.guarded_ministack

Its functions run as this user: a web page with access to it could run code on this machine. The
variables are MiniStack's, and EMULATOR_NAMES with further host names, separated by commas.
EMULATOR_KEY, or the file EMULATOR_KEY_FILE, has the run's key.
"""

import os
from collections.abc import Iterable, MutableMapping

from ministack import app as ministack

from harness.emulators import ministack_mending
from harness.emulators.ministack_saving import (
    Application,
    Receive,
    Scope,
    Send,
    save_only_on_request,
    saving,
)
from harness.emulators.repeated_attempts import answering_once
from harness.guard.key import taken_key
from harness.guard.rules import Guard, GuardedRequest, Refusal, in_path_form

NAMES = "EMULATOR_NAMES"


def guarded(application: Application, guard: Guard) -> Application:
    async def respond(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await application(scope, receive, send)
            return
        scope = addressed(scope, guard)
        verdict = guard.judge(guarded_request(scope))
        if isinstance(verdict, Refusal):
            await refuse(verdict, scope, send)
        else:
            await application(scope, receive, send)

    return respond


def addressed(scope: Scope, guard: Guard) -> Scope:
    """The request for a public name, such as ID.lambda-url.REGION.localhost, in path form."""
    request = guarded_request(scope)
    path = in_path_form(request)
    if path is None or guard.judge_host(request):
        return scope
    before = len(path) - len(request.path)
    raw = path[:before].encode() + (scope.get("raw_path") or request.path.encode())
    headers = [
        (name, b"localhost" if name == b"host" else value) for name, value in scope["headers"]
    ]
    return {**scope, "path": path, "raw_path": raw, "headers": headers}


def guarded_request(scope: Scope) -> GuardedRequest:
    return GuardedRequest(
        method=scope.get("method", "GET"),
        path=scope["path"],
        query=scope.get("query_string", b"").decode("latin-1"),
        headers=by_name(scope.get("headers", ())),
    )


def by_name(lines: Iterable[tuple[bytes, bytes]]) -> dict[str, tuple[str, ...]]:
    headers: dict[str, tuple[str, ...]] = {}
    for name, value in lines:
        key = name.decode("latin-1").lower()
        headers[key] = (*headers.get(key, ()), value.decode("latin-1"))
    return headers


async def refuse(refusal: Refusal, scope: Scope, send: Send) -> None:
    """Refuse a request; never with 401, for which browsers would ask for a password."""
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008})
        return
    await send(
        {
            "type": "http.response.start",
            "status": 403,
            "headers": [(b"content-type", b"text/plain; charset=utf-8")],
        }
    )
    await send({"type": "http.response.body", "body": f"{refusal.reason}\n".encode()})


def guard_of(environ: MutableMapping[str, str]) -> Guard:
    names = environ.pop(NAMES, "").split(",")
    return Guard(key=taken_key(environ), names=frozenset(name.strip() for name in names) - {""})


if __name__ == "__main__":
    ministack_mending.mend()
    save_only_on_request()
    # Each process of a function has its code in a new folder: bytecode there, which takes a quarter of
    # its start to write, would never be read.
    os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
    ministack.app = guarded(answering_once(saving(ministack.app)), guard_of(os.environ))
    ministack.main()
