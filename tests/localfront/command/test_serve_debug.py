"""`localfront serve --debug`: debuggers attach to functions behind a served site."""

from __future__ import annotations

import asyncio
import json
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.request import urlopen

import pytest

from tests.localfront.command.log_lines import PATIENCE, LogLines
from tests.localfront.debug_clients import Cdp, Dap, announced_port, debugpy_at, node_at
from tests.localfront.factories import (
    a_behavior_description,
    a_distribution_config,
    an_s3_origin_description,
    listing,
)
from tests.localfront.real_workers import NODE, PYTHON
from tests.localfront.warm_start.command import localfront

REPOSITORY = Path(__file__).parents[3]
ARN = "arn:aws:lambda:us-east-1:123456789012:function:{}:1"
IN_PYTHON = """\
def handler(event, context):
    request = event["Records"][0]["cf"]["request"]
    return request
"""
IN_NODE = """\
exports.handler = async (event) => {
  const request = event.Records[0].cf.request;
  return request;
};
"""


def a_function(name: str, runtime: str) -> dict[str, Any]:
    return {
        "Configuration": {
            "FunctionName": name,
            "FunctionArn": ARN.format(name),
            "Version": "1",
            "Runtime": runtime,
            "Handler": "guard.handler",
            "MemorySize": 128,
            "Timeout": 1,
            "CodeSha256": "",
            "Role": "arn:aws:iam::123456789012:role/guard",
        }
    }


def write(folder: Path) -> None:
    for name in ("pages", "py", "js", "ca"):
        (folder / name).mkdir()
    for page in ("home.html", "index.html"):
        (folder / "pages" / page).write_text("home")
    (folder / "py" / "guard.py").write_text(IN_PYTHON)
    (folder / "js" / "guard.js").write_text(IN_NODE)

    def behavior(name: str, **more: Any) -> dict[str, Any]:
        association = {"EventType": "viewer-request", "LambdaFunctionARN": ARN.format(name)}
        return a_behavior_description(
            ViewerProtocolPolicy="allow-all",
            LambdaFunctionAssociations=listing(association),
            **more,
        )

    config = a_distribution_config(
        Aliases={"Quantity": 0},
        Origins=listing(an_s3_origin_description(OriginAccessControlId="")),
        DefaultCacheBehavior=behavior("in-python"),
        CacheBehaviors=listing(behavior("in-node", PathPattern="/index.html")),
    )
    documents = {
        "distribution": {"DistributionConfig": config},
        "py": a_function("in-python", PYTHON),
        "js": a_function("in-node", NODE),
    }
    for name, document in documents.items():
        (folder / f"{name}.json").write_text(json.dumps(document))


def command(folder: Path, *options: str) -> list[str]:
    return [
        *localfront("serve", "--http-port=0", "--https-port=0"),
        *(f"--config={file}" for file in sorted(folder.glob("*.json"))),
        f"--origin-override=pages={folder / 'pages'}",
        f"--edge=in-python={folder / 'py'}",
        f"--edge=in-node={folder / 'js'}",
        f"--ca-dir={folder / 'ca'}",
        *options,
    ]


def environment(folder: Path) -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "HOME": str(folder)}


class Site(NamedTuple):
    url: str
    ports: dict[str, int]  # of debuggers, by the function's name


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    write(tmp_path)
    options = ["--debug=in-python:0", "--debug=in-node:0"]
    process = subprocess.Popen(
        command(tmp_path, *options),
        cwd=REPOSITORY,
        env=environment(tmp_path),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    log = LogLines(process.stderr)
    try:
        found = re.search(r"http://localhost:\d+", process.stdout.readline())
        assert found is not None, list(log)
        ports: dict[str, int] = {}
        while len(ports) < len(options):
            if port := announced_port(line := next(log)):
                ports["in-python" if "in-python:1" in line else "in-node"] = port
        yield Site(found[0], ports)
    finally:
        process.terminate()
        process.wait(30)
        process.stdout.close()
        log.close()


def get(url: str) -> bytes:
    with urlopen(url, timeout=PATIENCE) as response:
        body: bytes = response.read()
        return body


async def seen_at_a_breakpoint(client: Dap | Cdp, file: Path, url: str, expression: str) -> str:
    await client.stop_at(file, 3)
    async with asyncio.TaskGroup() as tasks:
        response = tasks.create_task(asyncio.to_thread(get, url))
        value = await client.value(expression)
        assert await response == b"home"
    return value


async def test_python_and_node_debuggers_stop_at_a_breakpoint_of_a_served_function(
    site: Site, tmp_path: Path
) -> None:
    """They attach before the first request: no worker would have been started for one."""
    async with debugpy_at(site.ports["in-python"]) as client:
        file = tmp_path / "py" / "guard.py"
        in_python = await seen_at_a_breakpoint(
            client, file, f"{site.url}/home.html", "request['uri']"
        )
    async with node_at(site.ports["in-node"]) as client:
        file = tmp_path / "js" / "guard.js"
        in_node = await seen_at_a_breakpoint(client, file, f"{site.url}/index.html", "request.uri")

    assert in_python == "'/home.html'"
    assert in_node == "/index.html"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--debug=guard"], "there is no such Lambda function. Known names: in-node, in-python."),
        (["--debug=in-node:x"], "write FUNCTION or FUNCTION:PORT"),
        (["--debug-wait"], "add --debug FUNCTION"),
    ],
)
def test_a_function_that_cannot_be_debugged_is_refused_in_one_line(
    options: list[str], message: str, tmp_path: Path
) -> None:
    write(tmp_path)

    done = subprocess.run(
        command(tmp_path, *options),
        cwd=REPOSITORY,
        env=environment(tmp_path),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )

    assert done.returncode == 1
    assert message in done.stderr.splitlines()[-1]
