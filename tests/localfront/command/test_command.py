"""The command `localfront` as users run it."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from localfront.__main__ import main
from localfront.command.command_line import parse_arguments
from tests.localfront.command.command_runs import (
    REPOSITORY,
    Localfront,
    in_a_process,
    localfront,
)

__all__ = ["localfront"]


@pytest.fixture
def closed_port() -> Iterator[int]:
    """A port that refuses connections and that no other process can take."""
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        yield holder.getsockname()[1]


@pytest.mark.parametrize("arguments", [["--help"], ["serve", "--help"]])
def test_help_lists_the_environment_variables(arguments: list[str], tmp_path: Path) -> None:
    run = in_a_process(*arguments, home=tmp_path)

    assert (run.returncode, run.stderr) == (0, "")
    assert "AWS_ENDPOINT_URL_CLOUDFRONT" in run.stdout


def test_help_of_serve_lists_every_option_and_its_default(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", "/somewhere")

    with pytest.raises(SystemExit, match="0"):
        main(["serve", "--help"])

    output = capsys.readouterr().out
    for option in (
        "--http-port", "--https-port", "--distribution", "--edge", "--config",
        "--origin-override", "--profile", "--assume", "--workers",
    ):  # fmt: skip
        assert option in output
    assert "default: 8080" in output
    assert "default: 8443" in output
    assert "/somewhere/localfront" in output.replace("\n", "").replace(" ", "")


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["--http-port", "x"], "argument --http-port: 'x' is not a port"),
        (["--viewer", "land=DE"], "argument --viewer: 'land=DE' is not a viewer property"),
        (["--http-port", "65536"], "argument --http-port: '65536'"),
        (["--https-port", "-1"], "argument --https-port: '-1'"),
        (["--edge", "my-edge"], "argument --edge: 'my-edge': write FUNCTION=DIR"),
        (["--edge", "=."], "argument --edge: '=.': write FUNCTION=DIR"),
        (
            ["--edge", "my-edge=/no/such"],
            "argument --edge: '/no/such' is neither a dir",
        ),
        (["--ca-dir", __file__], f"argument --ca-dir: '{__file__}' is not a directory"),
        (["--interval", "soon"], "argument --interval: 'soon': must be a number above 0"),
        (["--interval", "0"], "argument --interval: '0'"),
        (["--interval", "-1"], "argument --interval: '-1'"),
        (["--interval", "nan"], "argument --interval: 'nan'"),
        (["--interval", "inf"], "argument --interval: 'inf'"),
        (["--distribution"], "argument --distribution: expected one argument"),
        (["--config", "/no/such"], "argument --config: '/no/such' is not a file"),
        (["--config", "."], "argument --config: '.' is not a file"),
        (["--origin-override", "x"], "argument --origin-override: 'x': write ORIGIN="),
        (["--origin-override", "a=b"], "argument --origin-override: 'b' is neither"),
        (["--workers", "0"], "argument --workers: '0': must be a number from 1"),
        (["--workers", "many"], "argument --workers: 'many'"),
        (["--profile", "old"], "argument --profile: there is no 'old'"),
        (["--assume", "x=on"], "There is no assumption 'x'. Known names: default_root"),
        (["--assume", "generated_object_is_hit"], "write NAME=on or NAME=off"),
        (["--assume", "generated_object_is_hit=1"], "write NAME=on or NAME=off"),
        (["--tls"], "there is no option --tls"),
        (["--htp-port", "1"], "there is no option --htp-port (did you mean '--http-port'?)"),
    ],
)
def test_a_bad_option_exits_with_2_and_is_named_in_the_error(
    arguments: list[str], named: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as exited:
        main(["serve", *arguments])

    assert exited.value.code == 2
    errors = capsys.readouterr().err
    assert named in errors
    assert errors.count("\n") == 1


@pytest.mark.parametrize(
    ("command", "way_out"),
    [("serv", "(did you mean 'serve'?)"), ("xyzzy", "there are serve, check,")],
)
def test_an_unknown_command_suggests_the_nearest_one_or_lists_all(
    command: str, way_out: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as exited:
        main([command, "--http-port", "0"])

    assert exited.value.code == 2
    errors = capsys.readouterr().err
    assert f"there is no command {command}" in errors
    assert way_out in errors
    assert errors.count("\n") == 1


def test_without_arguments_it_shows_its_help(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as exited:
        main([])

    assert exited.value.code == 0
    assert "localfront serve terraform/" in capsys.readouterr().out


def test_an_unknown_command_is_a_one_line_error_that_lists_all_commands(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit) as exited:
        main(["xyzzy"])

    assert exited.value.code == 2
    errors = capsys.readouterr().err
    assert "there is no command xyzzy: there are " in errors
    assert all(f"{name}, " in errors for name in ("serve", "check", "invoke", "trace", "init"))
    assert errors.count("\n") == 1


def test_several_functions_can_be_replaced_by_directories(tmp_path: Path) -> None:
    options = parse_arguments(["serve", "--edge", f"a={tmp_path}", "--edge", "b=."])

    assert options.edge == [("a", tmp_path.resolve()), ("b", Path.cwd())]


def test_an_endpoint_that_refuses_connections_is_a_one_line_error(
    localfront: Localfront, tmp_path: Path, closed_port: int
) -> None:
    endpoint = f"http://127.0.0.1:{closed_port}"

    run = localfront("serve", home=tmp_path, AWS_ENDPOINT_URL=endpoint)

    assert (run.returncode, run.stdout) == (1, "")
    (line,) = run.stderr.splitlines()
    assert endpoint in line
    assert "Start the emulator, or check AWS_ENDPOINT_URL" in line
    assert "a-secret-key" not in line


@pytest.mark.parametrize("name", ["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_CLOUDFRONT"])
def test_a_malformed_endpoint_is_one_clear_line(
    localfront: Localfront, name: str, tmp_path: Path
) -> None:
    run = localfront("serve", home=tmp_path, **{name: "http://127.0.0.1:port"})

    assert (run.returncode, run.stdout) == (1, "")
    assert run.stderr == (
        f"localfront: {name} is 'http://127.0.0.1:port': "
        "it must be a URL such as http://127.0.0.1:4566.\n"
    )


NO_CREDENTIALS = {"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""}


def test_missing_credentials_are_one_clear_line(localfront: Localfront, tmp_path: Path) -> None:
    (tmp_path / "config").write_text("[profile empty]\nregion = us-east-1\n")

    run = localfront(
        "serve",
        home=tmp_path,
        AWS_PROFILE="empty",
        AWS_CONFIG_FILE=str(tmp_path / "config"),
        **NO_CREDENTIALS,
    )

    assert run.returncode == 1
    (line,) = run.stderr.splitlines()
    assert "yields no AWS credentials" in line


def test_an_emulator_needs_no_credentials(
    localfront: Localfront, tmp_path: Path, closed_port: int
) -> None:
    endpoint = f"http://127.0.0.1:{closed_port}"

    run = localfront("serve", home=tmp_path, AWS_ENDPOINT_URL=endpoint, **NO_CREDENTIALS)

    (line,) = run.stderr.splitlines()
    assert f'Could not connect to the endpoint URL: "{endpoint}' in line


def test_a_folder_that_cannot_be_made_is_one_clear_line(
    localfront: Localfront, tmp_path: Path, closed_port: int
) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.touch()

    run = localfront(
        "serve",
        "--ca-dir",
        str(in_the_way / "ca"),
        home=tmp_path,
        AWS_ENDPOINT_URL=f"http://127.0.0.1:{closed_port}",
    )

    assert run.returncode == 1
    (line,) = run.stderr.splitlines()
    assert str(in_the_way) in line
    assert "choose another folder with --ca-dir" in line


def test_without_endpoint_profile_or_files_the_error_lists_the_options(
    localfront: Localfront, tmp_path: Path
) -> None:
    run = localfront("serve", home=tmp_path, **NO_CREDENTIALS)

    assert (run.returncode, run.stdout) == (1, "")
    (line,) = run.stderr.splitlines()
    assert "The source of the distribution is not given" in line
    assert "AWS_ENDPOINT_URL" in line
    assert "AWS_PROFILE" in line
    assert "--config FILE" in line


def test_a_default_profile_with_credentials_is_not_chosen_by_itself(
    localfront: Localfront, tmp_path: Path
) -> None:
    (tmp_path / ".aws").mkdir()
    (tmp_path / ".aws" / "credentials").write_text(
        "[default]\naws_access_key_id = AKID\naws_secret_access_key = secret\n"
    )

    run = localfront("serve", home=tmp_path, **NO_CREDENTIALS)

    assert run.returncode == 1
    assert "The source of the distribution is not given" in run.stderr


def test_the_profiles_endpoint_is_used(
    localfront: Localfront, tmp_path: Path, closed_port: int
) -> None:
    endpoint = f"http://127.0.0.1:{closed_port}"
    (tmp_path / "config").write_text(f"[profile local]\nendpoint_url = {endpoint}\n")

    run = localfront(
        "serve",
        home=tmp_path,
        AWS_PROFILE="local",
        AWS_CONFIG_FILE=str(tmp_path / "config"),
    )

    assert f'Could not connect to the endpoint URL: "{endpoint}' in run.stderr


def test_a_plan_without_any_address_names_each_origin_and_its_option(
    localfront: Localfront, tmp_path: Path
) -> None:
    plan = REPOSITORY / "tests" / "fixtures" / "terraform" / "application-plan.json"

    run = localfront("serve", "--config", str(plan), home=tmp_path, **NO_CREDENTIALS)

    assert run.returncode == 1
    (line,) = run.stderr.splitlines()
    assert "--origin-override site=DIR" in line
    assert "--origin-override api=http://localhost:PORT" in line
