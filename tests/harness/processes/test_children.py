import os
import queue
import signal
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.errors import ChildEndedError
from harness.processes.children import Children
from tests.harness.living import are_gone, is_alive

# Starts a child of its own, which ignores SIGTERM, and says both process ids.
PARENT = """
import os, subprocess, sys
stubborn = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
stubborn += "print('here', flush=True); time.sleep(600)"
child = subprocess.Popen([sys.executable, "-c", stubborn], stdout=subprocess.PIPE)
child.stdout.readline()
print("ready", os.getpid(), child.pid, flush=True)
child.wait()
"""


@pytest.fixture
def children() -> Iterator[Children]:
    with Children() as opened:
        yield opened


def python(code: str) -> list[str | Path]:
    return [sys.executable, "-c", code]


def test_leaving_the_block_stops_a_server_and_its_children(tmp_path: Path) -> None:
    with Children() as children:
        server = children.serve(
            "parent",
            python(PARENT),
            env=os.environ,
            cwd=tmp_path,
            log=tmp_path / "parent.log",
        )
        _, *ids = server.wait_for_line("ready", timeout=20).split()
        running = [is_alive(int(process_id)) for process_id in ids]

    assert running == [True, True]
    assert are_gone(map(int, ids))


def test_a_server_that_exits_early_is_an_error_with_its_last_output(
    children: Children, tmp_path: Path
) -> None:
    server = children.serve(
        "engine",
        python("raise SystemExit('the dilithium is out')"),
        env=os.environ,
        cwd=tmp_path,
        log=tmp_path / "engine.log",
    )

    with pytest.raises(ChildEndedError, match="engine ended before it was ready") as error:
        server.wait_for_line("ready", timeout=20)

    assert "the dilithium is out" in str(error.value)
    assert children.wait_until_a_server_ends() is server


def test_a_server_that_is_never_ready_is_an_error(children: Children, tmp_path: Path) -> None:
    server = children.serve(
        "sloth",
        python("import time; print('yawn', flush=True); time.sleep(600)"),
        env=os.environ,
        cwd=tmp_path,
        log=tmp_path / "sloth.log",
    )

    with pytest.raises(ChildEndedError, match=r"sloth was not ready after 0\.5 s"):
        server.wait_for_line("ready", timeout=0.5)


def test_a_log_that_cannot_be_written_is_an_error_at_once(
    children: Children, tmp_path: Path
) -> None:
    log = tmp_path / "missing" / "log"
    server = children.serve(
        "talker", python("print('ready')"), env=os.environ, cwd=tmp_path, log=log
    )

    with pytest.raises(ChildEndedError, match=f"talker's log failed: .*{log}"):
        server.wait_for_line("ready", timeout=20)

    assert children.wait_until_a_server_ends() is server


def test_a_servers_output_is_in_its_log(children: Children, tmp_path: Path) -> None:
    log = tmp_path / "log"
    server = children.serve(
        "talker",
        python("print('first'); print('ready')"),
        env=os.environ,
        cwd=tmp_path,
        log=log,
    )

    server.wait_for_line("ready", timeout=20)
    children.wait_until_a_server_ends()

    assert log.read_text() == "first\nready\n"


def test_a_commands_output_and_exit_code_are_returned(children: Children, tmp_path: Path) -> None:
    code = "import sys; print('out'); print('err', file=sys.stderr); sys.exit(3)"

    finished = children.run(python(code), env=os.environ, cwd=tmp_path)

    assert (finished.returncode, finished.stdout, finished.stderr) == (
        3,
        "out\n",
        "err\n",
    )


def test_ctrl_c_during_a_command_terminates_it(children: Children, tmp_path: Path) -> None:
    pid_file = tmp_path / "process id"
    os.mkfifo(pid_file)
    code = f"import os, time; open({str(pid_file)!r}, 'w').write(str(os.getpid())); time.sleep(600)"
    ids: list[int] = []

    def interrupt_once_it_runs() -> None:
        ids.append(int(pid_file.read_text()))
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)

    interrupter = threading.Thread(target=interrupt_once_it_runs)
    interrupter.start()
    with pytest.raises(KeyboardInterrupt):
        children.run(python(code), env=os.environ, cwd=tmp_path)
    interrupter.join()

    assert are_gone(ids)


def test_no_process_starts_after_closing(tmp_path: Path) -> None:
    children = Children()
    children.close()

    with pytest.raises(ChildEndedError, match="was not started"):
        children.run(python("pass"), env=os.environ, cwd=tmp_path)


def test_waiting_for_a_server_raises_when_all_are_stopped() -> None:
    children = Children()
    outcomes: queue.SimpleQueue[str] = queue.SimpleQueue()

    def wait() -> None:
        with pytest.raises(ChildEndedError, match="were stopped"):
            children.wait_until_a_server_ends()
        outcomes.put("stopped")

    threading.Thread(target=wait, daemon=True).start()
    children.close()

    assert outcomes.get(timeout=20) == "stopped"


def test_servers_are_stopped_in_reverse_order(tmp_path: Path) -> None:
    """Other servers may depend on it."""
    ended = tmp_path / "ended"
    with Children() as children:
        for name in ("eldest", "middle", "youngest"):
            code = f"""
import signal, sys
def asked(*_):
    print({name!r}, file=open({str(ended)!r}, "a"))
    sys.exit()
signal.signal(signal.SIGTERM, asked)
print("ready", flush=True)
signal.pause()
"""
            log = tmp_path / f"{name}.log"
            server = children.serve(name, python(code), env=os.environ, cwd=tmp_path, log=log)
            server.wait_for_line("ready", timeout=20)

    assert ended.read_text().split() == ["youngest", "middle", "eldest"]


def test_ctrl_c_while_stopping_one_server_still_stops_all(tmp_path: Path) -> None:
    marker = tmp_path / "asked"
    os.mkfifo(marker)
    stubborn = f"""
import signal, os
def asked(*_):
    open({str(marker)!r}, "w").write("asked")
signal.signal(signal.SIGTERM, asked)
print("ready", os.getpid(), flush=True)
while True:
    signal.pause()
"""
    ids: list[int] = []

    def interrupt_once_it_was_asked() -> None:
        marker.read_text()
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)

    interrupter = threading.Thread(target=interrupt_once_it_was_asked)
    children = Children()
    for name, code in (("first", PARENT), ("stubborn", stubborn)):
        log = tmp_path / f"{name}.log"
        server = children.serve(name, python(code), env=os.environ, cwd=tmp_path, log=log)
        _, *line = server.wait_for_line("ready", timeout=20).split()
        ids += map(int, line)
    interrupter.start()
    with pytest.raises(KeyboardInterrupt):
        children.close()
    interrupter.join()

    assert are_gone(ids)
