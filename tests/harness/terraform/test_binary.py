from pathlib import Path

import pytest

from harness.errors import MissingToolError
from harness.terraform.binary import find_terraform


def a_terraform(directory: Path, *, version: str) -> Path:
    program = directory / "terraform"
    program.write_text(f"#!/bin/sh\necho 'Terraform v{version}'\n")
    program.chmod(0o755)
    return program


def test_a_missing_terraform_is_a_one_line_error_with_a_remedy(
    tmp_path: Path,
) -> None:
    with pytest.raises(MissingToolError) as missing:
        find_terraform({"PATH": str(tmp_path)})

    assert "Terraform is not installed. Install it" in str(missing.value)
    assert "\n" not in str(missing.value)


def test_terraform_on_the_path_is_found(tmp_path: Path) -> None:
    program = a_terraform(tmp_path, version="1.11.4")

    assert find_terraform({"PATH": str(tmp_path)}) == program


def test_the_variable_takes_precedence_over_the_path(tmp_path: Path) -> None:
    a_terraform(tmp_path, version="1.11.4")
    (tmp_path / "other").mkdir()
    named = a_terraform(tmp_path / "other", version="1.12.0")

    found = find_terraform({"PATH": str(tmp_path), "TERRAFORM": str(named)})

    assert found == named


def test_a_relative_path_is_resolved_from_the_working_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = a_terraform(tmp_path, version="1.11.4")
    monkeypatch.chdir(tmp_path)

    assert find_terraform({"PATH": "", "TERRAFORM": "./terraform"}) == program


def test_a_variable_that_names_a_missing_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(MissingToolError, match="TERRAFORM is '/nowhere'"):
        find_terraform({"PATH": str(tmp_path), "TERRAFORM": "/nowhere"})


def test_an_old_terraform_is_refused(tmp_path: Path) -> None:
    a_terraform(tmp_path, version="1.10.5")

    with pytest.raises(MissingToolError, match=r"is Terraform 1\.10, and this needs 1\.11"):
        find_terraform({"PATH": str(tmp_path)})


@pytest.mark.parametrize(
    ("script", "message"),
    [
        ("#!/bin/sh\nexit 3\n", "not a working Terraform: exit status 3, and no output."),
        (
            "#!/bin/sh\necho broken. >&2\necho more >&2\nexit 1\n",
            "is not a working Terraform: broken. ",
        ),
        ("no program at all \0", "does not run: Exec format error."),
    ],
)
def test_a_program_that_is_not_terraform_is_an_error_that_quotes_its_output(
    script: str, message: str, tmp_path: Path
) -> None:
    program = tmp_path / "terraform"
    program.write_text(script)
    program.chmod(0o755)

    with pytest.raises(MissingToolError) as refused:
        find_terraform({"PATH": "", "TERRAFORM": str(program)})

    assert message in str(refused.value)
    assert "Install" in str(refused.value)
