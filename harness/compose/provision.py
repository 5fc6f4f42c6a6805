"""The service `provision`: packages, `tflocal apply`, pages and demonstration data, once.

Running it again only does what is missing. A run that was killed may have created resources that
Terraform's state does not contain; the next run then resets the emulators and starts again.
"""

import os
import re
import sys
import tempfile
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError

from harness.checkout import COMPOSE_STATE
from harness.commands import command_line
from harness.compose.handover import Handover
from harness.emulators import emulators, localstack, resetting
from harness.emulators.emulators import Emulator
from harness.emulators.watch import watching
from harness.errors import HarnessError, ProvisioningError
from harness.packaging import packages
from harness.processes.children import Children
from harness.processes.signals import giving_back, taken
from harness.progress import Progress, print_line
from harness.stack import seeding, warming
from harness.terraform.binary import find_terraform
from harness.terraform.domain import make_zone_and_certificate
from harness.terraform.outputs import Outputs
from harness.terraform.workspace import Workspace, copied_workspace, variables
from lambdas.settings import LONGEST

AGAIN = "Fix the cause, then run `docker compose up --detach --wait` again."


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """Terraform's state, in a volume.

    `unfinished` exists while an apply runs, or if one was killed.
    """

    file: Path = COMPOSE_STATE / "terraform.tfstate"
    unfinished: Path = COMPOSE_STATE / "unfinished"

    def forget(self) -> None:
        for file in COMPOSE_STATE.glob("*.tfstate*"):
            file.unlink()

    def arguments(self) -> dict[str, str]:
        """The environment for Terraform to use this state."""
        option = f"-state={self.file}"
        return {"TF_CLI_ARGS_apply": option, "TF_CLI_ARGS_output": option}


def main() -> int:
    code = command_line.run(lambda: provision(os.environ, Progress()))
    if code == command_line.INTERRUPTED:
        print_line("provision was interrupted. Run `docker compose up` to start it again.")
    return code


def provision(environ: Mapping[str, str], progress: Progress) -> int:
    """Provision, and return the exit code; the last line of a failure has reason and remedy."""
    try:
        handover = provisioned(environ, State(), progress)
    except (HarnessError, OSError, BotoCoreError, ClientError) as error:
        reason, *details = str(error).strip().splitlines()
        print_line("\n".join(details))
        print_line(f"provision failed: {reason.rstrip('.')}. {AGAIN}")
        return command_line.FAILED
    handover.write()
    progress.say("provisioned")
    return 0


def provisioned(environ: Mapping[str, str], state: State, progress: Progress) -> Handover:
    terraform = find_terraform(environ)
    emulator = found(environ)
    lifetime = session_ttl(environ)
    if state.unfinished.exists():
        with progress.step("an earlier run was interrupted: resetting the emulators"):
            resetting.reset(emulator)
            state.forget()
    state.unfinished.touch()

    def made(ending: ExitStack) -> Outputs:
        copy = copied_workspace(
            Path(taken(ending, tempfile.TemporaryDirectory())),
            terraform=terraform,
            environ=environ,
            children=taken(ending, Children()),
        )
        return applied(copy, emulator, state, session_ttl=lifetime, progress=progress)

    outputs = giving_back(made)
    state.unfinished.unlink()
    with progress.step("users and log entries"):
        seeding.seed(emulator, outputs)
    warming.warm(emulator, outputs)
    return Handover(emulator=emulator, outputs=outputs)


def found(environ: Mapping[str, str]) -> Emulator:
    """The emulators in `environ`; a LocalStack with CloudFront is used alone."""
    emulator = emulators.external(environ)
    if localstack.has_cloudfront(emulator.endpoint):
        return replace(emulator, cloudfront_endpoint=emulator.endpoint)
    return emulator


def applied(
    copy: Workspace,
    emulator: Emulator,
    state: State,
    *,
    session_ttl: int,
    progress: Progress,
) -> Outputs:
    with progress.step("packages of the Lambda functions"):
        packages.build()
        make_zone_and_certificate(emulator, zone=False)
    with progress.step("terraform init"):
        copy.init()
    with progress.step("terraform apply"):
        workspace = copy.aimed_at(emulator).with_environment(state.arguments())
        stack_variables = variables(session_ttl=session_ttl, dns_records=False)
        try:
            # Terraform would retry an unreachable LocalStack for many minutes.
            with watching(emulator, copy.children):
                return workspace.apply(stack_variables)
        except ProvisioningError:
            state.unfinished.unlink()  # Terraform exited by itself: its state is complete
            raise


def session_ttl(environ: Mapping[str, str]) -> int:
    """SESSION_TTL in seconds. Raises HarnessError if it is not an integer."""
    text = environ.get("SESSION_TTL", "60")
    if not re.fullmatch(r"[0-9]{1,9}", text) or not 1 <= int(text) <= LONGEST:
        raise HarnessError(
            f"SESSION_TTL is {text!r}: give a number of seconds from 1 to {LONGEST}."
        )
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
