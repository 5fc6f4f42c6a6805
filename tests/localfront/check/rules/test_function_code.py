"""`localfront check` reads the code of CloudFront Functions."""

from __future__ import annotations

import pytest

from localfront.check.findings import Finding, Severity, Unchecked
from localfront.check.rules.function_code import check_function_code
from localfront.sources.description import Description, FunctionCode

HANDLER = "function handler(event) {\n  return event.request;\n}\n"


def found(code: str, runtime: str = "cloudfront-js-2.0") -> list[tuple[str, Severity, str]]:
    function = FunctionCode(name="pretty", runtime=runtime, code=code)
    outcomes = check_function_code(Description(functions={"arn": function}))
    return [(f.rule, f.severity, f.message) for f in outcomes if isinstance(f, Finding)]


@pytest.mark.proves("FN-015")
def test_code_over_10_kb_is_found() -> None:
    code = HANDLER + "//" + "x" * 10_442

    assert found(code)[0][:2] == ("FN-015", Severity.ERROR)
    assert found(HANDLER + "//" + "x" * 10_000) == []


@pytest.mark.proves("FN-013")
def test_code_that_does_not_parse_is_found_with_its_line() -> None:
    ((rule, severity, message),) = found(HANDLER + "var a = ;")

    assert (rule, severity) == ("FN-013", Severity.ERROR)
    assert "pretty.js:4: SyntaxError" in message


@pytest.mark.proves("FN-025", "FN-026")
def test_javascript_that_the_runtime_does_not_support_is_found() -> None:
    code = HANDLER + "const a = [1].flat();\nclass A {}"

    second = [(severity, message.partition(" ")[0]) for _, severity, message in found(code)]
    first = [
        (severity, message.partition(" ")[0])
        for _, severity, message in found(code, "cloudfront-js-1.0")
    ]

    assert second == [(Severity.WARNING, "pretty.js:4:"), (Severity.ERROR, "pretty.js:5:")]
    assert first[0] == (Severity.ERROR, "pretty.js:4:")


def test_code_that_is_not_emulated_is_reported_as_unchecked() -> None:
    code = "import cf from 'cloudfront';\nfunction handler(event) { cf.cwt.validateToken('', {}); }"
    function = FunctionCode(name="pretty", runtime="cloudfront-js-2.0", code=code)

    (unchecked,) = check_function_code(Description(functions={"arn": function}))

    assert isinstance(unchecked, Unchecked)
    assert unchecked.what.endswith("cf.cwt")
