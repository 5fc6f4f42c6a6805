"""The modules that a worker loads; the function's only after it is confined."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from localfront.lambda_edge.workers.confinement import landlock_version
from localfront.lambda_edge.workers.pool import WorkerPool
from tests.localfront.lambda_edge.escaping import (
    confined,
)
from tests.localfront.real_workers import FUNCTIONS, a_function, invoke

SHADOWS = """
def attempt():
    try:
        with open({marker!r}, "w") as file:
            file.write(__name__)
    except OSError:
        pass

attempt()
own = True

def confine(*arguments, **named):
    return None

supervise = start = main = confine
"""


OURS = [
    "confinement", "process_tree", "supervisor", "system_calls", "worker_start", "python_bootstrap",
    "resource", "ctypes", "struct", "select", "sitecustomize", "usercustomize", "localfront",
]  # fmt: skip


LAMBDAS = ["awslambdaric", "runtime_client", "json", "logging", "encodings", "enum"]


HANDLER = """
import importlib
def handler(event, context):
    return [name for name in event if hasattr(importlib.import_module(name), "own")]
"""


@confined
async def test_no_module_of_the_function_runs_before_the_confinement(
    node_pool: WorkerPool, below_tmp: Path
) -> None:
    code, markers = below_tmp / "code", below_tmp / "markers"
    code.mkdir()
    markers.mkdir()
    for module in OURS + LAMBDAS:
        (code / f"{module}.py").write_text(SHADOWS.format(marker=str(markers / module)))
    (code / "handler.py").write_text(HANDLER)

    own = await invoke(node_pool, "handler.handler", OURS + LAMBDAS, code=code)

    # AWS's runtime has loaded its own modules before the function's, and so they stay.
    assert own == OURS
    assert names(markers) == []


async def test_the_module_search_path_is_the_code_then_the_runtime_then_pythons(
    node_pool: WorkerPool,
) -> None:
    where = await invoke(node_pool, "well_behaved.tells_its_surroundings")
    folder = await invoke(node_pool, "escapes.tells_the_runtime_s_folder")

    assert where["path"][:2] == [str(FUNCTIONS), folder]
    assert "" not in where["path"]
    assert not any("site-packages" in entry for entry in where["path"])


@pytest.mark.parametrize("kind", ["cjs", "mjs"])
async def test_modules_above_the_code_cannot_be_imported_as_on_aws(
    node_pool: WorkerPool, below_tmp: Path, kind: str
) -> None:
    package = below_tmp / "node_modules" / "above"
    package.mkdir(parents=True)
    (package / "package.json").write_text('{"main": "index.js"}')
    (package / "index.js").write_text("module.exports = 1;")
    code = below_tmp / "code"
    code.mkdir()
    load = 'require("above");' if kind == "cjs" else 'import "above";'
    export = "exports.handler =" if kind == "cjs" else "export const handler ="
    (code / f"index.{kind}").write_text(f"{load}\n{export} async () => 1;")
    if kind == "mjs" and not landlock_version():
        pytest.skip("nothing keeps `import` from it")

    function = a_function("index.handler", runtime="nodejs22.x", code=code)
    result: object = (await asyncio.gather(node_pool.invoke(function, {}), return_exceptions=True))[
        0
    ]

    assert "ImportModuleError" in str(result)
    assert "above" in str(result)


def names(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]
