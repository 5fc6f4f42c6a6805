"""The confinement of functions: files, processes and network."""

from __future__ import annotations

import logging
import os
import shutil
import socket
import tempfile
import uuid
from pathlib import Path
from typing import Any

import pytest

from localfront.lambda_edge.workers.pool import WorkerPool
from tests.localfront.lambda_edge.escaping import (
    DENIED,
    LANGUAGES,
    Attack,
    attack_in,
    confined,
    linux,
)
from tests.localfront.real_workers import ACCESS, FUNCTIONS, Logs, invoke

REPOSITORY = Path(__file__).parents[4]
SECRET = REPOSITORY / "tests" / "localfront" / "real_workers.py"  # as good as any


# Reading


@confined
@pytest.mark.parametrize("name", ["reads", "lists"])
async def test_a_function_reads_its_own_code(attack: Attack, name: str) -> None:
    what = FUNCTIONS / "README.md" if name == "reads" else FUNCTIONS

    result = await attack(name, {"file": str(what)})

    assert "README.md" in result or result.startswith("# Functions")


@confined
@pytest.mark.parametrize(
    "file",
    [
        "/etc/passwd",
        "/etc/resolv.conf",
        "/proc/self/status",
        "/proc/meminfo",
        "/proc/sys/kernel/ostype",
        "/dev/null",
    ],
)
async def test_a_function_can_read_world_readable_system_files(attack: Attack, file: str) -> None:
    assert await attack("reads", {"file": file}) not in DENIED


@confined
async def test_a_function_cannot_read_other_files(attack: Attack) -> None:
    assert await attack("reads", {"file": str(SECRET)}) in DENIED


@confined
@pytest.mark.parametrize(
    "folder", [Path.home(), REPOSITORY, Path(f"/proc/{os.getpid()}"), Path("/")]
)
async def test_a_function_cannot_list_other_folders(attack: Attack, folder: Path) -> None:
    assert await attack("lists", {"file": str(folder)}) in DENIED


@confined
@pytest.mark.parametrize("what", ["cmdline", "status", "mountinfo", "environ"])
async def test_a_function_cannot_read_about_other_processes(attack: Attack, what: str) -> None:
    assert await attack("reads", {"file": f"/proc/{os.getpid()}/{what}"}) in DENIED


@confined
@pytest.mark.parametrize(
    "way",
    [
        "reads_through_a_symbolic_link",
        "reads_through_a_hard_link",
        "reads_through_its_own_process",
    ],
)
async def test_no_indirect_path_leads_to_another_file(attack_in_python: Attack, way: str) -> None:
    assert await attack_in_python(way, {"file": str(SECRET)}) in DENIED


@confined
async def test_a_functions_child_process_has_the_same_read_limits(attack: Attack) -> None:
    assert await attack("reads_in_a_child", {"file": str(FUNCTIONS / "README.md")}) == 0
    assert await attack("reads_in_a_child", {"file": str(SECRET)}) == 1


@confined
async def test_a_function_cannot_run_the_developers_programs(
    attack: Attack, below_tmp: Path
) -> None:
    if REPOSITORY.is_relative_to(below_tmp.parent):
        pytest.skip("this checkout lies below /tmp")
    program = REPOSITORY / "nox"  # any that is executable

    assert os.access(program, os.X_OK)
    assert await attack("executes", {"file": str(program)}) in DENIED


@confined
async def test_a_pools_readable_paths_can_be_extended(logs: Logs) -> None:
    async with WorkerPool(access=ACCESS, on_log=logs.add, readable=[SECRET.parent]) as pool:
        result = await invoke(pool, "escapes.reads", {"file": str(SECRET)})

    assert result.startswith('"""')


@confined
async def test_only_links_within_the_repository_are_followed(
    node_pool: WorkerPool, below_tmp: Path
) -> None:
    repository, home = below_tmp / "repository", below_tmp / "home"
    code = repository / "edge"
    for folder in (repository / ".git", repository / "shared", home, code):
        folder.mkdir(parents=True)
    (repository / "shared" / "names.py").write_text("captain = 'Picard'")
    (home / "secret.py").write_text("key = 'secret'")
    (code / "shared").symlink_to("../shared")
    (code / "home").symlink_to("../../home")
    (code / "whole").symlink_to("..")
    (code / "handler.py").write_text(
        "import importlib\n"
        "def handler(event, context):\n"
        "    try:\n"
        "        return vars(importlib.import_module(event['module']))[event['name']]\n"
        "    except ImportError as error:\n"
        "        return type(error).__name__\n"
    )

    async def imported(module: str, name: str) -> Any:
        event = {"module": module, "name": name}
        return await invoke(node_pool, "handler.handler", event, code=code)

    assert await imported("shared.names", "captain") == "Picard"
    assert await imported("home.secret", "key") == "ModuleNotFoundError"
    assert await imported("whole.shared.names", "captain") == "ModuleNotFoundError"


# Writing


@confined
@pytest.mark.parametrize("name", ["removes", "adds_a_file_in"])
async def test_code_below_tmp_is_read_only(
    node_pool: WorkerPool, below_tmp: Path, name: str
) -> None:
    for language in LANGUAGES:
        code = below_tmp / language
        shutil.copytree(FUNCTIONS, code)
        file = code / "README.md" if name == "removes" else code

        result = await attack_in(language, node_pool)(name, {"file": str(file)}, code=code)

        assert result in DENIED
        assert names(code) == names(FUNCTIONS)


@confined
async def test_with_code_below_tmp_a_function_still_has_its_own_tmp(
    node_pool: WorkerPool, below_tmp: Path, caplog: pytest.LogCaptureFixture
) -> None:
    shutil.copytree(FUNCTIONS, below_tmp / "code")

    with caplog.at_level(logging.WARNING, "localfront"):
        for _ in range(2):
            path = await invoke(
                node_pool,
                "well_behaved.writes_a_temporary_file",
                code=below_tmp / "code",
                revision=str(uuid.uuid4()),
            )

    assert path
    assert caplog.text.count("lies below /tmp, which functions can write to on AWS") == 1


@confined
@pytest.mark.parametrize(
    "file",
    ["boto3", "confinement.py", "supervisor.py", "python_bootstrap.py",
     "node_bootstrap.mjs", "worker_start.py"],
)  # fmt: skip
async def test_the_runtimes_own_files_cannot_be_removed(
    attack: Attack, attack_in_python: Attack, file: str
) -> None:
    attempt = attack_in_python if file == "boto3" else attack
    folder = await attempt("tells_the_runtime_s_folder")
    path = Path(folder, file)

    assert await attack("removes", {"file": str(path)}) in DENIED
    assert await attack("adds_a_file_in", {"file": folder}) in DENIED
    assert path in entries(folder)


@confined
async def test_the_runtimes_own_files_cannot_be_replaced(
    attack_in_python: Attack,
) -> None:
    folder = await attack_in_python("tells_the_runtime_s_folder")
    for file in ("boto3", "python_bootstrap.py", "__pycache__/supervisor.py"):
        event = {"file": f"{folder}/{file}"}
        assert await attack_in_python("replaces", event) in DENIED


# Reaching


@linux
async def test_a_function_cannot_connect_to_unix_sockets(attack: Attack, below_tmp: Path) -> None:
    path = str(below_tmp / "socket")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(path)
        listener.listen()

        assert await attack("connects_to_a_unix_socket", {"file": path}) in DENIED


async def test_a_function_can_communicate_with_its_child_processes(attack: Attack) -> None:
    assert await attack("speaks_with_its_child") == "hello"


@linux
async def test_memory_that_outlives_its_process_cannot_be_created(attack_in_python: Attack) -> None:
    assert await attack_in_python("makes_memory_of_no_process") == [38, 38]


@linux
async def test_a_function_cannot_kill_its_supervisor(attack_in_python: Attack) -> None:
    assert await attack_in_python("ends_its_supervisor") in DENIED


@confined
async def test_a_function_cannot_access_another_functions_temporary_folder(attack: Attack) -> None:
    own = await attack("tells_its_temporary_folder")
    with tempfile.TemporaryDirectory(dir=Path(own).parent) as another:
        for folder in (another, str(Path(another).parent)):
            assert await attack("lists", {"file": folder}) in DENIED
            assert await attack("adds_a_file_in", {"file": folder}) in DENIED


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()} - {"__pycache__"}


def entries(folder: str) -> list[Path]:
    return list(Path(folder).iterdir())
