"""A local folder instead of a function's code: the next request runs the saved code."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from localfront.errors import EdgeExecutionError
from localfront.lambda_edge.function_code import with_local_code
from localfront.lambda_edge.workers.pool import WorkerPool
from tests.localfront.real_workers import NODE, PYTHON, a_function


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    runtime: str
    file: str
    text: str
    imported: str  # another file, and what it says
    imported_text: str
    broken: str
    error_type: str


PYTHON_LANGUAGE = Language(
    runtime=PYTHON,
    file="index.py",
    text="import other\ndef handler(event, context):\n    return [{0}, other.value]\n",
    imported="other.py",
    imported_text="value = {0}\n",
    broken="def handler(event, context):\n    return 1 +\n",
    error_type="Runtime.UserCodeSyntaxError",
)
COMMON = Language(
    runtime=NODE,
    file="index.js",
    text="const o = require('./other');\nexports.handler = async () => [{0}, o.value];\n",
    imported="other.js",
    imported_text="exports.value = {0};\n",
    broken="exports.handler = async () => {\n  return 1 +;\n};\n",
    error_type="Runtime.UserCodeSyntaxError",
)
MODULE = Language(
    runtime=NODE,
    file="index.mjs",
    text="import {{ value }} from './other.mjs';\nexport const handler = async () => [{0}, value];\n",
    imported="other.mjs",
    imported_text="export const value = {0};\n",
    broken="export const handler = async () => {\n  return 1 +;\n};\n",
    error_type="Runtime.UserCodeSyntaxError",
)
languages = pytest.mark.parametrize(
    "language",
    [PYTHON_LANGUAGE, COMMON, MODULE],
    ids=["Python", "CommonJS", "ES module"],
)


class Code:
    """A directory that is edited and run."""

    def __init__(self, language: Language, directory: Path, pool: WorkerPool) -> None:
        self._language = language
        self._directory = directory
        self._pool = pool
        self.save(1)
        self.save_imported(1)

    def save(self, value: int) -> None:
        self._write(self._language.file, self._language.text.format(value))

    def save_imported(self, value: int) -> None:
        self._write(self._language.imported, self._language.imported_text.format(value))

    def break_it(self) -> None:
        self._write(self._language.file, self._language.broken)

    async def respond(self) -> Any:
        published = a_function("index.handler", runtime=self._language.runtime)
        return await self._pool.invoke(with_local_code(published, self._directory), {})

    def _write(self, name: str, text: str) -> None:
        (self._directory / name).write_text(text)


@languages
async def test_a_saved_file_runs_at_the_next_request(
    language: Language, node_pool: WorkerPool, tmp_path: Path
) -> None:
    code = Code(language, tmp_path, node_pool)
    results = [await code.respond()]

    for value in range(2, 4):  # of one size, and within one second
        code.save(value)
        results.append(await code.respond())

    assert results == [[value, 1] for value in range(1, 4)]


@languages
async def test_a_saved_imported_file_runs_at_the_next_request(
    language: Language, node_pool: WorkerPool, tmp_path: Path
) -> None:
    code = Code(language, tmp_path, node_pool)
    before = await code.respond()

    code.save_imported(2)

    assert (before, await code.respond()) == ([1, 1], [1, 2])


@languages
async def test_a_syntax_error_is_reported_and_the_old_version_no_longer_runs(
    language: Language, node_pool: WorkerPool, tmp_path: Path
) -> None:
    code = Code(language, tmp_path, node_pool)
    await code.respond()

    code.break_it()
    for _ in range(2):
        with pytest.raises(EdgeExecutionError, match=language.error_type) as error:
            await code.respond()
        assert language.file in error.value.traceback
        assert "return 1 +" in error.value.traceback

    code.save(2)
    assert await code.respond() == [2, 1]
