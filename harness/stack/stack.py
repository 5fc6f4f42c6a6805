"""The whole application on this machine: read this file first.

An emulator, the applied Terraform, the demonstration data, and localfront in front of them. They
are stopped in reverse order, however the run ends.
"""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

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
from harness.snapshots.made_from import MadeFrom, made_from
from harness.stack import kept_stack, reload, seeding, warming
from harness.stack.kept_stack import Kept
from harness.stack.run_directory import run_directory
from harness.terraform.binary import find_terraform
from harness.terraform.domain import make_zone_and_certificate
from harness.terraform.outputs import Outputs
from harness.terraform.workspace import Workspace, copied_workspace, variables


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """The parts to start. `session_ttl` is in seconds; without `localfront`, none is started.

    `dns_records` takes half a minute, and nothing local reads them. `frontend_sources` serves
    frontend/ without a build, so that files can be reloaded one by one. `every_option` switches on
    all of Terraform's options; LocalStack does not support them all. `continues` is a name: the run
    continues with the data of the last run of that name. A `fresh` run starts without a snapshot.
    `browsers` is how many use it at the same time: each function has a process for each.
    """

    name: str
    emulator: str
    session_ttl: int
    dns_records: bool = False
    frontend_sources: bool = False
    every_option: bool = False
    localfront: Localfront | None = None
    show_requests: bool = False
    continues: str = ""
    fresh: bool = False
    browsers: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack:
    """A running stack. `variables` are Terraform's arguments, for another plan.

    `localfront` has the actual ports.
    """

    emulator: Emulator
    outputs: Outputs
    workspace: Workspace
    variables: tuple[str, ...]
    logs: Path
    servers: Children
    kept: Kept | None = None
    localfront: Localfront | None = None


def start(
    wanted: Wanted, ending: ExitStack, *, environ: Mapping[str, str], progress: Progress
) -> Stack:
    """Start everything; `ending` stops it, including what Ctrl-C interrupts half started.

    A context manager would have a gap, between its last step and the first one of the block.
    """
    terraform = find_terraform(environ)
    end_leftovers()
    directory = taken(ending, run_directory(wanted.name))
    servers = taken(ending, Children(record=directory / PROCESSES))
    copy = copied_workspace(directory, terraform=terraform, environ=environ, children=servers)
    saved = kept_before(wanted, copy, environ=environ, progress=progress)
    emulator = prepare(wanted, copy, saved, environ=environ, progress=progress)
    stack_variables = variables_of(wanted, emulator, run=directory.name)
    workspace = copy.aimed_at(emulator)
    taken(ending, watching(emulator, servers))
    if not emulator.is_ours:
        ending.callback(destroy, workspace, stack_variables, progress)
    outputs = applied(workspace, stack_variables, saved, progress)
    if not emulator.is_ours:
        ending.callback(seeding.unseed, emulator, outputs)
    stack = Stack(
        emulator=emulator,
        outputs=outputs,
        workspace=workspace,
        variables=stack_variables,
        logs=directory / "logs",
        servers=servers,
        kept=saved,
    )
    return fill_and_open(stack, wanted, environ=environ, progress=progress)


def kept_before(
    wanted: Wanted, copy: Workspace, *, environ: Mapping[str, str], progress: Progress
) -> Kept | None:
    """The snapshots for this run; None if the emulator cannot be saved."""
    if wanted.emulator != "ministack":
        return None
    made_from = made_from_of(wanted, copy, environ)
    saved = Kept(
        name=wanted.continues or made_from.key[:16],
        made_from=made_from,
        directory=copy.directory.parent,
        configuration=copy.directory,
        progress=progress,
    )
    return saved if wanted.fresh else replace(saved, before=saved.put_in_place())


def made_from_of(wanted: Wanted, copy: Workspace, environ: Mapping[str, str]) -> MadeFrom:
    built = None if wanted.continues else packages.build()
    return made_from(copy.directory, ministacks_variables(wanted), environ, built)


def ministacks_variables(wanted: Wanted) -> tuple[str, ...]:
    return variables(
        session_ttl=wanted.session_ttl,
        dns_records=wanted.dns_records,
        frontend_sources=wanted.frontend_sources,
        every_option=wanted.every_option,
    )


def variables_of(wanted: Wanted, emulator: Emulator, *, run: str) -> tuple[str, ...]:
    """Terraform's variables; in a shared emulator, resource names have the run's prefix."""
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
    saved: Kept | None,
    *,
    environ: Mapping[str, str],
    progress: Progress,
) -> Emulator:
    """Run the independent preparations in parallel."""
    before = saved.before if saved else None
    is_built = saved is not None and not wanted.continues

    def start_emulator() -> Emulator:
        again = ", restored from the last run" if before else ""
        with progress.step(f"emulator ({wanted.emulator}){again}"):
            emulator = emulators.start(
                wanted.emulator,
                workspace.children,
                environ=environ,
                directory=workspace.directory.parent,
            )
            if not before:
                make_zone_and_certificate(emulator, zone=wanted.dns_records)
            return emulator

    def build_packages() -> None:
        with progress.step("packages of the Lambda functions"):
            packages.build()

    def init_terraform() -> None:
        with progress.step("terraform init"):
            workspace.init()
            if wanted.emulator == "ministack":
                workspace.write_override()

    others = [*([] if is_built else [build_packages]), *([] if before else [init_terraform])]
    emulator, *_ = side_by_side(workspace.children, start_emulator, *others)
    assert isinstance(emulator, Emulator)  # noqa: S101 -- for the types
    return emulator


def side_by_side(children: Children, *tasks: Callable[[], object]) -> list[object]:
    """Run tasks in parallel; returns their results. If one fails, `children` are ended for all."""
    with ThreadPoolExecutor() as pool:
        try:
            futures = [pool.submit(task) for task in tasks]
            for done in as_completed(futures):
                done.result()
        except BaseException:
            children.close()
            raise
    return [future.result() for future in futures]


def applied(
    workspace: Workspace,
    stack_variables: tuple[str, ...],
    saved: Kept | None,
    progress: Progress,
) -> Outputs:
    """Terraform's outputs, after an apply unless the stack was restored."""
    if saved and saved.before:
        return saved.before.outputs
    with progress.step("terraform apply"):
        return workspace.apply(stack_variables)


def fill_and_open(
    stack: Stack, wanted: Wanted, *, environ: Mapping[str, str], progress: Progress
) -> Stack:
    """Seed the stack and start its localfront, if wanted; returns the stack."""
    before = wanted.localfront
    if before is None:
        fill(stack, wanted, progress)
        warming.warm_meanwhile(stack.emulator, stack.outputs, processes=wanted.browsers)
        return stack

    def start_localfront() -> Localfront:
        with progress.step("localfront"):
            return localfront_process.start(
                before,
                stack.servers,
                edge_function_name=stack.outputs.edge_function_name,
                environment=stack.emulator.environment(environ),
                log=stack.logs / "localfront.log",
                echo=wanted.show_requests,
            )

    localfront, _ = side_by_side(
        stack.servers, start_localfront, lambda: fill(stack, wanted, progress)
    )
    assert isinstance(localfront, Localfront)  # noqa: S101 -- for the types
    # Not earlier: a process for each function would slow localfront's start.
    warming.warm_meanwhile(stack.emulator, stack.outputs, processes=wanted.browsers)
    return replace(stack, localfront=localfront)


def fill(stack: Stack, wanted: Wanted, progress: Progress) -> None:
    """Write the demonstration's data, and upload edits made since a restored stack was saved."""
    saved = stack.kept
    if saved is None or saved.needs_seeding:
        with progress.step("users and log entries"):
            seeding.seed(stack.emulator, stack.outputs)
    if saved and saved.before is None:
        saved.keep(stack.emulator, stack.outputs)
    if saved and saved.before and wanted.continues:
        kept_stack.forgive_failed_logins(stack.emulator)
        reload.catch_up(stack.emulator, stack.outputs, progress)


def destroy(workspace: Workspace, stack_variables: tuple[str, ...], progress: Progress) -> None:
    with progress.step("terraform destroy"):
        workspace.destroy(stack_variables)
