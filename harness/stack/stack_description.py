"""The description of a stack for commands that run against it: a JSON file.

{
  "site_url": "https://localhost:PORT", "http_url": "http://localhost:PORT",
  "ca_file": PATH, "outputs": {NAME: VALUE}, "aws": {"AWS_ENDPOINT_URL": ...},
  "logs": [PATH], "session_ttl": SECONDS,
  "terraform": {"directory": PATH, "program": PATH, "variables": [ARGUMENT]}
}

The variable E2E_STACK names the file.
"""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from harness.processes.localfront_process import CA_FILE, Localfront
from harness.stack.stack import Stack

VARIABLE = "E2E_STACK"


def describe(stack: Stack, localfront: Localfront, *, session_ttl: int) -> dict[str, Any]:
    return {
        "site_url": localfront.https_url,
        "http_url": localfront.http_url,
        "ca_file": str(CA_FILE),
        "outputs": asdict(stack.outputs),
        "aws": stack.emulator.variables(),
        "logs": sorted(str(log) for log in stack.logs.glob("*.log")),
        "session_ttl": session_ttl,
        "terraform": {
            "directory": str(stack.workspace.directory),
            "program": str(stack.workspace.terraform),
            "variables": list(stack.variables),
        },
    }


def write(description: dict[str, Any], path: Path) -> None:
    path.write_text(json.dumps(description, indent=2) + "\n")
