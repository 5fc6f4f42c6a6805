"""The functions as Lambda runs them: by handler name, in a process, with an environment."""

import os
import subprocess
import sys

import pytest

LIFETIMES = {"SESSION_TTL_SECONDS", "SESSION_ABSOLUTE_SECONDS"}
NEEDS = {
    "login": {
        "SESSIONS_TABLE",
        "LOGIN_ATTEMPTS_TABLE",
        "SECRET_PREFIX",
        *LIFETIMES,
    },
    "logout": {"SESSIONS_TABLE"},
    "session": {"SESSIONS_TABLE", *LIFETIMES},
    "logs": {"SESSIONS_TABLE", "LOGS_TABLE", *LIFETIMES},
}
# A PATCH request: the whole function is set up, but no AWS call is made.
INVOKE = """
import sys
from lambdas.{name} import handler
from tests.lambdas.proxy_events import proxy_event
print("boto3" in sys.modules)
print(handler(proxy_event("PATCH", "/api/{name}"), None)["statusCode"])
"""


def run(name: str, environ: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", INVOKE.format(name=name)],
        env={"PATH": os.environ["PATH"], "AWS_REGION": "us-east-1", **environ},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.mark.parametrize("name", NEEDS)
def test_a_function_runs_with_only_its_own_variables(name: str) -> None:
    environ = dict.fromkeys(NEEDS[name], "60")
    environ["AWS_DEFAULT_REGION"] = "us-east-1"

    result = run(name, environ)

    assert result.returncode == 0, result.stderr
    loads_boto3, _log_line, status = result.stdout.splitlines()
    assert loads_boto3 == "False"  # importing a handler stays quick
    assert status == "405"


@pytest.mark.parametrize("name", NEEDS)
def test_a_function_names_its_missing_variable(name: str) -> None:
    result = run(name, {"AWS_DEFAULT_REGION": "us-east-1"})

    assert result.returncode != 0
    assert "ConfigError: The environment variable" in result.stderr
