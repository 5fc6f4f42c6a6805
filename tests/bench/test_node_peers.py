"""Peers from npm: their environment and their addresses."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from bench.node_peers import ON_LOOPBACK, serverless_service, template

NODE = shutil.which("node")
TELLS_ITS_ADDRESS = """
const server = require("node:http").createServer();
server.listen({port}, () => { console.log(server.address().address); server.close(); });
"""


@pytest.mark.skipif(NODE is None, reason="Node.js is not installed")
@pytest.mark.parametrize("port", ["0", "'0'"])
def test_a_program_that_would_bind_to_all_interfaces_binds_to_loopback(port: str) -> None:
    code = TELLS_ITS_ADDRESS.replace("{port}", port)

    done = subprocess.run(
        [str(NODE), "--require", str(ON_LOOPBACK), "-e", code],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )

    assert done.stdout.strip() == "127.0.0.1"


def test_each_peer_has_one_behavior_with_a_function_and_one_without() -> None:
    resources = template()["Resources"]
    config = resources["Site"]["Properties"]["DistributionConfig"]
    assert "FunctionAssociations" not in config["DefaultCacheBehavior"]
    assert [each["PathPattern"] for each in config["CacheBehaviors"]] == ["/js/*"]

    service = serverless_service("http://127.0.0.1:1")
    mapped = service["custom"]["offlineEdgeLambda"]["originMap"]
    assert {each["pathPattern"] for each in mapped} == {"*", "/edge/*"}
    assert service["functions"]["edge"]["lambdaAtEdge"]["pathPattern"] == "/edge/*"
