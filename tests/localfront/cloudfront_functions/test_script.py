"""Checks of a function's code before it runs."""

from __future__ import annotations

import pytest

from localfront.cloudfront_functions.script import read_script
from localfront.errors import ConfigError

HANDLER = "function handler(event) { return event.request; }"


def read(code: str) -> str:
    return read_script(code.encode(), name="visitors")


@pytest.mark.proves("FN-017")
def test_a_script_is_strict() -> None:
    assert read(HANDLER) == f'"use strict";{HANDLER}'


@pytest.mark.proves("FN-017")
@pytest.mark.parametrize("module", ["buffer", "cloudfront", "crypto", "querystring"])
@pytest.mark.parametrize("quote", ["'", '"'])
def test_an_import_becomes_a_constant(module: str, quote: str) -> None:
    script = read(f"import it from {quote}{module}{quote};\n{HANDLER}")

    assert script == f"\"use strict\";const it = require('{module}');;\n{HANDLER}"


def test_imports_after_comments_keep_their_lines() -> None:
    script = read(
        "// mine; import not from 'here'\n\n/* a\n b */ import cf from 'cloudfront'\n"
        "import { createHash,\n  createHmac } from 'crypto'\nthrow 1"
    )

    assert script.split("\n").index("throw 1") == 6
    assert "const cf = require('cloudfront');" in script
    assert "const { createHash,   createHmac } = require('crypto');" in script
    assert "// mine; import not from 'here'\n" in script


def test_text_that_looks_like_an_import_is_not_changed() -> None:
    code = "var text = `\nimport a from 'crypto'\n`;"

    assert read(code) == f'"use strict";{code}'


@pytest.mark.proves("FN-016")
@pytest.mark.parametrize("module", ["fs", "http", "./other.js", ""])
def test_an_unknown_module_is_refused(module: str) -> None:
    with pytest.raises(ConfigError, match="Only buffer, cloudfront, crypto"):
        read(f"import it from '{module}';")


@pytest.mark.proves("FN-015")
def test_code_has_at_most_10_kb() -> None:
    longest = HANDLER.ljust(10 * 1024)

    assert read(longest).endswith(longest)
    with pytest.raises(ConfigError, match="Function visitors has 10241 bytes"):
        read(longest + " ")


def test_code_that_is_not_utf_8_is_refused() -> None:
    with pytest.raises(ConfigError, match="not UTF-8"):
        read_script(b"\xff", name="visitors")
