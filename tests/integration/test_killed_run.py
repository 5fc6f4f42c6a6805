"""`./nox -s dev` on a stack saved before Terraform changed, killed, and the next run."""

import http.client
import json
import os
import re
import shutil
import signal
import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path

import pytest

from harness.checkout import CACHE, ROOT, SNAPSHOTS
from harness.emulators.localstack import is_localstack
from harness.processes.leftovers import end_leftovers
from harness.processes.ports import LOOPBACK, reserved_port
from harness.snapshots import manifest
from harness.stack.on_top import BEHIND, IS_APPLIED, NOT_APPLIED
from harness.terraform.workspace import STATE_FILE
from tests.integration.families import descendants, processes
from tests.integration.provisioned import Provisioned

STACKS = CACHE / "stacks-of-killed-runs"  # what is started beside these tests ends nothing there
SOON = 240  # seconds for a start, on a busy machine
# `dev` has none of these. Terraform waits half a minute after it has deleted a record, and takes
# seconds of processor time for the rules of a web ACL.
SLOW = ("aws_route53_record", "aws_wafv2_web_acl")
OPEN = "Press Ctrl-C to stop."
PARTS = {
    "emulator": "guarded_ministack",
    "a function of the API": "_worker.py",
    "localfront": "-m localfront serve",
    "the edge function": "python_bootstrap",
}


@pytest.fixture
def start(stack: Provisioned) -> Iterator[Callable[[], "subprocess.Popen[str]"]]:
    """Start `dev`, always on the same ports, as users do."""
    if is_localstack(stack.emulator.endpoint):
        pytest.skip("it starts a MiniStack, whatever the stack runs on")
    state = f"test-{os.getpid()}"
    end_leftovers(STACKS)  # of an interrupted test
    with ExitStack() as ending:
        http, https = (ending.enter_context(reserved_port()) for _ in range(2))
        ports = ("--http-port", str(http), "--https-port", str(https))
        ending.callback(shutil.rmtree, STACKS, ignore_errors=True)
        ending.callback(end_leftovers, STACKS)  # of one that fails
        ending.callback(shutil.rmtree, SNAPSHOTS / state, ignore_errors=True)
        shutil.copytree(kept_of(stack), SNAPSHOTS / state)
        take_from_the_state(SLOW, SNAPSHOTS / state)

        def started() -> "subprocess.Popen[str]":
            process = subprocess.Popen(
                [sys.executable, "-m", "harness.commands.dev", *ports, "--state", state],
                cwd=ROOT,
                env={**os.environ, "CAPTAINS_LOG_STACKS": str(STACKS)},
                stdout=subprocess.PIPE,
                text=True,
            )
            ending.enter_context(process)
            ending.callback(process.kill)  # does nothing if it ended, as it should
            return process

        yield started


def kept_of(stack: Provisioned) -> Path:
    """The snapshot of the stack of these tests: its options are not those of `dev`."""
    for file in SNAPSHOTS.glob(f"*/{manifest.NAME}"):
        outputs = json.loads(file.read_text())["outputs"]
        if outputs["distribution_id"] == stack.outputs.distribution_id:
            return file.parent
    raise AssertionError("this stack was not saved")


def take_from_the_state(types: Collection[str], snapshot: Path) -> None:
    """As if Terraform had never created resources of these types."""
    found, file = manifest.read(snapshot), snapshot / STATE_FILE
    state = json.loads(file.read_text())
    state["resources"] = [each for each in state["resources"] if each["type"] not in types]
    file.write_text(json.dumps(state))
    manifest.write(snapshot, found.made_from, found.outputs)


def said_until(line: str, run: "subprocess.Popen[str]") -> str:
    """The process's output up to the first line that contains `line`."""
    assert run.stdout
    lines = []
    for each in run.stdout:
        lines.append(each)
        if line in each:
            return "".join(lines)
        assert NOT_APPLIED not in each, each
    raise AssertionError("".join(lines))


def opened(run: "subprocess.Popen[str]") -> str:
    return said_until(OPEN, run)


def visit(text: str) -> int:
    """Request a page that the edge function generates; return the status."""
    found = re.search(r"https://localhost:(\d+)/", text)
    assert found
    anybody = ssl.create_default_context()
    anybody.check_hostname = False
    anybody.verify_mode = ssl.CERT_NONE
    site = http.client.HTTPSConnection(LOOPBACK, int(found[1]), context=anybody, timeout=60)
    try:
        site.request("GET", "/", headers={"host": f"localhost:{found[1]}"})
        return site.getresponse().status
    finally:
        site.close()


def whole_family(run: "subprocess.Popen[str]") -> dict[int, str]:
    """Its processes, once all PARTS run: functions start after the site is served."""
    deadline = time.monotonic() + SOON
    while True:
        family = descendants(run.pid)
        if all(any(part in command for command in family.values()) for part in PARTS.values()):
            return family
        assert time.monotonic() < deadline, family
        time.sleep(0.2)


def number_of(part: str, family: Mapping[int, str]) -> int:
    """The id of the process itself, not of its tether."""
    return next(
        number
        for number, command in family.items()
        if PARTS[part] in command and "tether.py" not in command
    )


def alive(family: Mapping[int, str]) -> dict[int, str]:
    return {number: family[number] for number in family.keys() & processes().keys()}


def test_the_site_opens_before_the_apply_and_a_killed_runs_processes_end_at_the_next_start(
    start: Callable[[], "subprocess.Popen[str]"],
) -> None:
    first = start()
    assert visit(opened(first)) == 302
    assert BEHIND in said_until(IS_APPLIED, first)
    family = whole_family(first)
    numbers = {part: number_of(part, family) for part in PARTS}
    # A stopped tether notices nothing; nor does a killed one, except on Linux.
    tether = processes()[numbers["localfront"]][0]
    os.kill(tether, signal.SIGSTOP)
    kept = {tether, *descendants(tether)}

    first.kill()
    first.wait(SOON)

    deadline = time.monotonic() + SOON
    while alive(family).keys() - kept:
        assert time.monotonic() < deadline, alive(family)
        time.sleep(0.2)
    assert kept <= alive(family).keys()

    second = start()
    output = opened(second)
    assert "terraform apply" not in output
    second.send_signal(signal.SIGINT)  # right after the banner
    rest, _ = second.communicate(timeout=SOON)

    assert f"An earlier run (dev, process {first.pid})" in output
    assert re.search(rf"localfront \({tether}, .*\b{numbers['localfront']}\b", output)
    assert second.returncode == 128 + signal.SIGINT
    assert "all processes have ended and all ports are free" in rest
    assert alive(family) == {}
    assert not [*STACKS.glob(f"dev-{first.pid}*"), *STACKS.glob(f"dev-{second.pid}*")]
