"""The AWS SDK for JavaScript, found where the developer has it, as AWS's runtimes include it."""

import json
from pathlib import Path
from typing import Any

import pytest

from localfront.errors import EdgeExecutionError
from localfront.lambda_edge.workers.node_sdk import find_node_sdk
from localfront.lambda_edge.workers.pool import WorkerPool
from tests.localfront.real_workers import invoke_node

pytestmark = pytest.mark.proves("LA-020")

STYLES = {
    "index.js": 'const { from } = require("@aws-sdk/client-s3");\nexports.handler = async () => from;',
    "index.mjs": 'import { from } from "@aws-sdk/client-s3";\nexport const handler = async () => from;',
}


@pytest.fixture(params=STYLES)
def code(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A function that returns the path of its SDK."""
    folder = tmp_path / "project" / "functions" / "edge"
    folder.mkdir(parents=True)
    (folder / request.param).write_text(STYLES[request.param])
    return folder


def install(folder: Path, name: str, source: str, **described: Any) -> Path:
    package = folder / "node_modules" / name
    package.mkdir(parents=True)
    (package / "package.json").write_text(json.dumps({"name": name, **described}))
    (package / "index.js").write_text(source)
    return package


def install_sdk(folder: Path) -> None:
    """A client whose result comes from a package that it depends on, like the real ones."""
    install(
        folder,
        "@aws-sdk/client-s3",
        'exports.from = require("@smithy/core").from;',
        dependencies={"@smithy/core": "*"},
    )
    install(
        folder, "@smithy/core", 'exports.from = require("tslib").from;', dependencies={"tslib": "*"}
    )
    install(folder, "tslib", f"exports.from = {json.dumps(folder.name)};")


def import_instead(name: str, code: Path) -> None:
    (file,) = code.iterdir()
    file.write_text(file.read_text().replace("@aws-sdk/client-s3", name))


async def test_the_sdk_may_be_in_a_folder_above_the_code(node_pool: WorkerPool, code: Path) -> None:
    install_sdk(code.parents[1])

    assert await invoke_node(node_pool, "index.handler", code=code) == "project"


async def test_the_sdk_may_be_in_node_path(
    node_pool: WorkerPool, code: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install_sdk(tmp_path / "elsewhere")
    monkeypatch.setenv("NODE_PATH", f"/nowhere:{tmp_path}/elsewhere/node_modules")

    assert await invoke_node(node_pool, "index.handler", code=code) == "elsewhere"


async def test_the_functions_own_copy_takes_precedence(node_pool: WorkerPool, code: Path) -> None:
    install_sdk(code.parents[1])
    install_sdk(code)

    assert await invoke_node(node_pool, "index.handler", code=code) == "edge"


async def test_only_the_sdk_is_loaded_from_there(node_pool: WorkerPool, code: Path) -> None:
    install_sdk(code.parents[1])
    install(code.parents[1], "lodash", 'exports.from = "not on AWS";')
    import_instead("lodash", code)

    with pytest.raises(EdgeExecutionError, match="ImportModuleError"):
        await invoke_node(node_pool, "index.handler", code=code)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("@aws-sdk/client-s3", "run `npm install @aws-sdk/client-s3`"),
        ("@aws-sdk/lib-storage/deep", "run `npm install @aws-sdk/lib-storage`"),
        ("aws-sdk", "have no aws-sdk of version 2 since Node.js 18"),
        ("aws-sdk/clients/s3", "have no aws-sdk of version 2 since Node.js 18"),
    ],
)
async def test_without_the_sdk_the_error_says_how_to_get_it(
    node_pool: WorkerPool, code: Path, name: str, message: str
) -> None:
    import_instead(name, code)

    with pytest.raises(EdgeExecutionError, match=message):
        await invoke_node(node_pool, "index.handler", code=code)


def test_symlinked_packages_are_read_at_their_targets(tmp_path: Path) -> None:
    install_sdk(tmp_path / "store")
    scope = tmp_path / "project" / "node_modules" / "@aws-sdk"
    scope.mkdir(parents=True)
    stored = tmp_path / "store" / "node_modules"
    (scope / "client-s3").symlink_to(stored / "@aws-sdk" / "client-s3")
    (stored / "tslib" / "package.json").write_text("no JSON")

    sdk = find_node_sdk(tmp_path / "project" / "edge", {})

    assert sdk is not None
    names = {str(package.relative_to(stored)) for package in sdk.packages}
    assert names == {"@aws-sdk/client-s3", "@smithy/core", "tslib"}
