"""Hashes of a stack's inputs: equal hashes give equal stacks.

emulator    the versions of MiniStack and Python, our patches, and MiniStack's environment variables
terraform   terraform/ without its tests, with the provider's version; the variables
code        the built archives and pages
seeding     the demonstration users and entries, and the code that writes them
"""

import hashlib
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path

from harness.checkout import ROOT
from harness.packaging.packages import Packages, belongs

EMULATOR = ROOT / "harness" / "emulators"
SEEDING = (
    *("harness/stack/seeding.py", "harness/stack/demo_captains.py", "harness/terraform/domain.py"),
    *("lambdas/log_entries.py", "lambdas/log_store.py", "lambdas/passwords.py"),
)
NOT_APPLIED = ("tests", "prerequisites")  # folders in terraform/


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeFrom:
    """The hashes of a stack's inputs. `code` is empty if it is uploaded later, file by file."""

    emulator: str
    terraform: str
    seeding: str
    code: str = ""

    @property
    def key(self) -> str:
        return hash_of(json.dumps(asdict(self), sort_keys=True).encode())


def made_from(
    configuration: Path,
    variables: Sequence[str],
    environ: Mapping[str, str],
    packages: Packages | None,
) -> MadeFrom:
    """Hash the inputs. `configuration` is a fresh copy of terraform/, without generated files."""
    return MadeFrom(
        emulator=hash_of(
            version("ministack").encode(),
            sys.version.encode(),
            json.dumps(sorted(ministacks(environ))).encode(),
            of_files(EMULATOR.glob("*.py"), base=ROOT),
        ),
        terraform=hash_of(
            json.dumps(list(variables)).encode(), of_files(applied(configuration), configuration)
        ),
        seeding=of_files([ROOT / path for path in SEEDING], base=ROOT).decode(),
        code=built(packages) if packages else "",
    )


def ministacks(environ: Mapping[str, str]) -> list[tuple[str, str]]:
    return [(name, value) for name, value in environ.items() if name.startswith("MINISTACK_")]


def applied(configuration: Path) -> list[Path]:
    """The files that `terraform apply` reads."""
    return [
        path
        for path in configuration.rglob("*")
        if path.is_file()
        and path.suffix != ".md"
        and path.relative_to(configuration).parts[0] not in NOT_APPLIED
    ]


def built(packages: Packages) -> str:
    pages = [path for path in packages.frontend.rglob("*") if path.is_file() and belongs(path)]
    base = packages.lambdas.parent
    return of_files([packages.lambdas, packages.edge, *pages], base=base).decode()


def of_files(paths: Iterable[Path], base: Path) -> bytes:
    """A hash of the files' names below `base` and of their contents."""
    lines = sorted(f"{path.relative_to(base).as_posix()} {of_file(path)}" for path in paths)
    return hash_of("\n".join(lines).encode()).encode()


def of_file(path: Path) -> str:
    return hash_of(path.read_bytes())


def hash_of(*pieces: bytes) -> str:
    whole = hashlib.sha256()
    for piece in pieces:
        whole.update(hashlib.sha256(piece).digest())
    return whole.hexdigest()
