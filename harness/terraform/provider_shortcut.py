"""Skip a self-check of Terraform's AWS provider: seconds of processor time, twice per apply.

Before each plan and each apply, Terraform has the provider validate its configuration, and the plugin
SDK then examines all of its 1,500 resource types ("This should be called in a unit test"). Our provider
configuration never changes, and the provider checks it again when it is used. So this proxy redirects
that request to another method, whose response means "no diagnostics".

Only the header blocks from Terraform are decoded; everything else passes unchanged.

Source: Terraform plugin protocol 5 (`tfplugin5.proto`): the answer of GetMetadata is one of
PrepareProviderConfig with no diagnostics, and a value that Terraform ignores; Terraform Plugin SDK v2,
`Provider.Validate` and `InternalValidate`; RFC 9113, 4.1 and 6.2 (frames), RFC 7541 (header blocks).
"""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

from hpack import Decoder, Encoder

PROTOCOL = 5  # in version 6 the two responses differ
SLOW = b"/tfplugin5.Provider/PrepareProviderConfig"
SHORT = b"/tfplugin5.Provider/GetMetadata"
PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
FRAME_HEAD = 9  # bytes
HEADERS = 0x1
END_HEADERS, PADDED, PRIORITY = 0x4, 0x8, 0x20
MANY = 1 << 20  # bytes at once


@contextmanager
def shortened(attached: str, folder: Path) -> Iterator[str]:
    """Yield the replacement for `attached`, the value of TF_REATTACH_PROVIDERS.

    It is unchanged if the provider uses another protocol. The socket is in `folder`.
    """
    if (known := _known(attached)) is None:
        yield attached
        return
    name, provider = known
    ours, its = folder / "provider.sock", provider["Addr"]["String"]
    with closing(socket.socket(socket.AF_UNIX)) as listening:
        try:
            listening.bind(str(ours))
        except OSError:  # most likely the path is too long for a socket
            yield attached
            return
        listening.listen()
        threading.Thread(target=_accept, args=(listening, its), daemon=True).start()
        try:
            yield json.dumps({name: {**provider, "Addr": {"Network": "unix", "String": str(ours)}}})
        finally:
            with suppress(OSError):
                listening.shutdown(socket.SHUT_RDWR)  # ends the thread
            ours.unlink(missing_ok=True)


def _known(attached: str) -> tuple[str, dict[str, Any]] | None:
    """The only provider's name and its address; None if there are several or it is unsupported."""
    try:
        ((name, provider),) = json.loads(attached).items()
        known = provider["ProtocolVersion"] == PROTOCOL and provider["Addr"]["Network"] == "unix"
    except (ValueError, KeyError):
        return None
    return (name, provider) if known else None


def _accept(listening: socket.socket, provider: str) -> None:
    with suppress(OSError):
        while True:
            terraform, _ = listening.accept()
            threading.Thread(target=_connect, args=(terraform, provider), daemon=True).start()


def _connect(terraform: socket.socket, address: str) -> None:
    """Proxy one connection from Terraform, until either side closes it."""
    with terraform, socket.socket(socket.AF_UNIX) as provider, suppress(OSError):
        provider.connect(address)
        answering = threading.Thread(target=_pass, args=(provider, terraform, bytes), daemon=True)
        answering.start()
        _pass(terraform, provider, Frames().rewritten)
        answering.join()


def _pass(source: socket.socket, target: socket.socket, form: Callable[[bytes], bytes]) -> None:
    try:
        while piece := source.recv(MANY):
            target.sendall(form(piece))
    except OSError:
        pass  # the other direction ends as well
    finally:
        with suppress(OSError):
            target.shutdown(socket.SHUT_WR)


class Frames:
    """Rewrites the HTTP/2 frames that Terraform sends on one connection."""

    def __init__(self) -> None:
        self._kept = b""
        self._preface_to_come = len(PREFACE)
        self._decoder, self._encoder = Decoder(), Encoder()

    def rewritten(self, piece: bytes) -> bytes:
        """The complete frames received so far, rewritten."""
        out = bytearray(piece[: self._preface_to_come])
        kept = self._kept + piece[self._preface_to_come :]
        self._preface_to_come -= len(out)
        while len(kept) >= FRAME_HEAD:
            end = FRAME_HEAD + int.from_bytes(kept[:3])
            if len(kept) < end:
                break
            frame, kept = kept[:end], kept[end:]
            out += self._headers(frame) if frame[3] == HEADERS else frame
        self._kept = kept
        return bytes(out)

    def _headers(self, frame: bytes) -> bytes:
        """The header block, encoded again, because HPACK tables depend on all earlier blocks."""
        flags, block = frame[4], frame[FRAME_HEAD:]
        if not flags & END_HEADERS:
            raise ConnectionError("a header block in several frames")  # Terraform's fit in one
        if flags & PADDED:
            block = block[1 : len(block) - block[0]]
        if flags & PRIORITY:
            block = block[5:]
        lines = [
            (name, SHORT if (name, value) == (b":path", SLOW) else value)
            for name, value in self._decoder.decode(block, raw=True)
        ]
        block = self._encoder.encode(lines)
        head = len(block).to_bytes(3) + bytes([HEADERS, flags & ~(PADDED | PRIORITY)])
        return head + frame[5:FRAME_HEAD] + block
