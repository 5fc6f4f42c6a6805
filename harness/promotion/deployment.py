"""A release prepared for an environment, in a working folder for Terraform.

build/promotions/ENVIRONMENT/TIME/
  promote.log        Terraform's output; kept
  live-flows.log     the live flows' output, and flows/ with traces of failed ones; kept
  work/terraform/    the release's configuration, with its backend
  work/build/        its archives and pages, and the assets of earlier releases

Each run has its own folder, so that edits in the checkout have no effect. `work` is deleted at the
end of the run: plans contain secrets.
"""

import json
import shutil
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from harness.checkout import BUILD
from harness.emulators.emulators import REGION, Emulator
from harness.errors import ProvisioningError
from harness.progress import Progress
from harness.promotion import plan_summary, release_store
from harness.promotion.account import Account
from harness.promotion.history import History
from harness.promotion.plan_summary import Summary
from harness.promotion.release import Release
from harness.promotion.target import Target
from harness.promotion.terraform_run import TerraformRun
from harness.terraform.binary import find_terraform
from harness.terraform.workspace import TFLOCAL, emulators_environment, terraforms_environment

PROMOTIONS = BUILD / "promotions"
FLOWS_THAT_FAILED = "flows"  # their traces; the captain in them has been deleted
PLAN, PLAN_JSON = "promote.tfplan", "plan.json"
QUIET = ("-no-color", "-input=false")


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment:
    """A prepared release. `aiming` writes the file that points Terraform at an emulator, if any.

    A run that only `looks` takes no lock, for which a read-only role lacks the permission.
    """

    target: Target
    release: Release
    work: Path
    terraform: TerraformRun
    aiming: TerraformRun | None
    looks: bool = False

    @property
    def directory(self) -> Path:
        return self.terraform.directory

    def init(self) -> None:
        self.terraform.require("init", *QUIET, "-reconfigure")
        if self.aiming:
            self.aiming.require("plan")  # the command does not matter: it does not run

    def plan(self, *more: str) -> Summary:
        """Run `terraform plan`. `more` are further options, such as `-destroy` or variables."""
        lock = ("-lock=false",) if self.looks else ()
        self.terraform.require("plan", *QUIET, *lock, f"-out={PLAN}", *self.variables(), *more)
        output = self.terraform.output("show", "-json", PLAN)
        (self.directory / PLAN_JSON).write_text(output)
        return plan_summary.parse(json.loads(output))

    def apply(self) -> None:
        """Apply the saved plan; Terraform refuses an outdated one."""
        self.terraform.require("apply", *QUIET, PLAN)

    def let_go(self, addresses: tuple[str, ...]) -> None:
        """Remove these resources from the state without destroying them."""
        promotions = self.known()
        ours = [address for address in addresses if address in promotions]
        if ours:
            self.terraform.require("state", "rm", *ours)

    def known(self) -> list[str]:
        """The addresses in the state; none if nothing was ever applied."""
        try:
            return self.terraform.output("state", "list").split()
        except ProvisioningError as error:
            if "No state file" in str(error):
                return []
            raise

    def outputs(self) -> dict[str, Any]:
        outputs = json.loads(self.terraform.output("output", "-json"))
        return {name: output["value"] for name, output in outputs.items()}

    def variables(self) -> tuple[str, ...]:
        """Terraform's variable options: the environment's file, if any, then the target's."""
        own = f"environments/{self.target.environment}.tfvars"
        files = (f"-var-file={own}",) if (self.directory / own).exists() else ()
        values = self.target.variables().items()
        return (*files, *(f"-var={name}={value}" for name, value in values))


def folder_for(target: Target, root: Path = PROMOTIONS) -> Path:
    """Create a run's folder, unreadable for other users: plans and state contain secrets."""
    of_environment = root / target.environment
    of_environment.mkdir(parents=True, exist_ok=True)
    return Path(tempfile.mkdtemp(prefix=f"{datetime.now(UTC):%Y%m%dT%H%M%S}-", dir=of_environment))


def tidy(folder: Path) -> list[Path]:
    """Delete everything with secrets except an unsaved state; keep the logs.

    If Terraform could not save its state, for example because a token expired, it leaves it in a
    file. That file is kept and returned, for `terraform state push`.
    """
    kept: list[Path] = []
    for unwritten in sorted(folder.rglob("errored.tfstate")):
        kept.append(folder / f"errored-{len(kept)}.tfstate")
        unwritten.rename(kept[-1])
    for part in folder.iterdir():
        if part.is_dir() and part.name != FLOWS_THAT_FAILED:
            shutil.rmtree(part, ignore_errors=True)
    return kept


def prepare(
    candidate: Release,
    account: Account,
    target: Target,
    history: History,
    *,
    folder: Path,
    environ: Mapping[str, str],
    progress: Progress,
    verbose: bool = False,
    looks: bool = False,
) -> Deployment:
    """Prepare the folder. Raises HarnessError if an earlier release is missing or damaged."""
    work = folder / f"work-{candidate.short}"
    for part in ("terraform", "build"):
        shutil.copytree(candidate.folder / part, work / part)
    add_earlier_assets(work, account, target, history, tree=candidate.manifest.tree)
    directory = work / "terraform"
    (directory / "backend_override.tf.json").write_text(json.dumps(backend(account, target)))
    program = find_terraform(environ)
    terraform = TerraformRun(
        program=[program],
        directory=directory,
        environment=environment_for(account, environ, program=program),
        log=folder / "promote.log",
        progress=progress,
        verbose=verbose,
    )
    aimed = account.emulator and uses_aws(directory)
    return Deployment(
        target=target,
        release=candidate,
        work=work,
        terraform=terraform,
        aiming=aimer(terraform) if aimed else None,
        looks=looks,
    )


def aimer(terraform: TerraformRun) -> TerraformRun:
    """tflocal in its dry run, which only writes its override file: once, because it takes seconds.

    Source: terraform-local, README, "Configurations", DRY_RUN.
    """
    tflocal: list[str | Path] = [sys.executable, TFLOCAL]
    environment = {**terraform.environment, "DRY_RUN": "1"}
    return replace(terraform, program=tflocal, environment=environment)


def uses_aws(directory: Path) -> bool:
    """Whether the configuration uses the AWS provider; tflocal would add one."""
    return any('provider "aws"' in file.read_text() for file in directory.glob("*.tf"))


def add_earlier_assets(
    work: Path, account: Account, target: Target, history: History, *, tree: str
) -> None:
    """Add the assets of the last releases, whose pages visitors may have open."""
    for entry in history.kept(tree):
        old = release_store.fetch(account, target, entry.tree, work / "earlier")
        for path in release_store.assets_of(old):
            here = work / release_store.PAGES / path
            if not here.exists():
                here.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(old.folder / release_store.PAGES / path, here)
    shutil.rmtree(work / "earlier", ignore_errors=True)


def environment_for(
    account: Account, environ: Mapping[str, str], *, program: Path
) -> dict[str, str]:
    """Terraform's environment, without variables for another configuration, such as TF_VAR_name."""
    # Reading the provider's schemas is a quarter faster for 150 MB more.
    # Source: Go, "A Guide to the Go Garbage Collector", GOGC.
    settings = {"GOGC": "400"} | terraforms_environment(environ, terraform=program)
    if account.emulator:
        return settings | emulators_environment(account.emulator)
    ours = {name: value for name, value in environ.items() if name.startswith("AWS_")}
    return settings | ours | {"AWS_REGION": REGION}


def backend(account: Account, target: Target) -> dict[str, Any]:
    """The S3 backend's configuration, with its lock file.

    Source: Terraform, "Backend Type: s3", use_lockfile.
    """
    settings: dict[str, Any] = {
        "bucket": target.state_bucket,
        "key": target.state_key,
        "region": REGION,
        "encrypt": True,
        "use_lockfile": True,
        "allowed_account_ids": [target.account],
    }
    if account.emulator:
        settings |= played_by(account.emulator)
    return {"terraform": {"backend": {"s3": settings}}}


def played_by(emulator: Emulator) -> dict[str, Any]:
    return {
        "endpoints": {"s3": emulator.endpoint, "sts": emulator.endpoint, "iam": emulator.endpoint},
        "access_key": emulator.access_key_id,
        "secret_key": emulator.secret_access_key,
        "use_path_style": True,
        "skip_metadata_api_check": True,
        "skip_s3_checksum": True,
    }
