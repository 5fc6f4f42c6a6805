"""Runs awslambdaric, AWS's Python runtime, in a worker: `python_bootstrap.py LIMITS... HANDLER [DEBUGGER...]`.

Three things differ from running it directly. The process is supervised and confined before anything
is imported from the function's code. AWS_LAMBDA_RUNTIME_API has a secret after the port, which
awslambdaric's client for import errors does not support. And the clock may have been moved when an
invocation begins.

Workers run this file directly, isolated (-I), so it imports nothing of localfront.
"""

from __future__ import annotations

import os
import sys

_LOADED_BY_PYTHON = frozenset(sys.modules)

if __name__ == "__main__":
    # With -I, Python searches only its own folders. The following is the runtime.
    sys.path.insert(0, os.environ["LAMBDA_RUNTIME_DIR"])

import site  # noqa: E402 - -S left it out
import urllib.parse  # noqa: E402, F401 - AWS's samples find it in `import urllib`

import worker_start  # noqa: E402 - it is found from here on
from moved_clock import WorkerClock  # noqa: E402 - likewise


def main(arguments: list[str]) -> None:
    _, _, _, _, _, *debugger = arguments
    if debugger:
        import python_debugger

        terminal = 0 if debugger[0] else python_debugger.open_terminal(debugger[1])
    (handler, *_) = worker_start.start(arguments)
    from resource import RUSAGE_SELF, getrusage

    root = os.environ["LAMBDA_TASK_ROOT"]
    clock = WorkerClock(f"{os.environ['LAMBDA_RUNTIME_DIR']}/../clock")
    clock.apply()
    site.setquit()  # `exit` and `quit`, without the folders that `site` would add
    _give_back(root, set(sys.modules) - _LOADED_BY_PYTHON)

    if debugger and terminal:
        python_debugger.ask_at(terminal)
    elif debugger:
        python_debugger.listen(*debugger)
    # Like AWS's runtime, it loads itself before adding the function's folder.
    import runtime_client
    from awslambdaric import bootstrap
    from awslambdaric.lambda_runtime_client import LambdaRuntimeClient

    class Client(LambdaRuntimeClient):  # type: ignore[misc]  # awslambdaric ships no types
        """A client whose paths begin with the secret."""

        def __init__(self, address: str) -> None:
            host_and_port, _, self._secret = address.partition("/")
            super().__init__(host_and_port)

        def call_rapid(
            self, http_method: str, endpoint: str, *arguments: object, **named: object
        ) -> None:
            super().call_rapid(http_method, f"/{self._secret}{endpoint}", *arguments, **named)

        def wait_next_invocation(self) -> object:
            invocation = super().wait_next_invocation()
            clock.apply()
            return invocation

    runtime_client.until_rung = worker_start.bell()
    if sys.platform == "linux":  # elsewhere in another unit
        runtime_client.peak_kb = lambda: getrusage(RUSAGE_SELF).ru_maxrss
    sys.path.insert(0, root)
    bootstrap.run(handler, Client(os.environ["AWS_LAMBDA_RUNTIME_API"]))


def _give_back(root: str, loaded: set[str]) -> None:
    """Unload modules that share a name with the function's own, so that it gets its own.

    `loaded` are the modules loaded before the runtime, which AWS would not have.
    """
    own = {name.partition(".")[0] for name in os.listdir(root)}  # noqa: PTH208 - pathlib is slow to import
    for name in loaded:
        if name.partition(".")[0] in own:
            del sys.modules[name]


if __name__ == "__main__":
    main(sys.argv[1:])
