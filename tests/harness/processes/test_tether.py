"""Children end with their parent, however it ends."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from harness.checkout import ROOT
from harness.processes.children import Children
from tests.harness.living import is_alive
from tests.harness.processes.test_children import PARENT, python

SOON = 30  # seconds, on a busy machine
# Starts one server, by the code in the second argument, and shows what it says when it is ready.
OWNER = """
import os, sys
from pathlib import Path
from harness.processes.children import Children
with Children() as children:
    command = [sys.executable, "-c", sys.argv[1]]
    log = Path(sys.argv[2])
    server = children.serve("server", command, env=os.environ, cwd=log.parent, log=log)
    print(server.wait_for_line("ready", timeout=60), flush=True)
    sys.stdin.readline()
"""


@contextmanager
def owner(code: str, directory: Path) -> Iterator[tuple["subprocess.Popen[str]", list[int]]]:
    """A process with one server; yields it and the process ids that the server printed."""
    with subprocess.Popen(
        [sys.executable, "-c", OWNER, code, str(directory / "server.log")],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout
        _, *numbers = process.stdout.readline().split()
        yield process, [int(number) for number in numbers]
        process.kill()


def until(condition: Callable[[], bool]) -> bool:
    """Whether the condition became true soon."""
    deadline = time.monotonic() + SOON
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


@pytest.mark.parametrize("how", ["SIGKILL", "SIGABRT", "SIGSEGV"])
def test_a_server_and_its_children_end_when_their_owner_is_killed(how: str, tmp_path: Path) -> None:
    with owner(PARENT, tmp_path) as (process, ids):
        running = [is_alive(number) for number in ids]
        process.send_signal(signal.Signals[how])
        process.wait(SOON)

        assert running == [True, True]
        assert until(lambda: not any(map(is_alive, ids)))


# Its fork returns late, as on a busy machine, when the command has run for a while.
LATE = """
import os, sys, time
from harness.processes import tether
def late(fork=os.fork):
    child = fork()
    time.sleep(1 if child else 0)
    return child
os.fork = late
tether.main(0, 15, 10, ["/bin/sh", "-c", sys.argv[1]])
"""


def test_ctrl_c_as_a_command_starts_reaches_the_command_alone() -> None:
    code = "trap 'exit 7' INT; kill -INT 0; sleep 600"

    with subprocess.Popen(
        [sys.executable, "-c", LATE, code],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    ) as process:
        assert process.wait(SOON) == 7
        assert process.stderr
        assert process.stderr.read() == b""


def test_a_command_gets_sigterm_first_so_that_it_can_clean_up(tmp_path: Path) -> None:
    marker = tmp_path / "asked"
    code = f"""
import os, signal, sys
def asked(*_):
    open({str(marker)!r}, "w").close()
    sys.exit()
signal.signal(signal.SIGTERM, asked)
print("ready", os.getpid(), flush=True)
signal.pause()
"""
    with owner(code, tmp_path) as (process, _):
        process.kill()

        assert until(marker.exists)


def test_a_command_of_a_scratch_stack_is_killed_at_once(tmp_path: Path) -> None:
    """Terraform needs a dozen seconds for that."""
    pid_file = tmp_path / "told"
    os.mkfifo(pid_file)
    stubborn = f"""
import os, signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
open({str(pid_file)!r}, "w").write(str(os.getpid()))
time.sleep(600)
"""
    runs = f"""
import os, signal, sys
from pathlib import Path
from harness.processes.children import Children
with Children() as children:
    command = [sys.executable, "-c", {stubborn!r}]
    children.run(command, env=os.environ, cwd=Path("."), first=signal.SIGKILL)
"""
    command = [sys.executable, "-c", runs]
    with subprocess.Popen(command, cwd=ROOT) as process:
        number = int(pid_file.read_text())
        process.kill()
        began = time.monotonic()

        assert until(lambda: not is_alive(number))
        assert time.monotonic() - began < 5  # who asks first waits for ten


def test_a_command_that_ignores_sigterm_is_killed(tmp_path: Path) -> None:
    stubborn = """
import os, signal, time
signal.signal(signal.SIGINT, signal.SIG_IGN)
print("ready", os.getpid(), flush=True)
time.sleep(600)
"""
    shows = f"""
import os, sys
from pathlib import Path
from harness.processes.children import Children
with Children() as children:
    command = [sys.executable, "-c", {stubborn!r}]
    children.show(command, env=os.environ, cwd=Path("."), grace=0.5)
"""
    command = [sys.executable, "-c", shows]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        number = int(process.stdout.readline().split()[1])
        process.kill()

        assert until(lambda: not is_alive(number))


@pytest.mark.skipif(sys.platform != "linux", reason="other systems can't")
def test_a_server_ends_with_its_tether(tmp_path: Path) -> None:
    with owner(PARENT, tmp_path) as (_, ids):
        tether = int(
            subprocess.run(
                ["/bin/ps", "-o", "ppid=", "-p", str(ids[0])],
                capture_output=True,
                text=True,
                check=True,
                timeout=240,
            ).stdout
        )
        os.kill(tether, signal.SIGKILL)

        assert until(lambda: not is_alive(ids[0]))
        os.killpg(tether, signal.SIGKILL)  # its child is now unsupervised


@pytest.mark.skipif(sys.platform != "linux", reason="other systems can't")
def test_a_command_whose_tether_has_died_does_not_start() -> None:
    code = "from harness.processes.tether import die_with; die_with(2**22 + 1); print('started')"

    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        check=False,
        timeout=240,
    )

    assert (done.returncode, done.stdout) == (127, b"")


def test_a_command_has_the_exit_status_that_it_has_without_a_tether(tmp_path: Path) -> None:
    with Children() as children:
        codes = [
            children.run(python(code), env=os.environ, cwd=tmp_path).returncode
            for code in (
                "raise SystemExit(7)",
                "import os; os.kill(os.getpid(), 9)",
                "import os, signal; os.kill(os.getpid(), signal.SIGTERM)",
            )
        ]

    assert codes == [7, -signal.SIGKILL, -signal.SIGTERM]


def test_a_command_gets_sigpipe_as_without_a_tether(tmp_path: Path) -> None:
    """Python ignores SIGPIPE, and a program that it executes would inherit that."""
    endless = "while :; do echo; done | head -n 1"

    with Children() as children:
        done = children.run(["/bin/sh", "-c", endless], env=os.environ, cwd=tmp_path)

    assert (done.returncode, done.stderr) == (0, "")


def test_a_missing_program_is_reported(tmp_path: Path) -> None:
    with (
        Children() as children,
        pytest.raises(FileNotFoundError, match="no-such-program"),
    ):
        children.run(["no-such-program"], env=os.environ, cwd=tmp_path)


def test_a_child_does_not_inherit_the_pipe(tmp_path: Path) -> None:
    """A child with that end of the pipe would keep all the others alive."""
    shows = "import os; print(sorted(int(each) for each in os.listdir('/dev/fd'))[:6])"

    with Children() as children:
        done = children.run(python(shows), env=os.environ, cwd=tmp_path).stdout

    assert done in ("[0, 1, 2, 3]\n", "[0, 1, 2]\n")  # 3 is the folder that is read
