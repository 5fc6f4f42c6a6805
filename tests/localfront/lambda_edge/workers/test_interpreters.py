"""The interpreter for a function, found on a PATH that the test sets."""

import logging
import sys
from pathlib import Path

import pytest

from localfront.errors import ConfigError
from localfront.lambda_edge.workers.interpreters import find_interpreter
from localfront.lambda_edge.workers.pool import WorkerPool
from localfront.lambda_edge.workers.runtime import Runtimes
from tests.localfront.real_workers import ACCESS, invoke

OWN = "{}.{}".format(*sys.version_info)
ANOTHER = "3.10" if OWN != "3.10" else "3.12"


class Programs:
    """A directory of programs that only print their version."""

    def __init__(self, directory: Path) -> None:
        self.path = str(directory)
        self._directory = directory

    def add(self, name: str, version_output: str, status: int = 0) -> str:
        program = self._directory / name
        program.write_text(f"#!/bin/sh\necho '{version_output}'\nexit {status}\n")
        program.chmod(0o755)
        return str(program)


@pytest.fixture
def programs(tmp_path: Path) -> Programs:
    return Programs(tmp_path)


def test_localfronts_own_python_runs_functions_of_its_version(programs: Programs) -> None:
    programs.add(f"python{OWN}", OWN)

    found = find_interpreter(f"python{OWN}", programs.path)

    assert (found.program, found.version, found.is_own) == (sys.executable, OWN, True)


def test_another_python_runs_functions_of_its_version(programs: Programs) -> None:
    program = programs.add(f"python{ANOTHER}", ANOTHER)

    found = find_interpreter(f"python{ANOTHER}", programs.path)

    assert (found.program, found.version, found.is_own) == (program, ANOTHER, False)


@pytest.mark.parametrize(
    ("version_output", "status"),
    [("command not found", 127), (OWN, 0), ("", 0)],
    ids=["a shim without the version", "another version", "silent"],
)
def test_a_program_that_is_not_that_python_is_skipped_and_reported(
    programs: Programs, version_output: str, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    programs.add(f"python{ANOTHER}", version_output, status)

    with caplog.at_level(logging.WARNING, "localfront"):
        found = find_interpreter(f"python{ANOTHER}", programs.path)

    assert found.program == sys.executable
    assert f"runtime python{ANOTHER} run on version {OWN}" in caplog.text


def test_node_of_the_runtimes_version_is_preferred(
    programs: Programs, caplog: pytest.LogCaptureFixture
) -> None:
    programs.add("node", "v20.1.0")
    program = programs.add("node22", "v22.4.1")

    found = find_interpreter("nodejs22.x", programs.path)

    assert (found.program, found.version, found.is_node) == (program, "22", True)
    assert not caplog.records


def test_a_newer_node_is_accepted(programs: Programs, caplog: pytest.LogCaptureFixture) -> None:
    program = programs.add("node", "v18.0.0")

    assert find_interpreter("nodejs22.x", programs.path).program == program
    assert "runtime nodejs22.x run on version 18" in caplog.text


@pytest.mark.parametrize("version_output", [None, "v16.20.2", "no version"])
def test_without_a_recent_node_the_error_says_what_to_install(
    programs: Programs, version_output: str | None
) -> None:
    if version_output is not None:
        programs.add("node", version_output)

    with pytest.raises(ConfigError, match=r"runtime nodejs22\.x need Node\.js 22") as error:
        find_interpreter("nodejs22.x", programs.path)

    assert "Install it" in str(error.value)
    if version_output == "v16.20.2":
        assert "is version 16" in str(error.value)


@pytest.mark.parametrize("runtime", ["ruby3.3", "", "nodejs", "python3.12;id"])
def test_other_runtimes_have_no_interpreter(runtime: str) -> None:
    with pytest.raises(ConfigError, match="no interpreter"):
        find_interpreter(runtime, "")


def test_a_python_that_cannot_load_awss_runtime_is_skipped_and_reported(
    programs: Programs, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    program = programs.add(f"python{ANOTHER}", ANOTHER)
    Path(program).write_text(
        f'#!/bin/sh\ncase "$*" in *boto3*) exit 1;; *) echo {ANOTHER};; esac\n'
    )
    (tmp_path / "runtimes").mkdir()
    runtimes = Runtimes(tmp_path / "runtimes", path=programs.path)

    runtime = runtimes.prepare(f"python{ANOTHER}")

    assert runtime.interpreter.program == sys.executable
    assert f"{program} cannot load" in caplog.text
    assert runtimes.prepare(f"python{ANOTHER}") is runtime
    assert caplog.text.count("cannot load") == 1


def another_python() -> str | None:
    """An interpreter of another version that is on PATH here, by its runtime."""
    for minor in range(14, 9, -1):
        runtime = f"python3.{minor}"
        found = find_interpreter(runtime)
        if not found.is_own and found.version == f"3.{minor}":
            return runtime
    return None


async def test_a_function_runs_on_the_python_of_its_runtime() -> None:
    runtime = another_python()
    if runtime is None:
        pytest.skip("there is one version of Python on PATH")
    async with WorkerPool(access=ACCESS, on_log=lambda *_: None) as pool:
        where = await invoke(pool, "well_behaved.tells_its_surroundings", runtime=runtime)

    assert where["version"] == runtime.removeprefix("python")
