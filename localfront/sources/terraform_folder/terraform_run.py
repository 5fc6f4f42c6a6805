"""Run `terraform test` with only our test file, for the resulting state or plan.

The user's AWS environment is not passed on, and requests to other hosts are redirected to the stub.
`-filter` prevents the user's own test files from running, which may really apply.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from localfront.errors import ConfigError
from localfront.sources.terraform_folder.diagnostics import errors_of
from localfront.sources.terraform_folder.settings import TerraformSettings
from localfront.sources.terraform_folder.shown import (
    document_of_plan,
    document_of_state,
)

LIFELINE = Path(__file__).with_name("lifeline.py")
PATIENCE = 300  # seconds for one run, on a busy machine
KEPT = ("HOME", "LANG", "PATH", "TMPDIR", "TF_CLI_CONFIG_FILE", "TF_DATA_DIR")
KEPT_PREFIXES = ("TF_VAR_", "LC_")
DIRECTORY = ".terraform/localfront"


def terraform_binary(path: str | None) -> str:
    """The terraform program on `path`, as in PATH. Raises ConfigError if it is not there."""
    found = shutil.which("terraform", path=path) or shutil.which("tofu", path=path)
    if found is None:
        raise ConfigError(
            "A folder with Terraform needs `terraform` on PATH, to evaluate it. Install it, or give "
            "the output of `terraform show -json` as --config."
        )
    return found


def run_test(folder: Path, text: str, environ: Mapping[str, str], *options: str) -> dict[str, Any]:
    """The run's output as of `terraform show -json`, a state or a plan.

    `environ` is all of its environment. Raises ConfigError with Terraform's own message.
    """
    with _file(folder, text) as name:
        command = [
            *(
                terraform_binary(environ.get("PATH")),
                "test",
                f"-test-directory={DIRECTORY}",
            ),
            *(f"-filter={name}", "-json", "-verbose", *options),
        ]
        output = _output(command, folder, environ)
    return _document(output.splitlines(), folder)


@contextmanager
def _file(folder: Path, text: str) -> Iterator[str]:
    """Our test file during the run. The process id in its name keeps two runs apart."""
    name = f"{DIRECTORY}/localfront-{os.getpid()}.tftest.hcl"
    path = folder / name
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        yield name
    except OSError as error:
        raise ConfigError(
            f"{error.filename} can't be written: {error.strerror}. Terraform needs its own folder "
            "there."
        ) from error
    finally:
        path.unlink(missing_ok=True)


def isolated_environment(settings: TerraformSettings, stub_url: str) -> dict[str, str]:
    """The environment of Terraform and its providers: nothing of the user's AWS, only the stub."""
    kept = {
        name: value
        for name, value in settings.environment.items()
        if name in KEPT or name.startswith(KEPT_PREFIXES)
    }
    nowhere = dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"), stub_url)
    return {
        **kept,
        **nowhere,
        "AWS_ACCESS_KEY_ID": "localfront",
        "AWS_SECRET_ACCESS_KEY": "localfront",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_ENDPOINT_URL": stub_url,
        "AWS_MAX_ATTEMPTS": "1",
        "AWS_REGION": "us-east-1",  # for a provider that does not write one
        "CHECKPOINT_DISABLE": "1",
        # The provider's schema is 14 MB of JSON: collecting garbage less often spares a sixth.
        "GOGC": "400",
        "TF_IN_AUTOMATION": "1",
        "TF_INPUT": "0",
    }


def _output(command: list[str], folder: Path, environment: Mapping[str, str]) -> str:
    with ending_with_us(command, folder, environment) as process:
        try:
            output, _ = process.communicate(timeout=PATIENCE)
        except BaseException as error:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            if isinstance(error, subprocess.TimeoutExpired):
                raise ConfigError(
                    f"{folder}: Terraform took more than {PATIENCE} s and was stopped. Check whether "
                    "`terraform validate` works."
                ) from error
            raise
    return output


@contextmanager
def ending_with_us(
    command: list[str], folder: Path, environment: Mapping[str, str]
) -> Iterator[subprocess.Popen[str]]:
    """Terraform or a provider, which ends with this process, so that none is left running."""
    ours, lifeline = os.pipe()
    try:
        process = subprocess.Popen(  # noqa: S603 -- the user's own Terraform
            [sys.executable, "-IS", str(LIFELINE), str(ours), *command],
            cwd=folder,
            env=environment,
            pass_fds=(ours,),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
    finally:
        os.close(ours)
    try:
        yield process
    finally:
        os.close(lifeline)


def _document(lines: Sequence[str], folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = {}
    errors: list[Mapping[str, Any]] = []
    for line in lines:
        try:
            message = json.loads(line)
        except ValueError:
            continue
        kind = message.get("type")
        if kind == "test_state":
            found = document_of_state(message[kind])
        elif kind == "test_plan":
            found = document_of_plan(message[kind])
        elif kind == "diagnostic" and message.get("@level") == "error":
            errors.append(message["diagnostic"])
    if errors:
        raise ConfigError(*errors_of(errors, folder))
    if not found:
        tail = " ".join(lines[-3:])[:600] or "nothing"
        raise ConfigError(f"{folder}: Terraform returned no state. It printed: {tail}")
    return found
