"""The command with an origin that sends surplus bytes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import pytest

from localfront.config.managed_policies import CACHING_DISABLED, CACHING_OPTIMIZED
from tests.localfront.command.log_lines import PATIENCE
from tests.localfront.command.test_serve_files import (
    get,
    serving_command,
    wait_for,
)
from tests.localfront.factories import (
    a_behavior_description,
    a_custom_origin_description,
    a_distribution_config,
    listing,
)
from tests.localfront.warm_start.command import localfront

REPOSITORY = Path(__file__).parents[3]
# It answers as it should. After alice's answer comes another, at once or WAIT seconds later;
# `late` is one that comes in place of bob's, whose own follows then.
ORIGIN = """
import asyncio, sys
LEFTOVER = (b"HTTP/1.1 200 OK\\r\\nCache-Control: max-age=60\\r\\nSet-Cookie: whose=alice\\r\\n"
            b"Content-Length: 8\\r\\n\\r\\nLEFTOVER")
when, asked = sys.argv[1], 0
async def conn(r, w):
    global asked
    while head := await r.readuntil(b"\\r\\n\\r\\n"):
        p = head.split()[1]; b = b"for " + p + b" " * (131_072 if when == "at once" else 0)
        asked += 1
        if when == "late" and asked == 2:
            w.write(LEFTOVER)
            await w.drain(); await asyncio.sleep(.3)
        w.write(b"HTTP/1.1 200 OK\\r\\nCache-Control: max-age=60\\r\\nContent-Length: %d\\r\\n\\r\\n" % len(b) + b)
        if b"alice" in p and when != "late":
            if when == "a moment later":
                await w.drain(); await asyncio.sleep(.01)
            w.write(LEFTOVER)
            print("sent", flush=True)
async def main():
    server = await asyncio.start_server(conn, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()
asyncio.run(main())
"""


@contextmanager
def an_origin(when: str) -> Iterator[tuple[int, IO[str]]]:
    """Its port, and its output once it has sent surplus bytes; `when` says when that is."""
    process = subprocess.Popen(
        [sys.executable, "-c", ORIGIN, when],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # connections that were cut
        text=True,
    )
    assert process.stdout is not None
    try:
        yield int(process.stdout.readline()), process.stdout
    finally:
        process.kill()
        process.wait(PATIENCE)
        process.stdout.close()


def command(folder: Path, origin: int, cache_policy: str) -> list[str]:
    """The command, serving the origin at a local port."""
    config = a_distribution_config(
        Aliases={"Quantity": 0},
        Origins=listing(a_custom_origin_description(OriginPath="")),
        DefaultCacheBehavior=a_behavior_description(
            TargetOriginId="api",
            CachePolicyId=cache_policy,
            ViewerProtocolPolicy="allow-all",
        ),
    )
    (folder / "site.json").write_text(json.dumps({"DistributionConfig": config}))
    return [
        *localfront("serve", "--http-port", "0"),
        *("--https-port", "0", "--config", str(folder / "site.json")),
        *("--origin-override", f"api=http://127.0.0.1:{origin}"),
        *("--ca-dir", str(folder / "ca")),
    ]


@pytest.mark.parametrize("when", ["at once", "a moment later"])
@pytest.mark.parametrize(
    "policy", [CACHING_OPTIMIZED.id, CACHING_DISABLED.id], ids=["cached", "uncached"]
)
def test_surplus_bytes_of_an_origin_reach_no_viewer(when: str, policy: str, tmp_path: Path) -> None:
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}
    with (
        an_origin(when) as (port, printed),
        serving_command(command(tmp_path, port, policy), environment) as (here, _),
    ):
        for name in ("alice", "bob", "carol", "bob"):
            status, body = get(here, f"/{name}")
            assert (status, body.strip()) == (200, b"for /" + name.encode())
            if name == "alice":  # later bytes look like bob's response
                assert printed.readline() == "sent\n"


def test_an_object_from_a_desynchronised_connection_is_dropped_when_it_is_detected(
    tmp_path: Path,
) -> None:
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}
    with an_origin("late") as (port, _):
        served = command(tmp_path, port, CACHING_OPTIMIZED.id)
        with serving_command(served, environment) as (here, log):
            assert get(here, "/alice")[1] == b"for /alice"
            assert get(here, "/bob")[1] == b"LEFTOVER"
            line = wait_for(log, "sends more than was requested")
            for name in ("bob", "carol", "alice"):
                assert get(here, f"/{name}")[1] == b"for /" + name.encode()

    assert f"127.0.0.1:{port}" in line
