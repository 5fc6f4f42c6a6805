"""Runs awslambdaric, AWS's Python runtime, in a worker: `-m python_bootstrap DATA_BYTES HANDLER`.

Two things differ from running it directly. The process is confined before the function's code is
loaded. And AWS_LAMBDA_RUNTIME_API has a secret behind the port, which awslambdaric's native client
takes as a part of the address but its client for failures at import does not.

Workers load this file as a module of their own, so it imports nothing of localfront.
"""

from __future__ import annotations

import os
import sys
from typing import Any

import confinement
from awslambdaric import bootstrap
from awslambdaric.lambda_runtime_client import LambdaRuntimeClient


class Client(LambdaRuntimeClient):  # type: ignore[misc]  # awslambdaric ships no types
    """A client whose paths begin with the secret."""

    def __init__(self, address: str) -> None:
        host_and_port, _, self._secret = address.partition("/")
        super().__init__(host_and_port)

    def call_rapid(self, http_method: str, endpoint: str, *arguments: Any, **named: Any) -> None:
        super().call_rapid(http_method, f"/{self._secret}{endpoint}", *arguments, **named)


def main(data_bytes: str, handler: str) -> None:
    confinement.confine(int(data_bytes))
    bootstrap.run(handler, Client(os.environ["AWS_LAMBDA_RUNTIME_API"]))


if __name__ == "__main__":
    main(*sys.argv[1:])
