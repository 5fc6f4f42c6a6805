"""The imports that each part may have, and the contents that the documentation must have."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from localfront.profiles import Assumptions
from tests.checkout import ROOT, statements

# Who may not be known to whom. `edge` may not even know what is installed: see below.
WALLS = {
    "localfront": {"lambdas", "edge", "harness", "conformance", "fuzz", "e2e", "tests"},
    "lambdas": {"localfront", "edge", "harness", "conformance", "fuzz", "e2e", "tests"},
    "edge": {"localfront", "lambdas", "harness", "conformance", "fuzz", "e2e", "tests"},
}

# Where localfront reads the environment: its commands and fixtures, which pass it on as values, and
# programs that are processes of their own. Nothing else may, but for the last three.
READ_THE_ENVIRONMENT = (
    "check/command.py",
    "command/",
    "invoke/command.py",
    "testing/",
    "trust/command.py",
    "lambda_edge/workers/python_bootstrap.py",  # a worker's process, as the three below
    "lambda_edge/workers/python_debugger.py",
    "lambda_edge/workers/runtime_client.py",
    "lambda_edge/workers/worker_start.py",
    "sources/terraform_folder/lifeline.py",  # the process above Terraform's
    "lambda_edge/workers/interpreters.py",  # PATH, as shutil.which reads it
    "lambda_edge/workers/node_sdk.py",  # NODE_PATH, as node reads it
    "user_cache.py",  # XDG_CACHE_HOME, as Path.home reads HOME
)


def imports(file: Path) -> Iterator[str]:
    for node in statements(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]


def imported_by(package: str) -> set[str]:
    files = list((ROOT / package).rglob("*.py"))
    assert files
    return {name for file in files for name in imports(file)}


@pytest.mark.parametrize(("package", "forbidden"), WALLS.items())
def test_a_package_imports_nothing_that_is_forbidden_to_it(
    package: str, forbidden: set[str]
) -> None:
    assert imported_by(package) & forbidden == set()


def test_only_commands_and_separate_processes_read_the_environment() -> None:
    root = ROOT / "localfront"
    reading = {
        str(file.relative_to(root))
        for file in root.rglob("*.py")
        if re.search(r"os\.(environ|getenv)|import .*\b(environ|getenv)\b", file.read_text())
    }

    assert {name for name in reading if not name.startswith(READ_THE_ENVIRONMENT)} == set()
    unused = [name for name in READ_THE_ENVIRONMENT if not any(r.startswith(name) for r in reading)]
    assert unused == []


def test_the_edge_function_needs_only_the_standard_library() -> None:
    own = {file.stem for file in (ROOT / "edge").glob("*.py")}

    assert imported_by("edge") - own - sys.stdlib_module_names == set()


@pytest.mark.parametrize("word", ["captain", "starfleet", "session-id", "picard"])
def test_localfront_does_not_mention_the_application(word: str) -> None:
    speaking = [
        str(file.relative_to(ROOT))
        for file in (ROOT / "localfront").rglob("*.py")
        if word in file.read_text().lower()
    ]

    assert speaking == []


def test_every_option_of_serve_is_documented() -> None:
    source = (ROOT / "localfront" / "command" / "command_line.py").read_text()
    page = (ROOT / "docs" / "reference" / "localfront.md").read_text()
    options = re.findall(r'"(--[a-z-]+)"', source)

    assert options
    assert [o for o in options if not re.search(f"`{o}[ `]", page)] == []


def test_every_assumption_is_documented() -> None:
    page = (ROOT / "docs" / "reference" / "localfront.md").read_text()

    assert [name for name in Assumptions.__dataclass_fields__ if f"| `{name}` |" not in page] == []


@pytest.mark.parametrize("page", ["where-things-are.md", "terms.md"])
def test_every_path_on_the_pages_of_paths_exists(page: str) -> None:
    text = (ROOT / "docs" / "reference" / page).read_text()
    named = re.findall(r"`((?:localfront|harness|edge|lambdas|terraform|frontend)/[\w./-]*)`", text)

    assert named
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_every_error_of_the_api_is_documented() -> None:
    source = (ROOT / "lambdas" / "errors.py").read_text()
    page = (ROOT / "docs" / "reference" / "api.md").read_text()
    codes = re.findall(r'code = "([a-z_]+)"', source)

    assert codes
    assert [code for code in codes if f"`{code}`" not in page] == []


def test_no_file_has_conflict_markers() -> None:
    marks = re.compile(rb"^(<{7}|>{7}) ", re.MULTILINE)
    listed = subprocess.run(
        ["git", "ls-files", "-z"],
        cwd=ROOT,
        capture_output=True,
        check=True,
        timeout=240,
    )
    files = [ROOT / name for name in listed.stdout.decode().split("\0") if name]

    assert files
    assert [str(f) for f in files if f.is_file() and marks.search(f.read_bytes())] == []


def relative_links(page: Path) -> Iterator[str]:
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text()):
        if "://" not in target and not target.startswith("#"):
            yield target.partition("#")[0]


@pytest.mark.parametrize(
    "page",
    [
        page
        for pattern in ("*.md", "docs/**/*.md", "*/README.md")
        for page in sorted(ROOT.glob(pattern))
    ],
    ids=lambda page: str(page.relative_to(ROOT)),
)
def test_every_link_of_the_documentation_has_a_target(page: Path) -> None:
    assert [t for t in relative_links(page) if not (page.parent / t).exists()] == []


def test_every_page_is_in_the_table_of_contents() -> None:
    contents = ROOT / "docs" / "README.md"
    linked = {(contents.parent / target).resolve() for target in relative_links(contents)}
    pages = set(contents.parent.rglob("*.md")) - {contents}

    assert [str(page.relative_to(ROOT)) for page in sorted(pages - linked)] == []
