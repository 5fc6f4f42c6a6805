"""Stands for one command: `python -I -S client.py SOCKET ARGUMENT...`.

Hands its standard streams, environment and folder to the server, passes signals on, and ends as the
command does. Whoever kills it kills the command.
"""

import os
import signal
import socket
import struct
import sys

PASSED_ON = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)


def main() -> None:
    path, *arguments = sys.argv[1:]
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(path)
        ask(connection, arguments)
        for number in PASSED_ON:
            signal.signal(number, lambda number, _: connection.send(bytes([number])))
        header = connection.recv(4, socket.MSG_WAITALL)
    (status,) = struct.unpack("<i", header) if len(header) == 4 else (1,)
    if status < 0:
        signal.signal(-status, signal.SIG_DFL)
        os.kill(os.getpid(), -status)
    os._exit(status)


def ask(connection: socket.socket, arguments: list[str]) -> None:
    variables = [f"{name}={value}" for name, value in os.environ.items()]
    fields = [os.getcwd(), str(len(arguments)), *arguments, *variables]  # noqa: PTH109 - pathlib is slow to import
    request = os.fsencode("\0".join(fields))
    socket.send_fds(connection, [struct.pack("<I", len(request))], [0, 1, 2])
    connection.sendall(request)
    for stream in (0, 1, 2):
        os.close(stream)  # else a reader would wait for the end of this process, too


main()
