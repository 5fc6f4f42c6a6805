"""The parts of the gate, and their requirements."""

import shlex
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from harness.checkout import BUILD
from harness.emulators import docker_engine, localstack

FOLDER = BUILD / "gate"
LONGEST = 3600.0  # seconds: the longest part takes minutes, and many more on a busy machine
# A path through the whole application: logging in and out, session expiry, the error page.
SMOKE = (
    "e2e/test_logging_in.py",
    "e2e/test_logging_out.py",
    "e2e/test_session_expiry.py",
    "e2e/test_error_pages.py",
)


def nothing(_environ: Mapping[str, str]) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part. `require` raises HarnessError, with the reason, if the part cannot run.

    In a parallel run it starts after the parts in `after`, and is stopped after `within` seconds.
    Its report goes into `folder`; None is the gate's folder.
    """

    name: str
    command: Sequence[str | Path]
    require: Callable[[Mapping[str, str]], object] = nothing
    after: Sequence[str] = ()
    within: float = LONGEST
    folder: Path | None = None

    @property
    def slug(self) -> str:
        return self.name.replace(" ", "-")

    @property
    def junit(self) -> Path:
        """The path of pytest's report, if any."""
        return (self.folder or FOLDER) / f"{self.slug}.xml"

    def environment(self, environ: Mapping[str, str]) -> dict[str, str]:
        junit = shlex.quote(f"--junitxml={self.junit}")  # quoted as in a shell: pytest splits it
        options = f"{environ.get('PYTEST_ADDOPTS', '')} {junit}"
        return {**environ, "PYTEST_ADDOPTS": options.strip()}


def options_of(session: str, folder: Path) -> list[str]:
    """A session's arguments as a part: a smaller selection, or where to write its files."""
    return {
        "conformance": ["--check"],
        "fuzz": ["--short", f"--output={folder / 'fuzz'}"],
        "e2e": [f"--output={folder / 'e2e'}"],
    }.get(session, [])


def parts(sessions: Sequence[str], *, nox: Path, python: Path) -> list[Part]:
    """All parts: nox's `sessions`, then those for LocalStack and Docker.

    `nox` is the Python that has nox, `python` the one of the tests.
    """

    def session(name: str, *options: str) -> list[str | Path]:
        return [nox, "-m", "nox", "--session", name, "--", *options]

    def module(name: str, *options: str | Path) -> list[str | Path]:
        return [python, "-m", name, *options]

    def kept(folder: str) -> str:
        return f"--output={FOLDER / folder}"

    on_localstack = ["--emulator", "localstack"]
    return [
        *(Part(name=name, command=session(name, *options_of(name, FOLDER))) for name in sessions),
        Part(name="checkov", command=session("checkov")),
        Part(name="wheel", command=session("wheel")),
        Part(
            name="localfront check",
            command=module(
                "harness.commands.against_stack",
                *("--name", "plan", "--"),
                *(python, "-m", "harness.gate.plan_check"),
            ),
        ),
        Part(
            name="integration on LocalStack",
            command=session("integration", *on_localstack),
            require=localstack.running,
        ),
        Part(
            name="e2e on LocalStack",
            command=session("e2e", *on_localstack, kept("e2e-on-LocalStack")),
            require=localstack.running,
        ),
        Part(
            name="docker compose",
            command=module(
                "harness.commands.against_compose",
                *("--", python.with_name("pytest"), *SMOKE),
                *("--browser=chromium", kept("docker-compose")),
                *("--tracing=retain-on-failure", "--screenshot=only-on-failure"),
            ),
            require=docker_engine.require_compose,
        ),
        Part(
            name="docker compose, edited and killed",
            command=[python.with_name("pytest"), "tests/compose"],
            require=docker_engine.require_compose,
        ),
    ]
