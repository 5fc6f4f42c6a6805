"""Prepare a function's code for the engine.

CloudFront's runtime accepts `import NAME from 'MODULE'` in a plain script; the guide puts these
statements into the first lines. Here they become constants on the same lines, so that line numbers
in errors stay correct.

Source: CloudFront Developer Guide, "JavaScript runtime 2.0 features for CloudFront Functions".
"""

from __future__ import annotations

import re

from localfront.cloudfront_functions.quotas import MAX_CODE_BYTES
from localfront.cloudfront_functions.syntax import RUNTIME_2, remarks, syntax_fault
from localfront.errors import ConfigError

MODULES = frozenset({"buffer", "cloudfront", "crypto", "querystring"})  # FN-017

NEWER = "functions_may_use_newer_javascript"  # the assumption
_FRAME = re.compile(r"<input>:(\d+)")
_BLANK = re.compile(r"(?:\s+|//[^\n]*|/\*.*?\*/|;)+", re.DOTALL)
_IMPORT = re.compile(
    r"import\s+(?P<name>[A-Za-z_$][\w$]*|\{[\w$\s,]*\})\s+from\s*"
    r"(?P<quote>['\"])(?P<module>[^'\"\n]*)(?P=quote)"
)


def read_script(
    code: bytes, *, name: str, runtime: str = RUNTIME_2, file: str = "", newer: bool = False
) -> str:
    """The script to run: strict (FN-017), its imports resolved. Raises ConfigError.

    The code has at most 10 KB (FN-015), and `import` accepts only the runtime's modules. With
    `newer`, newer JavaScript than the runtime's is allowed (FN-025). `file` names it in errors.
    """
    if len(code) > MAX_CODE_BYTES:
        raise ConfigError(
            f"Function {name} has {len(code)} bytes of code; CloudFront accepts at most "
            f"{MAX_CODE_BYTES} (FN-015). Make it smaller, or move data to a key value store."
        )
    try:
        text = code.decode()
    except UnicodeDecodeError as error:
        raise ConfigError(f"Function {name} is not UTF-8 text: {error}.") from error
    script = '"use strict";' + _with_imports(text, name)
    if fault := syntax_fault(script):
        message, _, trace = fault.partition("\n")
        failure = place(message, trace, file or name)
        raise ConfigError(f"Function {name} does not parse (FN-013): {failure}.")
    for remark in () if newer else remarks(text, runtime):
        if remark.refused:
            raise ConfigError(
                f"Function {name}, {file or name}:{remark.line}: {remark.text} (FN-025). Where you "
                f"know that it runs on AWS: --assume {NEWER}=on."
            )
    return script


def place(message: str, trace: str, file: str) -> str:
    """An error message with the function's file name in place of `<input>`."""
    line = _FRAME.search(trace)
    return f"{file}:{line[1]}: {message}" if line else message


def _with_imports(text: str, name: str) -> str:
    done, rest = "", text
    while True:
        blank = _BLANK.match(rest)
        if blank:
            done, rest = done + blank[0], rest[blank.end() :]
        found = _IMPORT.match(rest)
        if found is None:
            return done + rest
        if found["module"] not in MODULES:
            raise ConfigError(
                f"Function {name} imports {found['module']!r}. Only "
                f"{', '.join(sorted(MODULES))} exist; put other code into the function."
            )
        lines = "\n" * found[0].count("\n")
        constant = f"const {found['name']} = require('{found['module']}');"
        done, rest = done + " ".join(constant.split("\n")) + lines, rest[found.end() :]
