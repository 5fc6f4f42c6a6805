"""Start each function on the emulator ahead of the first request.

A cold start takes seconds on a busy machine, up to ten in LocalStack, after which a page gives up.
The invocations are asynchronous: one that comes while another runs starts a process of its own.
"""

import json
import threading
from contextlib import suppress

from botocore.exceptions import BotoCoreError, ClientError

from harness.emulators.emulators import Emulator
from harness.terraform.outputs import Outputs

# A path that the API does not have: a function responds 404 without side effects.
NOTHING = {"httpMethod": "GET", "path": "/", "headers": {}, "multiValueHeaders": {}}


def warm(emulator: Emulator, outputs: Outputs, *, processes: int = 1) -> None:
    """Start this many processes of each function: each serves one request at a time."""
    functions = emulator.session().client("lambda", endpoint_url=emulator.endpoint)
    for name in outputs.function_names:
        for _ in range(processes):
            functions.invoke(
                FunctionName=name,
                Qualifier=outputs.function_alias,  # each version has its own processes
                InvocationType="Event",
                Payload=json.dumps(NOTHING),
            )


def warm_meanwhile(emulator: Emulator, outputs: Outputs, *, processes: int = 1) -> None:
    """Warm the functions in a daemon thread; errors appear at the first request instead."""

    def attempt() -> None:
        with suppress(BotoCoreError, ClientError):
            warm(emulator, outputs, processes=processes)

    threading.Thread(target=attempt, name="warming", daemon=True).start()
