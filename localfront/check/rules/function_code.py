"""Rules for the code of CloudFront Functions: size, syntax, unsupported JavaScript.

Sources: CloudFront Developer Guide, "Quotas" (FN-015), "JavaScript runtime 1.0 features" and "2.0
features for CloudFront Functions" (FN-025, FN-026), "Restrictions on CloudFront Functions".
"""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from typing import Final

from localfront.check.findings import CheckResult, Finding, Severity, Unchecked
from localfront.cloudfront_functions.quotas import MAX_CODE_BYTES
from localfront.cloudfront_functions.script import read_script
from localfront.cloudfront_functions.syntax import remarks
from localfront.errors import ConfigError
from localfront.sources.description import Description, FunctionCode

NOT_EMULATED: Final = ("cf.cwt",)


def check_function_code(description: Description) -> Iterator[CheckResult]:
    """Check the code of each CloudFront Function in the description."""
    for function in description.functions.values():
        yield from _checked(function)


def _checked(function: FunctionCode) -> Iterator[CheckResult]:
    title = f"CloudFront Function {function.name}"
    code = function.code.encode("utf-8", "replace")
    if len(code) > MAX_CODE_BYTES:
        yield Finding(
            rule="FN-015",
            severity=Severity.ERROR,
            resource=title,
            message=f"Its code has {len(code)} bytes; CloudFront accepts at most {MAX_CODE_BYTES}.",
            remedy="Make it smaller, or move data to a key value store.",
        )
        return
    if importlib.util.find_spec("quickjs") is None:
        yield Unchecked(what=f"{title}: its syntax", why="quickjs-ng is not installed")
        return
    file = function.file.name if function.file else f"{function.name}.js"
    try:
        read_script(code, name=function.name, runtime=function.runtime, file=file, newer=True)
    except ConfigError as error:
        yield Finding(
            rule="FN-013",
            severity=Severity.ERROR,
            resource=title,
            message=str(error),
            remedy="Every request that it runs for would get 503.",
        )
        return
    yield from _language(function, title, file)


def _language(function: FunctionCode, title: str, file: str) -> Iterator[CheckResult]:
    for remark in remarks(function.code, function.runtime):
        yield Finding(
            rule="FN-025",
            severity=Severity.ERROR if remark.refused else Severity.WARNING,
            resource=title,
            message=f"{file}:{remark.line}: {remark.text}.",
            remedy="Write it another way."
            if remark.refused
            else "Try it with TestFunction on AWS.",
        )
    for name in NOT_EMULATED:
        if name in function.code:
            yield Unchecked(what=f"{title}: {name}", why="localfront does not emulate it")
