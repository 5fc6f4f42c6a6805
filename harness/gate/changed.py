"""The parts of `check` that a change can affect.

A folder affects the parts that run or read its files. Paths without a line below, such as the
pinned requirements, affect all. If only test modules of a part have changed, only those modules are
run.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from harness.errors import HarnessError
from harness.revision import git

PYTHON = ("lint", "types")
STACK = ("integration", "e2e")  # they run the whole application
CONFORMANCE = ("edge", "localfront", "conformance")  # the page contains both suites' proofs
# The first matching line counts.
REACHES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("tests/localfront/", (*PYTHON, "unit", "terraform", *CONFORMANCE)),
    ("tests/edge/", (*PYTHON, "unit", *CONFORMANCE)),
    ("tests/integration/", (*PYTHON, "unit", "integration")),
    ("tests/installation/", (*PYTHON, "unit")),
    ("tests/compose/", (*PYTHON, "unit")),
    ("tests/lambdas/", (*PYTHON, "unit")),
    ("tests/harness/promotion/", (*PYTHON, "unit", "integration")),  # its faults are used there
    ("tests/harness/terraform_of_tests.py", (*PYTHON, "unit", "integration")),
    ("tests/harness/", (*PYTHON, "unit")),
    ("tests/bench/", (*PYTHON, "unit")),
    ("tests/fuzz/", (*PYTHON, "unit")),
    ("tests/conformance/", (*PYTHON, "unit")),
    ("bench/", (*PYTHON, "unit", "fuzz")),
    ("fuzz/", (*PYTHON, "unit", "fuzz")),
    ("conformance/", (*PYTHON, "unit", *CONFORMANCE)),
    ("e2e/", (*PYTHON, "unit", "e2e")),
    ("docs/reference/", ("unit", *CONFORMANCE)),
    ("docs/images/", ("unit", *CONFORMANCE)),  # created by terminal_picture.py and screenshots.py
    ("docs/how-to/check-before-deploying.md", ("unit", *CONFORMANCE)),  # its output is real
    ("docs/", ("unit",)),
    ("README.md", ("unit",)),
    ("CHANGELOG.md", ("unit",)),
    ("CONTRIBUTING.md", ("unit",)),
    ("SECURITY.md", ("unit",)),
    ("frontend/", ("types", "unit", *STACK)),
    ("terraform/", ("unit", "terraform", *CONFORMANCE, *STACK)),
    ("lambdas/", (*PYTHON, "unit", "terraform", *STACK)),
    ("edge/", (*PYTHON, "unit", "terraform", *CONFORMANCE, *STACK)),
    ("harness/", (*PYTHON, "unit", "terraform", *CONFORMANCE, "fuzz", *STACK)),
    ("localfront/", (*PYTHON, "unit", "terraform", *CONFORMANCE, "fuzz", *STACK)),
)
# Test folders of parts that can run single modules; conformance needs all.
SINGLE = {"unit": ("tests/lambdas/", "tests/harness/", "tests/bench/", "tests/fuzz/")}
ALWAYS_IN_UNIT = (
    "tests/test_class_names.py",
    "tests/test_walls.py",
    "tests/test_floors.py",
    "tests/test_sizes.py",
    "tests/test_suppressions.py",
    "tests/test_waits.py",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """The parts to run; for some, only these test modules."""

    parts: tuple[str, ...]
    only: Mapping[str, tuple[str, ...]]


def reached_by(changed: Collection[str], parts: Sequence[str]) -> Reached:
    """`changed` are paths from the root; the parts are returned in the order of `parts`."""
    reaches = {path: parts_of(path, parts) for path in changed}
    wanted = {part for reached in reaches.values() for part in reached}
    only = {}
    for part, folders in SINGLE.items():
        causes = [path for path, reached in reaches.items() if part in reached]
        if causes and all(is_module_of_tests(path, folders) for path in causes):
            only[part] = (*sorted(path for path in causes if Path(path).exists()), *ALWAYS_IN_UNIT)
    return Reached(parts=tuple(part for part in parts if part in wanted), only=only)


def parts_of(path: str, parts: Sequence[str]) -> Sequence[str]:
    for beginning, reached in REACHES:
        if path.startswith(beginning):
            return reached
    return parts


def is_module_of_tests(path: str, folders: Sequence[str]) -> bool:
    name = PurePosixPath(path).name
    return path.startswith(tuple(folders)) and name.startswith("test_") and name.endswith(".py")


def changed_files(root: Path) -> set[str]:
    """Files that differ from the target branch, committed or not.

    The base is the merge base with the remote's or the local `main`. Raises HarnessError without
    git.
    """
    base = base_of(root)
    differing = git("diff", "--name-only", "-z", "--no-renames", base, root=root)
    untracked = git("ls-files", "--others", "--exclude-standard", "-z", root=root)
    return {path for path in f"{differing}\0{untracked}".split("\0") if path}


def base_of(root: Path) -> str:
    for name in ("origin/HEAD", "origin/main", "main"):
        try:
            return git("merge-base", "HEAD", name, root=root)
        except HarnessError:
            continue
    return "HEAD"
