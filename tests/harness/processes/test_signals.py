import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.checkout import ROOT

# Runs until told to end, then takes its time to clean up.
RUN = """
import sys, time
from harness.commands import command_line
def command():
    try:
        print("running", flush=True)
        time.sleep(600)
    finally:
        print("cleaning", flush=True)
        sys.stdin.readline()
        print("clean", flush=True)
sys.exit(command_line.run(command))
"""
# A parent, such as nox, that dies without telling.
DYING_PARENT = """
import os, subprocess, sys
child = subprocess.Popen([sys.executable, "-c", sys.argv[1]], start_new_session=True)
sys.stdin.readline()
os.kill(os.getpid(), 9)
"""


def start(code: str, *arguments: str, **environment: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


@pytest.fixture
def not_under_nohup() -> Iterator[None]:
    """Children inherit an ignored SIGHUP, for example from tests under nohup."""
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    yield
    signal.signal(signal.SIGHUP, before)


@pytest.mark.usefixtures("not_under_nohup")
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_a_signal_ends_the_run_and_the_next_one_does_not_disturb_it(name: str) -> None:
    number = signal.Signals[name]
    with start(RUN) as process:
        assert process.stdout
        assert process.stdout.readline() == "running\n"
        process.send_signal(number)
        assert process.stdout.readline() == "cleaning\n"
        process.send_signal(number)
        output, _ = process.communicate("go on\n", timeout=20)

    assert output == "clean\n"
    assert process.returncode == 130


def test_a_run_ends_with_the_nox_that_started_it(tmp_path: Path) -> None:
    with start(DYING_PARENT, RUN, NOX_CURRENT_SESSION="dev") as parent:
        assert parent.stdout
        assert parent.stdout.readline() == "running\n"
        output, _ = parent.communicate("die\n", timeout=20)

    assert output == "cleaning\nclean\n"


def test_a_closed_terminal_does_not_end_a_run_under_nohup() -> None:
    code = """
import signal, sys
from harness.commands import command_line
signal.signal(signal.SIGHUP, signal.SIG_IGN)
def command():
    print(signal.getsignal(signal.SIGHUP).name)
    return 0
sys.exit(command_line.run(command))
"""
    with start(code) as process:
        output, _ = process.communicate(timeout=20)

    assert output == "SIG_IGN\n"


# A resource whose taking is interrupted at the worst moment: it is there, and nobody knows yet.
TAKES = """
import os, signal, sys
from contextlib import ExitStack, contextmanager
from harness.commands import command_line
from harness.processes.signals import taken
@contextmanager
def resource():
    try:
        os.kill(os.getpid(), signal.SIGINT)
        for _ in range(1000):  # time for the handler to run
            pass
        print("taken", flush=True)
        yield
    finally:
        print("given back", flush=True)
def command():
    with ExitStack() as ending:
        ending.callback(print, "all is given back", flush=True)
        taken(ending, resource())
        print("too late", flush=True)
sys.exit(command_line.run(command))
"""


def test_a_resource_being_acquired_at_ctrl_c_is_released() -> None:
    with start(TAKES) as process:
        output, _ = process.communicate(timeout=20)

    assert output == "taken\ngiven back\nall is given back\n"
    assert process.returncode == 130


# Sends Ctrl-C at every single step of a run, one run after the other.
AT_EVERY_STEP = """
import os, signal, sys
from contextlib import contextmanager
from harness.processes import signals
held, given_back = set(), []
@contextmanager
def resource(name):
    held.add(name)
    try:
        yield
    finally:
        held.discard(name)
        given_back.append(name)
def body(ending):
    signals.taken(ending, resource("first"))
    signals.taken(ending, resource("second"))
    return "done"
def run(moment):
    steps = 0
    def trace(frame, event, argument):
        nonlocal steps
        frame.f_trace_opcodes = True
        steps += event == "opcode"
        if event == "opcode" and steps == moment:
            os.kill(os.getpid(), signal.SIGINT)
        return trace
    with signals.raised_as_interrupt():
        sys.settrace(trace)
        try:
            signals.giving_back(body)
        finally:
            sys.settrace(None)
    return steps
longest = run(0)
assert given_back == ["second", "first"], given_back
for moment in range(1, longest + 1):
    given_back.clear()
    signals._Held.blocks, signals._Held.came = 0, False
    try:
        run(moment)
    except KeyboardInterrupt:
        pass
    else:
        if not given_back:
            raise SystemExit(f"no interrupt at step {moment} of {longest}")
    if held or given_back not in ([], ["first"], ["second", "first"]):
        raise SystemExit(f"at step {moment} of {longest}: {held} kept, {given_back} given back")
print(longest)
"""


def test_ctrl_c_at_any_step_releases_what_was_acquired() -> None:
    with start(AT_EVERY_STEP) as process:
        output, _ = process.communicate(timeout=60)

    assert output.strip().isdigit(), output
    assert int(output) > 300  # steps: it did look inside


def test_ctrl_c_during_the_release_does_not_interrupt_it() -> None:
    gives_back = """
import os, signal, sys
from harness.commands import command_line
from harness.processes.signals import giving_back
def disturbed(what):
    for number in (signal.SIGINT, signal.SIGTERM):
        os.kill(os.getpid(), number)
    print(what, "given back", flush=True)
def body(ending):
    ending.callback(disturbed, "first")
    ending.callback(disturbed, "second")
    return 0
sys.exit(command_line.run(lambda: giving_back(body)))
"""
    with start(gives_back) as process:
        output, _ = process.communicate(timeout=20)

    assert output == "second given back\nfirst given back\n"
    assert process.returncode == 0


def test_a_process_starting_at_ctrl_c_is_terminated(tmp_path: Path) -> None:
    """At any time of the signal."""
    serves = """
import os, signal, sys, threading
from pathlib import Path
from harness.commands import command_line
from harness.processes.children import Children
def command():
    with Children() as children:
        later = lambda: os.kill(os.getpid(), signal.SIGINT)
        threading.Timer(float(sys.argv[1]), later).start()
        for number in range(1000):
            log = Path(sys.argv[2], f"{number}.log")
            sleeps = [sys.executable, "-c", "import time; time.sleep(600)", sys.argv[2]]
            children.serve("sleeper", sleeps, env=os.environ, cwd=log.parent, log=log)
sys.exit(command_line.run(command))
"""
    for milliseconds in range(10, 110, 25):
        with start(serves, str(milliseconds / 1000), str(tmp_path)) as process:
            process.communicate(timeout=60)
        assert process.returncode == 130

    everybody = subprocess.run(
        ["/bin/ps", "-A", "-ww", "-o", "args="],
        capture_output=True,
        text=True,
        check=True,
        timeout=240,
    )
    assert str(tmp_path) not in everybody.stdout
