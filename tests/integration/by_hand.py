"""The commands that `./nox -s provision -- --empty` prints, typed into a shell beside other tests."""

import os
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import dropwhile, takewhile
from pathlib import Path
from typing import Any

import boto3

from harness.checkout import ROOT
from harness.processes.children import Children
from harness.terraform.workspace import copied_workspace

LAST = "-m localfront serve"
# Nothing else changes these resources: no refresh. Go's garbage collection takes a fifth.
QUICKLY = {"TF_CLI_ARGS_destroy": "-refresh=false", "GOGC": "400"}
SOON = 240  # seconds for all of `apply`, on a busy machine


@dataclass(frozen=True, slots=True)
class ByHand:
    """What was in the emulator after `apply`, and after `destroy`."""

    applied: list[Any]
    destroyed: list[Any]


@contextmanager
def typing(checkout: Path, attached: Mapping[str, str]) -> Iterator[Future[ByHand]]:
    """Type them in a thread, in a copy of the checkout, on an emulator of their own.

    `attached` are the variables of a provider that runs already.
    """
    with Children() as children:
        copied_workspace(
            checkout, terraform=Path("terraform"), environ=os.environ, children=children
        )
    (checkout / ".nox").symlink_to(ROOT / ".nox")
    with (
        subprocess.Popen(
            [sys.executable, "-m", "harness.commands.provision", "--empty"],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        ) as process,
        ThreadPoolExecutor(1) as thread,
    ):
        yield thread.submit(_typed, process, checkout, attached)
        process.terminate()


def _typed(process: "subprocess.Popen[str]", checkout: Path, attached: Mapping[str, str]) -> ByHand:
    assert process.stdout
    said = takewhile(lambda line: LAST not in line, process.stdout)
    after = dropwhile(lambda line: not line.startswith("Ready"), said)
    *before, apply, destroy = [line.strip() for line in after if line.startswith("  ")]
    # `init` still installs a provider; the only difference is that it is not started seven times.
    quicker = [f"export {name}={shlex.quote(value)}" for name, value in attached.items()]
    again = [line for line in before if not line.endswith(" init")]

    _run([*before, *quicker, apply], checkout)
    applied = _what_is_there(_exported(before))
    _run([*again, *quicker, destroy], checkout)
    destroyed = _what_is_there(_exported(before))

    process.terminate()
    process.communicate(timeout=SOON)
    assert process.returncode == 130
    return ByHand(applied, destroyed)


def _run(lines: list[str], directory: Path) -> None:
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


def _exported(lines: list[str]) -> dict[str, str]:
    settings = (line.removeprefix("export ") for line in lines if "export " in line)
    return dict(setting.split("=", maxsplit=1) for setting in settings)


def _what_is_there(environment: Mapping[str, str]) -> list[Any]:
    session: Any = boto3.Session(
        aws_access_key_id="test",
        aws_secret_access_key="test",
        region_name=environment["AWS_REGION"],
    )

    def client(service: str) -> Any:
        return session.client(service, endpoint_url=environment["AWS_ENDPOINT_URL"])

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
