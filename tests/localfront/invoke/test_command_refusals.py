"""Arguments that `localfront invoke` refuses before a function runs."""

from pathlib import Path

import pytest

from localfront.__main__ import main


@pytest.fixture
def edge(tmp_path: Path) -> Path:
    (tmp_path / "guard.py").write_text("def handler(event, context): ...\n")
    return tmp_path


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--uri", "a"], "uri is 'a': it must start with `/`"),
        (["--status", "404"], "'status' does not apply to a viewer-request event"),
        (
            ["--event-type", "viewer-response", "--body", "x"],
            "'body' does not apply to a viewer-response event",
        ),
        (["--handler", "b.handler"], "Its handlers are: guard.handler"),
        (["--runtime", "ruby3.3"], "for ruby3.3"),
        (["--name", "a b"], "'a b' is not a function name"),
    ],
)
def test_invalid_options_for_event_or_function_are_a_one_line_error(
    arguments: list[str], message: str, edge: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["invoke", "--function", str(edge), *arguments]) == 1

    out, err = capsys.readouterr()
    (line,) = err.splitlines()
    assert out == ""
    assert line.startswith("localfront: ")
    assert message in line


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "is not JSON"),
        ("[" * 100_000, "is not JSON"),
        ("[]", "is not an event: it is not a JSON object"),
        ('{"Records": []}', "Records is a list with one record"),
    ],
)
def test_a_file_without_an_event_is_a_one_line_error(
    text: str, message: str, edge: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = edge / "event.json"
    file.write_text(text)

    assert main(["invoke", "--function", str(edge), "--event", str(file)]) == 1

    (line,) = capsys.readouterr().err.splitlines()
    assert message in line


@pytest.mark.parametrize("option", [["--uri", "/"], ["--event-type", "viewer-request"]])
def test_an_event_file_excludes_options_that_describe_an_event(
    option: list[str], edge: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = edge / "guard.py"

    given = ["invoke", "--function", str(edge), "--event", str(file), *option]

    assert main(given) == 1
    assert "is a complete event: omit the options" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--event", "/no/such"], "argument --event: '/no/such' is not a file"),
        (["--event-type", "viewer"], "argument --event-type: "),
        (["--cookie", "id"], "argument --cookie: 'id': write NAME=VALUE"),
        (["--cookie", "=x"], "argument --cookie: '=x'"),
        (["--header", "X"], "argument --header: 'X': write 'NAME: VALUE'"),
        (["--response-header", ": x"], "argument --response-header: ': x'"),
        (["--runs", "0"], "argument --runs: '0': must be a number from 1 to"),
        (["--runs", "x"], "argument --runs: 'x'"),
        (["--memory", "10241"], "argument --memory: '10241': must be a number from 1 to"),
        (["--timeout", "31"], "argument --timeout: '31': must be seconds above 0, at most 30"),
        (["--timeout", "nan"], "argument --timeout: 'nan'"),
        (["--status", "x"], "argument --status: invalid int value: 'x'"),
    ],
)
def test_a_bad_option_exits_with_2_and_is_named(
    arguments: list[str], message: str, edge: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as exited:
        main(["invoke", "--function", str(edge), *arguments])

    assert exited.value.code == 2
    assert message in capsys.readouterr().err


def test_a_command_without_a_function_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["invoke"])

    assert "required: --function" in capsys.readouterr().err


def test_help_explains_how_a_function_reaches_an_emulator(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit, match="0"):
        main(["invoke", "--help"])

    assert "AWS_ENDPOINT_URL" in capsys.readouterr().out
