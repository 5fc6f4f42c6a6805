import errno
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from harness.checkout import ROOT
from harness.commands import command_line

REFUSED = {"Error": {"Code": "LimitExceeded", "Message": "No more zones"}}


@pytest.mark.parametrize(
    "reason",
    [
        OSError(errno.ENOSPC, "No space left on device", "build/lambdas.zip"),
        PermissionError(errno.EACCES, "Permission denied", ".cache/stacks"),
        ClientError(REFUSED, "CreateHostedZone"),  # type: ignore[arg-type]  # a plain mapping
    ],
    ids=["full disk", "another user's file", "refused"],
)
def test_an_external_failure_is_a_one_line_error(
    reason: Exception, capsys: pytest.CaptureFixture[str]
) -> None:
    def command() -> int:
        raise reason

    assert command_line.run(command) == 1

    assert capsys.readouterr().err == f"error: {reason}\n"


@pytest.mark.parametrize("given", ["0", "-1", "2592001", "a minute"])
def test_an_invalid_session_lifetime_is_refused(
    given: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        command_line.parser("").parse_args([f"--session-ttl={given}"])

    assert "--session-ttl" in capsys.readouterr().err


def test_ctrl_c_during_imports_shows_no_traceback(tmp_path: Path) -> None:
    slow = tmp_path / "botocore"
    slow.mkdir()
    (slow / "__init__.py").write_text("print('importing', flush=True)\nimport time\ntime.sleep(60)")
    process = subprocess.Popen(
        [sys.executable, "-m", "harness.commands.dev"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "importing\n"
        process.send_signal(signal.SIGINT)
        _, output = process.communicate(timeout=30)
    finally:
        process.kill()
        process.communicate(timeout=240)

    assert output == ""
    assert process.returncode == -signal.SIGINT
