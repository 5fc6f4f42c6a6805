import json
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields
from pathlib import Path

import pytest

from harness.checkout import TERRAFORM
from harness.emulators.emulators import Emulator, named_by
from harness.errors import ChildEndedError, ProvisioningError
from harness.processes.children import Children
from harness.processes.file_lock import locked
from harness.terraform.outputs import Outputs
from harness.terraform.workspace import (
    NOWHERE,
    OVERRIDE,
    STATE_FILE,
    Workspace,
    by_hand,
    copied_workspace,
    variables,
)

SAID = [field.name for field in fields(Outputs)]
OFFLINE = """\
Error: Failed to query available provider packages

Could not retrieve the list of available versions for provider hashicorp/aws
"""
WRONG = """\
Planning ...
Error: Invalid reference

  on api.tf line 3
"""
ANNOUNCED = """\
Error: Terraform encountered problems during initialisation, including problems
with the configuration, described below.

Error: Missing name for output
"""


@pytest.fixture
def children() -> Iterator[Children]:
    with Children() as opened:
        yield opened


def workspace_whose_terraform_says(text: str, directory: Path, children: Children) -> Workspace:
    (directory / "said").write_text(text)
    program = directory / "a-terraform"
    program.write_text(f"#!/bin/sh\ncat '{directory}/said' >&2\nexit 1\n")
    program.chmod(0o755)
    return copied_workspace(directory, terraform=program, environ=os.environ, children=children)


def test_an_unavailable_provider_is_a_one_line_error_with_the_remedy(
    tmp_path: Path, children: Children
) -> None:
    workspace = workspace_whose_terraform_says(OFFLINE, tmp_path, children)

    with pytest.raises(ProvisioningError, match="TF_CLI_CONFIG_FILE") as error:
        workspace.init()

    assert "\n" not in str(error.value)


def test_terraforms_own_error_is_quoted_from_where_it_begins(
    tmp_path: Path, children: Children
) -> None:
    workspace = workspace_whose_terraform_says(WRONG, tmp_path, children)

    with pytest.raises(ProvisioningError) as error:
        workspace.init()

    assert str(error.value).startswith("Terraform failed. Error: Invalid reference")
    assert "api.tf line 3" in str(error.value)


@pytest.mark.parametrize("refresh", [True, False])
def test_outputs_saved_with_the_state_are_not_queried_again(
    refresh: bool, tmp_path: Path, children: Children
) -> None:
    program = tmp_path / "a-terraform"
    program.write_text(
        '#!/bin/sh\n[ $1 != version ] || exec echo \'{"terraform_version": "1.11.4"}\'\n'
        f"echo $* $GOGC >>'{tmp_path}/asked'\nexit 1\n"
    )
    program.chmod(0o755)
    workspace = copied_workspace(tmp_path, terraform=program, environ=os.environ, children=children)
    (workspace.directory / ".terraform").mkdir()  # initialized
    aimed = workspace.aimed_at(named_by({"AWS_ENDPOINT_URL": "http://127.0.0.1:9"}))

    with pytest.raises(ProvisioningError):
        aimed.apply(["-var=a=b"], refresh=refresh)

    requests = (tmp_path / "asked").read_text().strip()
    assert requests.startswith("apply ")
    assert ("-refresh=false" in requests) is not refresh
    assert requests.endswith("-var=a=b 400")


def test_two_runs_do_not_write_the_plugin_cache_at_once(tmp_path: Path, children: Children) -> None:
    log = tmp_path / "log"
    program = tmp_path / "a-terraform"
    program.write_text(f"#!/bin/sh\necho begins >>'{log}'; sleep 0.2; echo ends >>'{log}'\n")
    program.chmod(0o755)
    workspace = Workspace(
        directory=tmp_path,
        terraform=program,
        environment={"PATH": os.defpath, "TF_PLUGIN_CACHE_DIR": str(tmp_path)},
        children=children,
    )

    with ThreadPoolExecutor() as pool:
        for run in [pool.submit(workspace.init) for _ in range(2)]:
            run.result(240)

    assert log.read_text().split() == ["begins", "ends"] * 2


def test_a_terminated_run_does_not_wait_for_anothers_download(
    tmp_path: Path, children: Children
) -> None:
    workspace = Workspace(
        directory=tmp_path,
        terraform=Path("/bin/true"),
        environment={"PATH": os.defpath, "TF_PLUGIN_CACHE_DIR": str(tmp_path)},
        children=children,
    )
    with (
        locked(tmp_path / "captains-log.lock", unless=lambda: False),
        ThreadPoolExecutor() as pool,
    ):
        waits = pool.submit(workspace.init)
        children.close()

        with pytest.raises(ChildEndedError, match="was not started"):
            waits.result(timeout=20)


def test_the_original_folder_is_not_modified(tmp_path: Path, children: Children) -> None:
    before = sorted(path.name for path in TERRAFORM.iterdir())
    workspace = workspace_whose_terraform_says("", tmp_path, children)

    assert (workspace.directory / "terraform.tf").exists()
    assert not (workspace.directory / ".terraform").exists()
    assert sorted(path.name for path in TERRAFORM.iterdir()) == before


def test_a_real_accounts_settings_do_not_reach_terraform(
    tmp_path: Path, children: Children
) -> None:
    environ = {"PATH": os.defpath, "AWS_PROFILE": "live", "TF_VAR_domain": "live.org"}

    workspace = copied_workspace(
        tmp_path, terraform=Path("terraform"), environ=environ, children=children
    )

    assert "AWS_PROFILE" not in workspace.environment
    assert "TF_VAR_domain" not in workspace.environment


@pytest.mark.parametrize(
    "variable", ["TF_DATA_DIR", "TF_WORKSPACE", "TF_CLI_ARGS", "TF_CLI_ARGS_apply"]
)
def test_the_shells_terraform_variables_do_not_reach_ours(
    variable: str, tmp_path: Path, children: Children
) -> None:
    workspace = copied_workspace(
        tmp_path,
        terraform=Path("terraform"),
        environ={"PATH": os.defpath, variable: "live"},
        children=children,
    )

    assert variable not in workspace.environment


def test_terraform_inits_preamble_is_not_quoted_as_the_error(
    tmp_path: Path, children: Children
) -> None:
    workspace = workspace_whose_terraform_says(ANNOUNCED, tmp_path, children)

    with pytest.raises(ProvisioningError) as error:
        workspace.init()

    assert str(error.value) == "Terraform failed. Error: Missing name for output"


def test_runs_in_a_shared_emulator_have_unique_names() -> None:
    ours = variables(session_ttl=60, dns_records=False)
    shared = variables(session_ttl=60, dns_records=False, name="e2e-123")

    assert shared == (*ours, "-var=name=e2e-123")


def test_the_instructions_name_the_emulator_even_if_this_shell_does() -> None:
    emulator = named_by({"AWS_ENDPOINT_URL": "http://localhost:4566"})
    environ = {"AWS_ENDPOINT_URL": "http://localhost:4566", "HOME": "/home/picard"}

    exports = by_hand(emulator, environ, terraform=Path("/bin/terraform"))

    assert exports["AWS_ENDPOINT_URL"] == "http://localhost:4566"
    assert exports["TF_CMD"] == "/bin/terraform"
    assert "HOME" not in exports


def test_tflocals_override_file_targets_the_emulator_and_is_removed_afterwards(
    tmp_path: Path, children: Children
) -> None:
    program = tmp_path / "a-terraform"
    program.write_text(f'#!/bin/sh\ncat {OVERRIDE}; echo "$@"\n')
    program.chmod(0o755)
    (tmp_path / OVERRIDE).write_text(
        f's3 = "{NOWHERE.endpoint}"\ncloudfront = "{NOWHERE.cloudfront_endpoint}"\n'
    )
    emulator = Emulator(
        name="ours", endpoint="http://127.0.0.1:10", cloudfront_endpoint="http://127.0.0.1:20"
    )
    workspace = Workspace(
        directory=tmp_path, terraform=program, environment={"PATH": os.defpath}, children=children
    ).aimed_at(emulator)

    done = workspace.as_tflocal("apply", "-no-color")

    assert done.stdout.splitlines() == [
        's3 = "http://127.0.0.1:10"',
        'cloudfront = "http://127.0.0.1:20"',
        "apply -no-color",
    ]
    assert not (tmp_path / OVERRIDE).exists()  # tflocal refuses to run beside it


def test_outputs_are_read_from_the_state(tmp_path: Path, children: Children) -> None:
    document: dict[str, dict[str, object]] = {name: {"value": name} for name in SAID}
    document["function_names"] = {"value": ["login"]}
    (tmp_path / STATE_FILE).write_text(json.dumps({"version": 4, "outputs": document}))
    workspace = Workspace(
        directory=tmp_path, terraform=Path("none"), environment={}, children=children
    )

    outputs = workspace.outputs_of_state()

    assert outputs.distribution_id == "distribution_id"
    assert outputs.function_names == ("login",)
