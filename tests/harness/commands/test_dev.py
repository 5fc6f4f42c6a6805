import re
import socket
from pathlib import Path

import pytest

from harness.commands import dev
from harness.processes import ports
from harness.progress import Progress


def test_help_names_every_option_with_its_default(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit) as ended:
        dev.main(["--help"])

    said = re.sub(r"\s+", " ", capsys.readouterr().out)
    assert ended.value.code == 0
    assert "--emulator {ministack,localstack,external}" in said
    assert "(default: 8080)" in said
    assert "(default: 8443)" in said
    assert "--session-ttl" in said
    assert "--fresh" in said


def test_the_authority_that_could_vouch_for_any_name_is_deleted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    former = tmp_path / "localfront"
    former.mkdir()
    (former / "ca-key.pem").touch()

    for _ in range(2):
        dev.forget_former_authority(Progress(), former)

    assert not former.exists()
    assert capsys.readouterr().out.count("take it out") == 1


@pytest.mark.parametrize("option", ["--http-port", "--https-port"])
def test_a_taken_port_ends_it_before_anything_starts(
    option: str, capsys: pytest.CaptureFixture[str]
) -> None:
    others = {"--http-port", "--https-port"} - {option}
    with socket.socket() as listener:
        listener.bind((ports.LOOPBACK, 0))
        listener.listen()
        taken = listener.getsockname()[1]

        code = dev.main([option, str(taken), others.pop(), str(ports.free_port())])

    said = capsys.readouterr()
    assert code == 1
    assert said.err.count("\n") == 1
    assert f"Port {taken} is taken" in said.err
    assert option in said.err
    assert said.out == ""


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
