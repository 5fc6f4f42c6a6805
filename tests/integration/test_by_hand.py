"""`./nox -s provision -- --empty`, and the commands that it prints."""

import os
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from itertools import dropwhile, takewhile
from pathlib import Path
from typing import Any

import pytest

from harness.checkout import ROOT
from harness.commands.provision import PROGRAMS
from harness.emulators.emulators import named_by
from harness.emulators.localstack import is_localstack
from harness.processes.children import Children
from harness.terraform.workspace import TFLOCAL, copied_workspace
from tests.integration.provisioned import Provisioned

LAST = "-m localfront serve"
# Nothing else changes these resources (no refresh); Go's garbage collection takes a fifth of the time.
QUICKLY = {"TF_CLI_ARGS_destroy": "-refresh=false", "GOGC": "400"}
SOON = 240  # seconds for all of `apply`, on a busy machine


@pytest.fixture
def typed(stack: Provisioned) -> Iterator[list[str]]:
    """The commands that `provision -- --empty` prints, while its emulator runs."""
    if is_localstack(stack.emulator.endpoint):
        pytest.skip("it starts a MiniStack, whatever the stack runs on")
    with subprocess.Popen(
        [sys.executable, "-m", "harness.commands.provision", "--empty"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout
        printed = takewhile(lambda line: LAST not in line, process.stdout)
        after = dropwhile(lambda line: not line.startswith("Ready"), printed)
        lines = [line.strip() for line in after if line.startswith("  ")]
        yield lines
        process.terminate()
        process.communicate(timeout=SOON)
    assert process.returncode == 130


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy, so that the original gets neither state nor override files."""
    with Children() as children:
        copied_workspace(
            tmp_path, terraform=Path("terraform"), environ=os.environ, children=children
        )
    # It is the environment's own program, which parses no file twice.
    tflocal = tmp_path / PROGRAMS.relative_to(ROOT) / "tflocal"
    tflocal.parent.mkdir(parents=True)
    tflocal.write_text(f'#!/bin/sh\nexec {sys.executable} {TFLOCAL} "$@"\n')
    tflocal.chmod(0o755)
    return tmp_path


def run(lines: list[str], directory: Path) -> None:
    """Type the lines into a shell, and `yes` at Terraform's prompt."""
    subprocess.run(
        ["/bin/sh", "-ec", "\n".join(lines)],
        cwd=directory,
        input="yes\n",
        text=True,
        check=True,
        timeout=SOON,
        stdout=subprocess.DEVNULL,
        env={**os.environ, **QUICKLY},
    )


def exported(lines: list[str]) -> dict[str, str]:
    settings = (line.removeprefix("export ") for line in lines if "export " in line)
    return dict(setting.split("=", maxsplit=1) for setting in settings)


def left(environment: dict[str, str]) -> list[Any]:
    emulator = named_by(environment)
    session: Any = emulator.session()

    def client(service: str) -> Any:
        return session.client(service, endpoint_url=emulator.endpoint)

    lists: list[Callable[[], list[Any]]] = [
        lambda: client("apigateway").get_rest_apis()["items"],
        lambda: client("cloudfront").list_distributions()["DistributionList"].get("Items", []),
        lambda: client("dynamodb").list_tables()["TableNames"],
        lambda: client("iam").list_roles()["Roles"],
        lambda: client("lambda").list_functions()["Functions"],
        lambda: client("s3").list_buckets()["Buckets"],
        lambda: client("secretsmanager").list_secrets()["SecretList"],
    ]
    return [thing for listed in lists for thing in listed()]


def test_tflocal_by_hand_can_apply_and_destroy(
    typed: list[str], checkout: Path, attached: Mapping[str, str]
) -> None:
    *before, apply, destroy = typed
    # `init` still installs a provider; the only difference is that it is not started seven times.
    quicker = [f"export {name}={shlex.quote(value)}" for name, value in attached.items()]
    again = [line for line in before if not line.endswith(" init")]

    run([*before, *quicker, apply], checkout)
    made = left(exported(before))
    run([*again, *quicker, destroy], checkout)

    assert len(made) > 10
    assert left(exported(before)) == []
