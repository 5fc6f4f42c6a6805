"""Functions found in folders."""

from pathlib import Path
from typing import Any

import pytest

from localfront.errors import ConfigError
from localfront.invoke.local_function import handlers, local_function
from tests.localfront.real_workers import PYTHON

IN_PYTHON = "def handler(event, context):\n    return event\n"
FORMS = {
    "plain.py": IN_PYTHON,
    "assigned.py": "handler = make_handler()\n",
    "other_name.py": "def lambda_handler(event, context): ...\n",
    "exported.js": "'use strict';\nexports.handler = async (event) => event;\n",
    "module.cjs": "module.exports.handler = function (event) {};\n",
    "listed.cjs": "module.exports = { other, handler };\n",
    "constant.mjs": "export const handler = async (event) => event;\n",
    "declared.mjs": "export async function lambdaHandler(event) {}\n",
    "named.mjs": "const handler = () => {};\nexport { handler };\n",
}
NONE = {
    "inner.py": "class A:\n    def handler(self): ...\n",
    "called.py": "handler()\nhandlers = {}\ndef handler_of(x): ...\n",
    "comment.js": "// exports.handler = ...\nconst handler = 1;\n",
    "notes.txt": "def handler(event, context):",
}


def directory_with(directory: Path, **files: str) -> Path:
    for name, text in files.items():
        (directory / name).write_text(text)
    return directory


@pytest.mark.parametrize(("name", "text"), FORMS.items())
def test_the_only_handler_of_a_directory_is_found(name: str, text: str, tmp_path: Path) -> None:
    directory_with(tmp_path, **NONE, **{name: text})

    (found,) = handlers(tmp_path)

    assert found.rpartition(".")[0] == Path(name).stem
    assert local_function(tmp_path).handler == found


def test_a_file_with_an_invalid_encoding_does_not_hide_the_handler(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_bytes(b"# \xe9\n" + IN_PYTHON.encode())

    assert handlers(tmp_path) == ["a.handler"]


@pytest.mark.parametrize(
    ("name", "runtime"),
    [
        ("a.py", PYTHON),
        ("a.js", "nodejs22.x"),
        ("a.mjs", "nodejs22.x"),
        ("a.cjs", "nodejs22.x"),
    ],
)
def test_the_runtime_follows_from_the_handlers_file(
    name: str, runtime: str, tmp_path: Path
) -> None:
    directory_with(tmp_path, **{name: ""})

    assert local_function(tmp_path, handler="a.main").runtime == runtime


@pytest.mark.parametrize("handler", ["sub/a.main", "sub.a.main"])
def test_a_handler_may_be_in_a_subfolder(handler: str, tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "a.py").touch()

    assert local_function(tmp_path, handler=handler).handler == handler


def test_settings_default_to_what_most_edge_functions_have(
    tmp_path: Path,
) -> None:
    directory_with(tmp_path, **{"a.py": IN_PYTHON})

    function = local_function(tmp_path)

    assert (function.timeout, function.memory_mb) == (5, 128)
    assert function.arn.replica.name == "us-east-1.edge-function"
    assert function.code == tmp_path.resolve()


def test_a_changed_file_is_a_new_revision(tmp_path: Path) -> None:
    directory_with(tmp_path, **{"a.py": IN_PYTHON})
    before = local_function(tmp_path)

    directory_with(tmp_path, **{"a.py": f"{IN_PYTHON}\n"})

    assert local_function(tmp_path).revision != before.revision


def test_two_handlers_are_listed_with_the_option_that_chooses_one(tmp_path: Path) -> None:
    directory_with(tmp_path, **{"b.js": FORMS["exported.js"], "a.py": IN_PYTHON})

    with pytest.raises(ConfigError) as refused:
        local_function(tmp_path)

    assert "has 2 handlers: a.handler, b.handler. Name it with --handler" in str(refused.value)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({}, "defines a function `handler`. Name it with --handler"),
        ({"handler": "handler"}, "'handler' is not a handler: write FILE.FUNCTION"),
        ({"handler": "b.main"}, "is 'b' of the handler 'b.main'. Its handlers are"),
        ({"handler": "../x/a.main"}, "is '../x/a' of the handler"),
        ({"handler": "a.main"}, "'a.main' could be for a.py, a.js. Choose with --runtime"),
        ({"handler": "c.main", "runtime": "nodejs22.x"}, "for nodejs22.x. Its handlers"),
        ({"handler": "c.main", "runtime": "ruby3.3"}, "for ruby3.3. Its handlers"),
        ({"handler": "c.main", "timeout": 31}, "timeout is over 30 s (LA-017)"),
        ({"handler": "c.main", "memory_mb": 10241}, "over 10240 MB (LA-019)"),
        (
            {"handler": "c.main", "name": "my edge"},
            "'my edge' is not a function name",
        ),
        ({"handler": "c.main", "name": "x" * 65}, "is not a function name"),
    ],
)
def test_a_function_that_cannot_run_is_refused(
    arguments: dict[str, Any], message: str, tmp_path: Path
) -> None:
    directory_with(tmp_path, **{"a.py": "", "a.js": "", "c.py": ""})

    with pytest.raises(ConfigError) as refused:
        local_function(tmp_path, **arguments)

    assert message in str(refused.value)


def test_a_missing_directory_is_named_in_the_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="gone' is not a directory"):
        local_function(tmp_path / "gone", handler="a.main")
