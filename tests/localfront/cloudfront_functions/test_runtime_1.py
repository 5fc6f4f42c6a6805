"""Runtime 1.0: byte strings, and without what its page does not have.

What is expected of byte strings is what njs 0.7.9 answered.
"""

from __future__ import annotations

from typing import Any

import pytest

from localfront.cloudfront_functions.syntax import RUNTIME_1
from tests.localfront.cloudfront_functions.running import returned, run_code

pytestmark = pytest.mark.proves("FN-026")


def evaluated(expression: str) -> Any:
    return returned(run_code(f"function handler() {{ return {expression}; }}", runtime=RUNTIME_1))


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("'é'.toUTF8().length", 2),
        ("'é'.toUTF8().fromUTF8()", "é"),
        ("'abc'.toUTF8(1, 2)", "b"),
        ("'é'.toBytes().length", 1),
        ("'€'.toBytes()", None),
        ("String.bytesFrom([0xc3, 0xa9]).fromUTF8()", "é"),
        ("String.bytesFrom([255]).fromUTF8()", None),
        ("String.bytesFrom([255]).fromBytes()", "ÿ"),
        ("String.bytesFrom('YWJj', 'base64').toString()", "abc"),
        ("String.bytesFrom('_-8', 'base64url').toString('hex')", "ffef"),
        ("String.bytesFrom([65, 66, 67]).toString('base64url')", "QUJD"),
        ("'abc'.toString('hex')", "616263"),
        ("'€'.toString('hex')", "e282ac"),
    ],
)
def test_a_byte_string_has_the_methods_of_njs(expression: str, value: Any) -> None:
    assert evaluated(expression) == value


def test_an_unencoded_digest_is_a_byte_string() -> None:
    hashed = "require('crypto').createHash('md5').update('a').digest"

    assert evaluated(f"{hashed}().length") == 16
    assert evaluated(f"{hashed}('base64url')") == "DMF1ucDxtqgxw5niaXcmYQ"
    signed = "require('crypto').createHmac('sha256', 'k').update('a').digest('hex')"
    assert evaluated(signed).startswith("78da91511e67")


@pytest.mark.parametrize(
    "missing",
    ["Buffer", "atob", "btoa", "Promise.all", "'a'.replaceAll"],
)
def test_features_of_runtime_2_0_are_absent(missing: str) -> None:
    assert evaluated(f"typeof {missing}") == "undefined"


@pytest.mark.parametrize("module", ["buffer", "cloudfront"])
def test_modules_of_runtime_2_0_are_absent(module: str) -> None:
    outcome = run_code(f"function handler() {{ require('{module}'); }}", runtime=RUNTIME_1)

    assert outcome.error == f"Error: there is no module '{module}'"
