"""Run Terraform on a copy of terraform/, so that its files do not clutter the original.

The copy, the state and Terraform's data folder are in one directory, which belongs to one run.
`tflocal` points Terraform at an emulator: it writes an override file with the endpoints into the
copy.
"""

import json
import shutil
import signal
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

from harness.checkout import BUILD, FRONTEND, TERRAFORM, TERRAFORM_PLUGINS
from harness.emulators.emulators import Emulator, without_aws
from harness.errors import ProvisioningError
from harness.processes.children import Children, Finished
from harness.processes.file_lock import locked
from harness.terraform.kept_provider import kept_provider
from harness.terraform.outputs import Outputs

NOWHERE = Emulator(  # a placeholder that no emulator uses
    name="nowhere", endpoint="http://127.0.0.1:1", cloudfront_endpoint="http://127.0.0.1:2"
)
TFLOCAL = Path(__file__).with_name("quick_tflocal.py")  # not imported: its parser takes time
OVERRIDE = "localstack_providers_override.tf"  # tflocal's
STATE_FILE = "terraform.tfstate"  # beside the copy
NO_REFRESH: dict[bool, tuple[str, ...]] = {True: (), False: ("-refresh=false",)}
NO_CHANGES, CHANGES = 0, 2  # of `terraform plan -detailed-exitcode`
# Variables that a shell may have for another configuration; all runs would share TF_DATA_DIR.
OTHERS = ("TF_VAR_", "TF_CLI_ARGS", "TF_DATA_DIR", "TF_WORKSPACE")


@dataclass(frozen=True, slots=True, kw_only=True)
class Workspace:
    """A copy of terraform/ in `directory`; `environment` is Terraform's.

    Resources of a `scratch` workspace are gone with the run, so Terraform may be killed.
    """

    directory: Path
    terraform: Path
    environment: Mapping[str, str]
    children: Children
    scratch: bool = False

    def aimed_at(self, emulator: Emulator) -> "Workspace":
        aimed = self.with_environment(emulators_environment(emulator))
        return replace(aimed, scratch=emulator.is_ours)

    def with_environment(self, settings: Mapping[str, str]) -> "Workspace":
        return replace(self, environment={**self.environment, **settings})

    def init(self) -> None:
        """Run `terraform init`. Raises ProvisioningError, for example without its provider."""
        with ExitStack() as alone:
            if cache := self.environment.get("TF_PLUGIN_CACHE_DIR"):
                # Concurrent downloads into the plugin cache are not safe.
                lock = Path(cache, "captains-log.lock")
                alone.enter_context(locked(lock, unless=self.children.is_closed))
            self.require(self.run("init", "-backend=false", "-no-color", "-input=false"))

    def init_unless_done(self) -> None:
        """Run `terraform init` once; a restored stack needs it only before a change."""
        if not (self.directory / ".terraform").exists():
            self.init()

    def apply(self, arguments: Sequence[str], *, refresh: bool = True) -> Outputs:
        """Run `terraform apply`; `arguments` are those from `variables`.

        Without `refresh` Terraform trusts its state instead of reading all resources.
        """
        options = ("-auto-approve", "-no-color", "-input=false", *NO_REFRESH[refresh])
        command = ("apply", *options, *arguments)
        if not self.scratch:
            self.require(self.tflocal(*command))
            return self.outputs()
        self.init_unless_done()
        with self.provided() as attached:
            self.require(attached.as_tflocal(*command))
        return self.outputs_of_state()

    @contextmanager
    def provided(self) -> Iterator["Workspace"]:
        """The workspace with the provider kept running, if possible."""
        with kept_provider(self.directory, self.environment) as attached:
            yield self.with_environment(attached)

    def has_changes(self, arguments: Sequence[str]) -> bool:
        """Whether another `apply` would change anything."""
        plan = self.tflocal("plan", "-detailed-exitcode", "-no-color", "-input=false", *arguments)
        return self.require(plan, accept=(NO_CHANGES, CHANGES)).returncode == CHANGES

    def destroy(self, arguments: Sequence[str]) -> None:
        self.require(
            self.tflocal("destroy", "-auto-approve", "-no-color", "-input=false", *arguments)
        )

    def outputs(self) -> Outputs:
        document = self.require(self.run("output", "-json"))
        return Outputs.parse(json.loads(document.stdout))

    def outputs_of_state(self) -> Outputs:
        """The outputs as read from the state file, without starting Terraform.

        They have the form of `terraform output -json`.
        """
        return Outputs.parse(json.loads((self.directory / STATE_FILE).read_text())["outputs"])

    def tflocal(self, *arguments: str) -> Finished:
        """Run a Terraform command against the emulator."""
        self.init_unless_done()
        return self.children.run(
            [sys.executable, TFLOCAL, *arguments],
            env=self.environment,
            cwd=self.directory,
            first=signal.SIGKILL if self.scratch else signal.SIGTERM,
        )

    def write_override(self) -> None:
        """Let tflocal write its override file in advance; the endpoints are filled in later.

        It takes half a second of processor time.
        """
        nowhere = self.with_environment(emulators_environment(NOWHERE) | {"DRY_RUN": "1"})
        self.require(nowhere.tflocal("apply"))

    def as_tflocal(self, *arguments: str) -> Finished:
        """Run a command as `tflocal` would, with the file from `write_override`."""
        override = self.directory / OVERRIDE
        if not override.exists():
            return self.tflocal(*arguments)
        endpoints = {
            NOWHERE.endpoint: self.environment["AWS_ENDPOINT_URL"],
            NOWHERE.cloudfront_endpoint: self.environment["CLOUDFRONT_ENDPOINT"],
        }
        text = override.read_text()
        for nowhere, endpoint in endpoints.items():
            text = text.replace(f'"{nowhere}"', f'"{endpoint}"')
        override.write_text(text)
        try:
            return self.children.run(
                [self.terraform, *arguments],
                env=self.environment,
                cwd=self.directory,
                first=signal.SIGKILL if self.scratch else signal.SIGTERM,
            )
        finally:
            override.unlink()

    def run(self, *arguments: str) -> Finished:
        return self.children.run(
            [self.terraform, *arguments], env=self.environment, cwd=self.directory
        )

    def require(self, finished: Finished, *, accept: tuple[int, ...] = (0,)) -> Finished:
        """Raise ProvisioningError, with Terraform's output, for other exit codes."""
        if finished.returncode in accept:
            return finished
        output = (finished.stdout + finished.stderr).strip()
        if "Failed to query available provider packages" in output:
            raise ProvisioningError(
                "Terraform cannot get the AWS provider: its registry is unreachable, and there is "
                "no local copy. Go online once, or let TF_CLI_CONFIG_FILE name a provider mirror."
            )
        # `init` prints a general error before the actual ones.
        begin = output.find("Error:", output.find("described below.") + 1)
        raise ProvisioningError(f"Terraform failed. {output[max(begin, 0) :]}")


def copied_workspace(
    directory: Path,
    *,
    terraform: Path,
    environ: Mapping[str, str],
    children: Children,
) -> Workspace:
    """Copy terraform/ into `directory`, before the emulator is known.

    Links beside it lead to the pages and archives, so that relative paths are valid.
    """
    copy = directory / "terraform"
    not_ours = shutil.ignore_patterns(".terraform*", "*.tfstate*", "*_providers_override.tf")
    shutil.copytree(TERRAFORM, copy, ignore=not_ours)
    for neighbour in (FRONTEND, BUILD):
        (directory / neighbour.name).symlink_to(neighbour)
    return Workspace(
        directory=copy,
        terraform=terraform,
        environment=terraforms_environment(environ, terraform=terraform),
        children=children,
    )


def variables(
    *,
    session_ttl: int,
    dns_records: bool,
    frontend_sources: bool = False,
    every_option: bool = False,
    name: str | None = None,
) -> tuple[str, ...]:
    """The arguments that set Terraform's variables; `session_ttl` is in seconds.

    `name` is the prefix of resource names; None is Terraform's default. The front end is
    build/frontend, or frontend/ itself. `every_option` switches on all options.
    """
    files = ["local.tfvars", *(["every-option.tfvars"] if every_option else [])]
    given: tuple[str, ...] = (
        *(f"-var-file=environments/{file}" for file in files),
        f"-var=session_ttl_seconds={session_ttl}",
        f"-var=session_absolute_seconds={session_ttl}",
        f"-var=dns_records={str(dns_records).lower()}",
    )
    if frontend_sources:
        given = (*given, "-var=frontend_directory=../frontend")
    return given if name is None else (*given, f"-var=name={name}")


def terraforms_environment(environ: Mapping[str, str], *, terraform: Path) -> dict[str, str]:
    """The environment of every Terraform command, with or without an emulator."""
    settings = {
        name: value for name, value in without_aws(environ).items() if not name.startswith(OTHERS)
    } | {"CHECKPOINT_DISABLE": "1", "TF_IN_AUTOMATION": "1", "TF_CMD": str(terraform)}
    # The provider's schema is 14 MB of JSON: collect garbage less often, for 60 MB more memory.
    settings.setdefault("GOGC", "400")
    if "TF_CLI_CONFIG_FILE" not in environ:
        # The provider is 700 MB: download it once. There is no lock file, so the configuration
        # pins the exact version.
        TERRAFORM_PLUGINS.mkdir(parents=True, exist_ok=True)
        settings.setdefault("TF_PLUGIN_CACHE_DIR", str(TERRAFORM_PLUGINS))
        settings.setdefault("TF_PLUGIN_CACHE_MAY_BREAK_DEPENDENCY_LOCK_FILE", "true")
    return settings


def by_hand(emulator: Emulator, environ: Mapping[str, str], *, terraform: Path) -> dict[str, str]:
    """The variables to export before running `tflocal` by hand."""
    ours = terraforms_environment(environ, terraform=terraform)
    missing = {
        name: value
        for name, value in ours.items()
        if name not in environ and name not in ("TF_IN_AUTOMATION", "GOGC")
    }
    return missing | emulators_environment(emulator)


def emulators_environment(emulator: Emulator) -> dict[str, str]:
    """The variables that tflocal reads."""
    host = urlsplit(emulator.endpoint).hostname or "localhost"
    return emulator.variables() | {
        "AWS_EC2_METADATA_DISABLED": "true",
        "CLOUDFRONT_ENDPOINT": emulator.cloudfront_endpoint,
        "DISABLE_DEPRECATION_NOTICE": "1",
        "LOCALSTACK_HOSTNAME": host,
        # With another host name, tflocal would need public DNS for BUCKET.s3.HOST.
        "S3_HOSTNAME": host,
    }
