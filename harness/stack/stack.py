"""The whole application on this machine: read this file first.

An emulator, Terraform's apply on it, the demonstration data, and localfront before it
all. Everything that was started is ended in reverse order, however the run ends.
"""

from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from harness.emulators import emulators
from harness.emulators.emulators import Emulator
from harness.emulators.localstack import is_localstack
from harness.emulators.watch import watching
from harness.packaging import packages
from harness.processes import localfront_process
from harness.processes.children import Children
from harness.processes.leftovers import PROCESSES, end_leftovers
from harness.processes.localfront_process import Localfront
from harness.processes.signals import taken
from harness.progress import Progress
from harness.stack import seeding, warming
from harness.stack.run_directory import run_directory
from harness.terraform.binary import find_terraform
from harness.terraform.domain import make_zone_and_certificate
from harness.terraform.outputs import Outputs
from harness.terraform.workspace import Workspace, copied_workspace, variables


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What to start. `session_ttl` is in seconds; without `localfront`, none is started.

    `dns_records` costs half a minute, and nothing local reads them. `frontend_sources`
    serves frontend/ as it lies there, which can be reloaded file by file. `every_option` of
    Terraform's is on where the emulator knows them all; LocalStack does not.
    """

    name: str
    emulator: str
    session_ttl: int
    dns_records: bool = False
    frontend_sources: bool = False
    every_option: bool = False
    localfront: Localfront | None = None
    show_requests: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack:
    """What is running. `variables` are Terraform's arguments, for another plan.

    `localfront` has the ports that it took.
    """

    emulator: Emulator
    outputs: Outputs
    workspace: Workspace
    variables: tuple[str, ...]
    logs: Path
    servers: Children
    localfront: Localfront | None = None


def start(
    wanted: Wanted, ending: ExitStack, *, environ: Mapping[str, str], progress: Progress
) -> Stack:
    """Start everything; `ending` takes it down again, also what a Ctrl-C leaves half started.

    A context manager of its own would have a gap: between its last step and the first one of
    the block that it is for.
    """
    terraform = find_terraform(environ)
    end_leftovers()
    directory = taken(ending, run_directory(wanted.name))
    servers = taken(ending, Children(record=directory / PROCESSES))
    copy = copied_workspace(directory, terraform=terraform, environ=environ, children=servers)
    emulator = prepare(wanted, copy, environ=environ, progress=progress)
    stack_variables = variables_of(wanted, emulator, run=directory.name)
    workspace = copy.aimed_at(emulator)
    taken(ending, watching(emulator, servers))
    if not emulator.is_ours:
        ending.callback(destroy, workspace, stack_variables, progress)
    with progress.step("terraform apply"):
        outputs = workspace.apply(stack_variables)
    if not emulator.is_ours:
        ending.callback(seeding.unseed, emulator, outputs)
    stack = Stack(
        emulator=emulator,
        outputs=outputs,
        workspace=workspace,
        variables=stack_variables,
        logs=directory / "logs",
        servers=servers,
    )
    return fill_and_open(stack, wanted, environ=environ, progress=progress)


def variables_of(wanted: Wanted, emulator: Emulator, *, run: str) -> tuple[str, ...]:
    """In an emulator that others use as well, resources have the run's own name."""
    return variables(
        session_ttl=wanted.session_ttl,
        dns_records=wanted.dns_records,
        frontend_sources=wanted.frontend_sources,
        every_option=wanted.every_option and not is_localstack(emulator.endpoint),
        name=None if emulator.is_ours else run,
    )


def prepare(
    wanted: Wanted,
    workspace: Workspace,
    *,
    environ: Mapping[str, str],
    progress: Progress,
) -> Emulator:
    """Do side by side what does not depend on each other."""

    def start_emulator() -> Emulator:
        with progress.step(f"emulator ({wanted.emulator})"):
            emulator = emulators.start(
                wanted.emulator,
                workspace.children,
                environ=environ,
                directory=workspace.directory.parent,
            )
            make_zone_and_certificate(emulator, zone=wanted.dns_records)
            return emulator

    def build_packages() -> None:
        with progress.step("packages of the Lambda functions"):
            packages.build()

    def init_terraform() -> None:
        with progress.step("terraform init"):
            workspace.init()

    with ThreadPoolExecutor() as pool:
        try:
            emulator = pool.submit(start_emulator)
            tasks: list[Future[Any]] = [
                emulator,
                pool.submit(build_packages),
                pool.submit(init_terraform),
            ]
            for done in as_completed(tasks):
                done.result()
        except BaseException:
            workspace.children.close()  # so that the others end soon
            raise
    return emulator.result()


def fill_and_open(
    stack: Stack, wanted: Wanted, *, environ: Mapping[str, str], progress: Progress
) -> Stack:
    """Return the stack with its localfront, where one is wanted."""
    with progress.step("users and log entries"):
        seeding.seed(stack.emulator, stack.outputs)
    warming.warm(stack.emulator, stack.outputs)
    if wanted.localfront is None:
        return stack
    with progress.step("localfront"):
        localfront = localfront_process.start(
            wanted.localfront,
            stack.servers,
            edge_function_name=stack.outputs.edge_function_name,
            environment=stack.emulator.environment(environ),
            log=stack.logs / "localfront.log",
            echo=wanted.show_requests,
        )
    return replace(stack, localfront=localfront)


def destroy(workspace: Workspace, stack_variables: tuple[str, ...], progress: Progress) -> None:
    with progress.step("terraform destroy"):
        workspace.destroy(stack_variables)
