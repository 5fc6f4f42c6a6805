"""The functions as Lambda runs them: by handler name, in a process, with an environment."""

import json
import os
import subprocess
import sys

import pytest

from tests.lambdas.proxy_events import proxy_event

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
# A PATCH request: the whole function is set up, but no AWS call is made. Without its variables first,
# in the same process: importing boto3 takes most of its time.
INVOKE = """
import json, os, sys
name, event, variables = sys.argv[1], json.loads(sys.argv[2]), json.loads(sys.argv[3])
handler = __import__(f"lambdas.{name}", fromlist=["handler"]).handler
print("boto3" in sys.modules)
try:
    handler(event, None)
except Exception as error:
    print(type(error).__name__, error)
os.environ.update(variables)
print(handler(event, None)["statusCode"])
"""


@pytest.mark.parametrize("name", NEEDS)
def test_a_function_names_its_missing_variable_and_runs_with_only_its_own(name: str) -> None:
    event = json.dumps(proxy_event("PATCH", f"/api/{name}"))
    variables = json.dumps(dict.fromkeys(NEEDS[name], "60"))

    result = subprocess.run(
        [sys.executable, "-W", "error", "-c", INVOKE, name, event, variables],
        env={
            "PATH": os.environ["PATH"],
            "AWS_REGION": "us-east-1",
            "AWS_DEFAULT_REGION": "us-east-1",
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )

    assert result.returncode == 0, result.stderr
    loads_boto3, refusal, _log_line, status = result.stdout.splitlines()
    assert loads_boto3 == "False"  # importing a handler stays quick
    assert refusal.startswith("ConfigError The environment variable ")
    assert status == "405"
