"""Imports what localfront's commands need, and forks a process for each client.

`python -m tests.localfront.warm_start.server DESCRIPTOR`, of a listening socket; ends when its standard
input does. Each process runs `main` with the client's arguments, environment, folder and standard streams.
"""

from __future__ import annotations

import atexit
import gc
import importlib
import os
import selectors
import signal
import socket
import struct
import sys
import tempfile
from contextlib import suppress
from dataclasses import dataclass

# What `serve` imports once its ports are open, a quarter of its start, or for some sources.
LATER = (
    "boto3",
    "cryptography.hazmat.backends.openssl.backend",
    "localfront.command.inspector_routes",
    "localfront.logs.developer_log",
    "localfront.logs.request_log",
    "localfront.sources.cloudformation.yaml_loader",
    "localfront.sources.terraform_folder.folder",
    "quickjs",
    "tree_sitter_javascript",
)

_statuses: list[int] = []  # of the command that ran in this process


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    folder: str
    arguments: list[str]
    environment: dict[str, str]
    streams: list[int]


class Server:
    """Forks a command per request, forwards signals to it, and reports its exit status."""

    def __init__(self, listening: socket.socket) -> None:
        self._listening = listening
        self._selector = selectors.DefaultSelector()
        self._selector.register(listening, selectors.EVENT_READ)
        self._selector.register(sys.stdin.fileno(), selectors.EVENT_READ)
        self._clients: dict[int, tuple[socket.socket, int]] = {}  # by the process's descriptor

    def run(self) -> Request | None:
        """In each forked process its request; None in the server itself, at its end."""
        while True:
            for key, _ in self._selector.select():
                if key.fd == sys.stdin.fileno():
                    self._end_all()
                    return None
                if key.fileobj is self._listening:
                    if request := self._accepted():
                        return request
                elif key.fd in self._clients:
                    self._ended(key.fd)
                elif self._clients.get(key.data, (None,))[0] is key.fileobj:
                    self._pass_on(key.data)

    def _accepted(self) -> Request | None:
        client, _ = self._listening.accept()
        request = received(client)
        if request is None:
            client.close()
            return None
        pid = os.fork()
        if pid == 0:
            client.close()
            self._let_go()
            return request
        for stream in request.streams:
            os.close(stream)
        process = os.pidfd_open(pid)
        self._clients[process] = (client, pid)
        self._selector.register(process, selectors.EVENT_READ)
        self._selector.register(client, selectors.EVENT_READ, process)
        return None

    def _let_go(self) -> None:
        """Close everything of the server's in the forked command."""
        self._selector.close()
        self._listening.close()
        for process, (client, _) in self._clients.items():
            os.close(process)
            client.close()

    def _pass_on(self, process: int) -> None:
        """The client's signals; its own end is one that nobody can refuse."""
        client, pid = self._clients[process]
        numbers = client.recv(64)
        if not numbers:
            self._selector.unregister(client)
        for number in numbers or [signal.SIGKILL]:
            os.kill(pid, number)

    def _end_all(self) -> None:
        """The test run was killed, else there would be no command left."""
        for _, pid in self._clients.values():
            os.kill(pid, signal.SIGTERM)

    def _ended(self, process: int) -> None:
        client, pid = self._clients.pop(process)
        status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        self._selector.unregister(process)
        os.close(process)
        with suppress(KeyError):  # it had gone before
            self._selector.unregister(client)
        with suppress(OSError):
            client.sendall(struct.pack("<i", status))
        client.close()


def received(client: socket.socket) -> Request | None:
    """A request; None from a client that was killed before sending it."""
    head, streams, *_ = socket.recv_fds(client, 4, 3)
    size = struct.unpack("<I", head)[0] if len(head) == 4 else 0
    body = client.recv(size, socket.MSG_WAITALL) if size else b""
    if not body or len(body) != size:
        for stream in streams:
            os.close(stream)
        return None
    folder, count, *fields = os.fsdecode(body).split("\0")
    arguments, variables = fields[: int(count)], fields[int(count) :]
    environment = dict(variable.split("=", 1) for variable in variables)
    return Request(folder=folder, arguments=arguments, environment=environment, streams=streams)


def run(request: Request) -> int:
    """Do what `python -m localfront` does, in this process."""
    os.chdir(request.folder)
    os.environ.clear()
    os.environ.update(request.environment)
    tempfile.tempdir = None  # as TMPDIR has it now
    for stream, given in enumerate(request.streams):
        os.dup2(given, stream)
        os.close(given)
    sys.stdin, sys.stdout, sys.stderr = (
        os.fdopen(0, closefd=False),
        os.fdopen(1, "w", encoding="utf-8", closefd=False),
        os.fdopen(2, "w", 1, "utf-8", "backslashreplace", closefd=False),
    )
    signal.signal(signal.SIGINT, signal.default_int_handler)
    sys.argv = ["localfront", *request.arguments]
    from localfront.__main__ import main

    try:
        status = main(request.arguments)
    except SystemExit as end:
        if not isinstance(end.code, int):
            raise
        status = end.code
    _statuses.append(status)
    return status


def end_at_once() -> None:
    """End a command's process once the interpreter has done all but free its memory.

    Freeing what was imported would first copy it, a third of what many a command takes.
    """
    if _statuses:
        with suppress(OSError, ValueError):  # the interpreter has its own status for these
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(_statuses[0])


def serve() -> int:
    atexit.register(end_at_once)  # before the imports register theirs, and called after them
    from localfront.__main__ import COMMANDS

    for module in (*COMMANDS.values(), *LATER):
        importlib.import_module(module)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever started it ends it
    gc.freeze()
    with socket.socket(fileno=int(sys.argv[1])) as listening:
        request = Server(listening).run()
    return 0 if request is None else run(request)


if __name__ == "__main__":
    sys.exit(serve())
