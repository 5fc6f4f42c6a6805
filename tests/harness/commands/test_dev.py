import io
import re
import socket
from pathlib import Path

import pytest

from harness.commands import dev
from harness.processes import ports
from harness.processes.localfront_process import as_at
from harness.progress import Progress


def test_help_names_every_option_with_its_default(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit) as ended:
        dev.main(["--help"])

    output = re.sub(r"\s+", " ", capsys.readouterr().out)
    assert ended.value.code == 0
    assert "--emulator {ministack,localstack,external}" in output
    assert "(default: 8080)" in output
    assert "(default: 8443)" in output
    assert "--session-ttl" in output
    assert "--fresh" in output


def test_the_unconstrained_certificate_authority_is_deleted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    former = tmp_path / "localfront"
    former.mkdir()
    (former / "ca-key.pem").touch()

    for _ in range(2):
        dev.forget_former_authority(Progress(), former)

    assert not former.exists()
    assert capsys.readouterr().out.count("remove it there") == 1


def test_pages_are_reloaded_only_with_the_option() -> None:
    assert dev.serve_options(dev.parse([])) == ("--log-format", "line")
    assert dev.serve_options(dev.parse(["--reload", "--log-format", "row"])) == (
        *("--log-format", "row"),
        "--reload",
    )


def test_localfront_gets_the_terminals_settings() -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    assert as_at(Terminal())["FORCE_COLOR"] == "1"
    assert int(as_at(Terminal())["COLUMNS"]) > 0
    assert as_at(io.StringIO()) == {}


@pytest.mark.parametrize("option", ["--http-port", "--https-port"])
def test_a_port_in_use_is_an_error_before_anything_starts(
    option: str, capsys: pytest.CaptureFixture[str]
) -> None:
    others = {"--http-port", "--https-port"} - {option}
    with socket.socket() as listener:
        listener.bind((ports.LOOPBACK, 0))
        listener.listen()
        taken = listener.getsockname()[1]

        with ports.reserved_port() as free:
            code = dev.main([option, str(taken), others.pop(), str(free)])

    output = capsys.readouterr()
    assert code == 1
    assert output.err.count("\n") == 1
    assert f"Port {taken} is in use" in output.err
    assert option in output.err
    assert output.out == ""


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param(["--session-ttl", "0"], id="a session of no length"),
        pytest.param(["--http-port", "70000"], id="no such port"),
        pytest.param(["--emulator", "moto"], id="no such emulator"),
        pytest.param(["--http-port", "9000", "--https-port", "9000"], id="one port for both"),
    ],
)
def test_wrong_options_are_refused(wrong: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        dev.main(wrong)

    assert ended.value.code == 2
    assert wrong[0] in capsys.readouterr().err
