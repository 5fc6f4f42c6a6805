import os
import subprocess
import sys

import pytest

from harness.checkout import ROOT
from harness.processes import proxies
from harness.processes.ports import LOOPBACK, reserved_port
from tests.harness.http_servers import Routes, http_server

ASK = """
import os, sys
from harness.commands import command_line
from harness.processes.reachable import require_reachable
from harness.emulators.emulators import named_by
def command():
    endpoint = sys.argv[1]
    require_reachable(endpoint, "a server")
    emulator = named_by({"AWS_ENDPOINT_URL": endpoint})
    lambdas = emulator.session().client("lambda", endpoint_url=endpoint)
    print(lambdas.list_functions()["Functions"])
    return 0
sys.exit(command_line.run(command))
"""


@pytest.mark.parametrize("variable", ["HTTP_PROXY", "http_proxy"])
def test_local_addresses_bypass_the_proxy(variable: str) -> None:
    environ = {
        name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")
    }
    functions: Routes = {"GET /2015-03-31/functions": lambda: {"Functions": []}}

    with http_server(functions) as endpoint, reserved_port() as nobody:
        environ[variable] = f"http://{LOOPBACK}:{nobody}"
        done = subprocess.run(
            [sys.executable, "-c", ASK, endpoint],
            cwd=ROOT,
            env=environ,
            capture_output=True,
            text=True,
            timeout=60,
        )

    assert (done.stdout, done.stderr) == ("[]\n", "")


def test_existing_proxy_exceptions_are_kept() -> None:
    environ = {"https_proxy": "http://proxy:3128", "NO_PROXY": "example.org,localhost"}

    assert proxies.exceptions(environ) == {
        "NO_PROXY": "example.org,localhost,127.0.0.1,::1",
        "no_proxy": "example.org,localhost,127.0.0.1,::1",
    }


@pytest.mark.parametrize("environ", [{}, {"http_proxy": "http://p", "no_proxy": "*"}])
def test_without_a_proxy_no_variable_is_set(environ: dict[str, str]) -> None:
    assert proxies.exceptions(environ) == {}
