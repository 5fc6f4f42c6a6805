"""The project's tasks. `./nox -s NAME` runs one; options follow `--`.

Start with `dev`. While you work, run `./nox` alone; before a commit, run `check`.
"""

import fcntl
import hashlib
import os
import shutil
import sys
from pathlib import Path

import nox

nox.needs_version = ">=2025.2.9"
nox.options.default_venv_backend = "none"  # `environment` shares one among many sessions
nox.options.sessions = ["quick"]

# Without bytecode each of the many processes that tests start compiles all that it imports anew.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

PARTS_OF_CHECK = (
    *("lint", "types", "unit", "edge", "localfront", "conformance", "fuzz"),
    *("integration", "terraform", "e2e"),
)

PROJECT = Path("pyproject.toml")
UNIT_TESTS = (
    *("tests/lambdas", "tests/harness", "tests/bench", "tests/fuzz", "tests/conformance"),
    *sorted(map(str, Path("tests").glob("test_*.py"))),  # which check the whole checkout
)
# Each evaluation of a folder costs seconds of the AWS provider's processor time.
EVALUATED_FOLDERS = [
    f"tests/localfront/command/test_{what}_terraform.py" for what in ("evaluate", "serve")
]
WITHOUT = ("-pno:anyio", "-pno:base_url", "-pno:playwright")  # each worker would import them
SHELL_SCRIPTS = (".ci/run", "harness/compose/entrypoint")
PROOFS = Path("build", "proofs")  # which tests passed that name a documented behavior

ENVIRONMENTS = {
    "run": ["run"],
    "test": ["test", "nox"],  # nox for the types of this file
    "bench": ["bench"],
    "checkov": ["checkov"],
}


@nox.session
def dev(session: nox.Session) -> None:
    """Start the whole application on this machine and print its address (`-- --help`)."""
    run_command(session, "dev")


@nox.session
def check(session: nox.Session) -> None:
    """Run every test that needs no Docker, in parallel (`-- --changed`: only affected parts)."""
    run_parts(session, "harness.commands.check")


@nox.session
def quick(session: nox.Session) -> None:
    """Check style and types and run the fast tests, in two minutes (the default of `./nox`)."""
    run_parts(session, "harness.commands.check", "--quick")


@nox.session
def lint(session: nox.Session) -> None:
    """Check style, format, shell scripts and dead code (`-- --fix` fixes Python)."""
    ruff = environment(session, "test") / "ruff"
    fix = "--fix" in session.posargs
    session.run(ruff, "check", *(["--fix"] if fix else []), ".", "nox")
    session.run(ruff, "format", *([] if fix else ["--check"]), ".", "nox")
    session.run(ruff.with_name("shellcheck"), *SHELL_SCRIPTS)
    session.run(ruff.with_name("vulture"))


@nox.session
def types(session: nox.Session) -> None:
    """Check the types of Python and, with npm, of JavaScript."""
    python = environment(session, "test") / "python"
    mypy = python.with_name("mypy")
    session.run(mypy)
    session.run(mypy, "edge")  # a deployment root: its modules are top-level
    if shutil.which("npm"):
        session.run(python, "-m", "harness.packaging.node_packages", "requirements/node")
        tsc = "requirements/node/node_modules/typescript/bin/tsc"
        session.run("node", tsc, "--project", "requirements/node/frontend.tsconfig.json")
        session.run("node", tsc, "--project", "requirements/node/bootstrap.tsconfig.json")
    else:
        session.log("npm is not installed: our JavaScript is not type-checked.")


@nox.session
def unit(session: nox.Session) -> None:
    """Test the API's functions and the harness: no emulator, browser or network."""
    pytest = environment(session, "test") / "pytest"
    tests = () if any(Path(option).exists() for option in session.posargs) else UNIT_TESTS
    session.run(pytest, *tests, "-n", "2", "--dist", "loadfile", *session.posargs)


@nox.session
def edge(session: nox.Session) -> None:
    """Test the Lambda@Edge function with CloudFront's events, in a real worker."""
    test_edge(session, *session.posargs)


@nox.session
def localfront(session: nox.Session) -> None:
    """Test localfront, except for folders with Terraform, which the session `terraform` tests."""
    test_localfront(session, *session.posargs)


@nox.session
def conformance(session: nox.Session) -> None:
    """Write which documented behaviors have passing tests (`-- --check`: only compare)."""
    python = environment(session, "test") / "python"
    if "--check" not in session.posargs:
        test_edge(session)
        test_localfront(session)
    session.run(python, "-m", "conformance", *session.posargs)


@nox.session
def integration(session: nox.Session) -> None:
    """Provision the emulator with Terraform and test the result."""
    # A process for each group in tests/integration/groups.py.
    groups = ("-n", "auto", "--dist", "loadscope", *WITHOUT, "-pno:hypothesispytest")
    options = ["--dns-records", "--every-option"]
    against_stack(session, options, "pytest", "tests/integration", *groups)


@nox.session
def terraform(session: nox.Session) -> None:
    """Check terraform/, run its tests, and test localfront with folders of Terraform, offline."""
    python = environment(session, "test") / "python"
    session.run(python, "-m", "harness.packaging.packages")
    session.run(python, "-m", "harness.commands.terraform_checks")
    session.run(python.with_name("pytest"), *EVALUATED_FOLDERS, *session.posargs)


@nox.session
def checkov(session: nox.Session) -> None:
    """Run checkov on terraform/; each finding needs an explanation."""
    found = environment(session, "checkov") / "checkov"
    python = environment(session, "test") / "python"
    session.run(python, "-m", "harness.gate.checkov_findings", "--checkov", found)


@nox.session
def e2e(session: nox.Session) -> None:
    """Test the whole application in a browser (`-- --emulator localstack` for LocalStack)."""
    kept = "--tracing retain-on-failure --screenshot only-on-failure --output {kept}"
    browser = ["--browser", "chromium"]
    against_stack(session, browser, "pytest", "e2e", "-n", "2", *browser, *kept.split())


@nox.session
def provision(session: nox.Session) -> None:
    """Start the emulator, apply Terraform, and print how to connect."""
    run_command(session, "provision")


@nox.session
def coverage(session: nox.Session) -> None:
    """Measure the tests' coverage of localfront, lambdas/ and the harness (takes minutes)."""
    tools = environment(session, "test")
    python = tools / "python"
    session.run(python, "-m", "coverage", "erase")
    suites = (UNIT_TESTS, ("tests/edge",), ("tests/localfront", "-n", "2"))
    for suite in suites:
        session.run(python, "-m", "coverage", "run", "-m", "pytest", *suite, *session.posargs)
    session.run(python, "-m", "coverage", "combine", "--quiet")
    session.run(python, "-m", "coverage", "report")


@nox.session
def wheel(session: nox.Session) -> None:
    """Build localfront's wheel, install it in fresh environments, and run it there."""
    pytest = environment(session, "test") / "pytest"
    session.run(pytest, "tests/installation", *session.posargs)


@nox.session
def gate(session: nox.Session) -> None:
    """Run all checks for a pull request, with LocalStack and docker compose (`-- --no-skips`)."""
    run_parts(session, "harness.gate")


@nox.session
def release(session: nox.Session) -> None:
    """Create build/releases/TREE from the checked-out commit, for `promote`."""
    run_command(session, "release")


@nox.session
def promote(session: nox.Session) -> None:
    """Promote a release to an AWS account and check it, or roll back (`-- --help`)."""
    run_command(session, "promote", among="test")  # which has the browser's flows


@nox.session
def destroy(session: nox.Session) -> None:
    """Destroy an environment on AWS and list what is left (`-- --help`)."""
    run_command(session, "destroy")


@nox.session
def users(session: nox.Session) -> None:
    """Add, reset, disable or list the users of a stack on AWS (`-- --help`)."""
    run_command(session, "users")


@nox.session
def bench(session: nox.Session) -> None:
    """Compare localfront's speed with the bare server that it is built on (`-- --help`)."""
    candidates = "--candidates" in session.posargs
    python = environment(session, "bench" if candidates else "run") / "python"
    if shutil.which("npm") and "--node-peers" in session.posargs:
        session.run(python, "-m", "harness.packaging.node_packages", "requirements/node-peers")
    session.run(python, "-m", "bench", *session.posargs, interrupt_timeout=None)


@nox.session
def fuzz(session: nox.Session) -> None:
    """Fuzz localfront (`-- --minutes 10`, `-- --replay FILE`, `-- --help`)."""
    python = environment(session, "test") / "python"
    session.run(python, "-m", "fuzz", *session.posargs, interrupt_timeout=None)


def run_parts(session: nox.Session, module: str, *more: str) -> None:
    shutil.rmtree(PROOFS, ignore_errors=True)  # only this run's proofs count
    python = environment(session, "test") / "python"
    options = ["--nox", sys.executable, *more, *session.posargs, *PARTS_OF_CHECK]
    session.run(python, "-m", module, *options, interrupt_timeout=None)


def run_command(session: nox.Session, name: str, *, among: str = "run") -> None:
    """Run one of harness/commands/ with the session's options."""
    python = environment(session, among) / "python"
    options = session.posargs
    # It takes down what it started, which takes longer than nox's patience of 0.3 s.
    session.run(python, "-m", f"harness.commands.{name}", *options, interrupt_timeout=None)


def test_edge(session: nox.Session, *options: str) -> None:
    tools = environment(session, "test")
    session.run(tools / "python", "-m", "harness.packaging.packages")
    session.run(tools / "pytest", "tests/edge", *proofs("edge"), *options)


def test_localfront(session: nox.Session, *options: str) -> None:
    pytest = environment(session, "test") / "pytest"
    # A file stays with one worker: its tests share what they start. The longest come first. Two
    # workers a core of a small machine: tests often wait for processes.
    workers = ("-n", "4", "--dist", "loadfile", "--no-loadscope-reorder")
    ignored = [f"--ignore={path}" for path in EVALUATED_FOLDERS]
    how = (*ignored, *workers, *WITHOUT, *proofs("localfront"))
    session.run(pytest, "tests/localfront", *how, *options)


def proofs(suite: str) -> list[str]:
    """pytest's options to record a suite's outcomes for `conformance`."""
    return ["-p", "conformance.plugin", f"--proofs={PROOFS / suite}.json"]


def against_stack(session: nox.Session, options: list[str], *command: str) -> None:
    """Run a command of the test environment against a stack of its own."""
    tools = environment(session, "test")
    python, program = str(tools / "python"), str(tools / command[0])
    options = ["--name", session.name, *options, *session.posargs]
    stack = [python, "-m", "harness.commands.against_stack", *options]
    session.run(*stack, "--", program, *command[1:], interrupt_timeout=None)


def environment(session: nox.Session, name: str) -> Path:
    """Create .nox/`name` from its requirements unless it exists; return its bin/."""
    location = Path(".nox", name).absolute()
    location.parent.mkdir(exist_ok=True)
    with location.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # another terminal may be making it
        make_unless_there(session, name, location)
    return location / "bin"


def make_unless_there(session: nox.Session, name: str, location: Path) -> None:
    pins = [Path("requirements", f"{file}.txt") for file in ENVIRONMENTS[name]]
    made_from = [sys.version, *(file.read_text() for file in (*pins, PROJECT))]
    wanted = hashlib.sha256("".join(made_from).encode()).hexdigest()
    stamp = location / "complete"
    if stamp.exists() and stamp.read_text() == wanted:
        return
    pinned = Path(".nox", "bootstrap", "bin", "uv")  # ./nox brings it
    uv = pinned if pinned.exists() else "uv"
    session.run(uv, "venv", "-q", "--clear", "-p", sys.executable, location)
    install = [uv, "pip", "install", "-q", "-p", location]
    # Without bytecode the first start of everything takes twice as long.
    session.run(*install, "--compile-bytecode", "--require-hashes", *(f"-r{pin}" for pin in pins))
    # The command `localfront`, from the checkout, built with the pinned hatchling.
    session.run(*install, "--no-deps", "--no-build-isolation", "-e", ".")
    stamp.write_text(wanted)  # last: without it the environment is half made
