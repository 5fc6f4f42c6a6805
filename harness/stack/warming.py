"""Start each function on the emulator ahead of the first request.

A cold start takes seconds on a busy machine, ten of them in LocalStack, and a page gives up
after ten. The calls are asynchronous: nobody waits for these either.
"""

import json
import threading
from contextlib import suppress

from botocore.exceptions import BotoCoreError, ClientError

from harness.emulators.emulators import Emulator
from harness.terraform.outputs import Outputs

# To no path of the API: a function answers 404 and touches nothing.
NOTHING = {"httpMethod": "GET", "path": "/", "headers": {}, "multiValueHeaders": {}}


def warm(emulator: Emulator, outputs: Outputs) -> None:
    functions = emulator.session().client("lambda", endpoint_url=emulator.endpoint)
    for name in outputs.function_names:
        functions.invoke(
            FunctionName=name,
            Qualifier=outputs.function_alias,  # a version has processes of its own
            InvocationType="Event",
            Payload=json.dumps(NOTHING),
        )


def warm_meanwhile(emulator: Emulator, outputs: Outputs) -> None:
    """In a thread that holds up nobody's end; what can't be started shows when it is asked."""

    def attempt() -> None:
        with suppress(BotoCoreError, ClientError):
            warm(emulator, outputs)

    threading.Thread(target=attempt, name="warming", daemon=True).start()
