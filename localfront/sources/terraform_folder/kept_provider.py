"""Start the AWS provider once for an evaluation, where Terraform would start it a dozen times.

Terraform starts it anew to read its schema, to validate, to plan and to apply; it is a program of
700 MB, and each start takes a second of processor time. With `-debug` it runs until it is ended,
and prints how Terraform attaches to it.

It has one process for each of its configurations, such as an alias with another region. If it can't
be kept, Terraform starts it as usual.

Source: Terraform plugin development, "Debugging providers" (TF_REATTACH_PROVIDERS).
"""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from localfront.sources.terraform_folder.terraform_run import ending_with_us
from localfront.sources.terraform_provider.attachment import VARIABLE, parse_attachment
from localfront.sources.terraform_provider.named_types import (
    NamedTypes,
    configuration_files,
    named_types,
)

READY_WITHIN = 60  # seconds; usually one
PROVIDERS = "providers"
PROGRAM = "*/hashicorp/aws/*/*/terraform-provider-aws*"  # host, version and platform vary
SOCKET = "plugin4294967295"  # the provider's own name for it, with a random number
LONGEST_PATH = 103  # of a socket, in bytes, on macOS; 107 on Linux
# Without Terraform as its parent, the provider's log level would be TRACE.
QUIET = dict.fromkeys(("TF_LOG", "TF_LOG_PROVIDER", "TF_LOG_SDK", "TF_LOG_SDK_PROTO"), "OFF")


@contextmanager
def kept_provider(
    folder: Path, data_dir: Path, environ: Mapping[str, str]
) -> Iterator[dict[str, str]]:
    """Yield the variable with which Terraform attaches to it; nothing if it can't be kept.

    `data_dir` is what `terraform init` wrote. The provider runs in `folder`, with `environ`.
    """
    programs = sorted((data_dir / PROVIDERS).glob(PROGRAM))
    if len(programs) != 1 or not os.access(programs[0], os.X_OK):
        yield {}
        return
    source = "/".join(programs[0].relative_to(data_dir / PROVIDERS).parts[:3])

    def named() -> NamedTypes:
        return named_types(configuration_files(folder, data_dir))

    with (
        tempfile.TemporaryDirectory(prefix="localfront-") as sockets,  # private
        ExitStack() as processes,
    ):
        if len(os.fsencode(Path(sockets, SOCKET))) > LONGEST_PATH:
            yield {}  # else it would depend on the random number whether it fits
            return
        environ = {**environ, **QUIET, "TMPDIR": sockets}

        def start() -> str | None:
            attached = processes.enter_context(_process(programs[0], folder, environ))
            return json.dumps({source: attached}) if attached else None

        def start_another() -> str:
            another = parse_attachment(start() or "")
            if another is None:
                raise OSError(
                    f"{programs[0].name} did not start for another of its configurations, such as "
                    "an alias. Is there memory for one more process?"
                )
            return another.socket

        if (first := start()) is None:
            yield {}
            return
        # Brings asyncio and h2, which most starts need not wait for.
        from localfront.sources.terraform_provider.provider_proxy import proxied

        with proxied(first, programs[0], named, Path(sockets), start_another) as replacement:
            yield {VARIABLE: replacement}


@contextmanager
def _process(program: Path, folder: Path, environ: Mapping[str, str]) -> Iterator[object]:
    """Yield how Terraform attaches to a process of the provider, or None."""
    with ending_with_us([str(program), "-debug"], folder, environ) as provider:
        attachments: queue.SimpleQueue[object] = queue.SimpleQueue()
        reading = threading.Thread(target=_read, args=(provider, attachments), daemon=True)
        reading.start()
        try:
            yield _within(READY_WITHIN, attachments)
        finally:
            with suppress(OSError):  # it has ended
                os.killpg(provider.pid, signal.SIGKILL)
            reading.join()
            provider.communicate(timeout=READY_WITHIN)  # closes its output pipe


def _within(seconds: float, attachments: queue.SimpleQueue[object]) -> object:
    try:
        return attachments.get(timeout=seconds)
    except queue.Empty:
        return None


def _read(provider: subprocess.Popen[str], attachments: queue.SimpleQueue[object]) -> None:
    """Put how Terraform attaches to it, or None; read all else too, which would block it."""
    for line in provider.stdout or ():
        if f"{VARIABLE}='" in line:
            attachments.put(_value(line.partition("'")[2].rpartition("'")[0]))
    attachments.put(None)


def _value(text: str) -> object:
    try:
        return next(iter(json.loads(text).values()))
    except ValueError:
        return None
