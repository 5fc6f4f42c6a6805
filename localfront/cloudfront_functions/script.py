"""The text of a function, made ready for the engine.

CloudFront's runtime takes `import NAME from 'MODULE'` in a plain script; the guide puts these
statements into the first lines. They become constants here, on their own lines, so that line
numbers in errors stay true.

Source: CloudFront Developer Guide, "JavaScript runtime 2.0 features for CloudFront Functions".
"""

from __future__ import annotations

import re

from localfront.cloudfront_functions.quotas import MAX_CODE_BYTES
from localfront.errors import ConfigError

MODULES = frozenset({"buffer", "cloudfront", "crypto", "querystring"})  # FN-017

_BLANK = re.compile(r"(?:\s+|//[^\n]*|/\*.*?\*/|;)+", re.DOTALL)
_IMPORT = re.compile(
    r"import\s+(?P<name>[A-Za-z_$][\w$]*|\{[\w$\s,]*\})\s+from\s*"
    r"(?P<quote>['\"])(?P<module>[^'\"\n]*)(?P=quote)"
)


def read_script(code: bytes, *, name: str) -> str:
    """The script to run: strict (FN-017), its imports resolved. Raises ConfigError.

    The code has at most 10 KB (FN-015), and `import` takes the runtime's own modules only.
    """
    if len(code) > MAX_CODE_BYTES:
        raise ConfigError(
            f"Function {name} has {len(code)} bytes of code; CloudFront takes at most "
            f"{MAX_CODE_BYTES} (FN-015). Make it smaller, or move data to a key value store."
        )
    try:
        text = code.decode()
    except UnicodeDecodeError as error:
        raise ConfigError(f"Function {name} is not UTF-8 text: {error}.") from error
    return '"use strict";' + _with_imports(text, name)


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
                f"Function {name} imports {found['module']!r}. There are only "
                f"{', '.join(sorted(MODULES))}; put other code into the function."
            )
        lines = "\n" * found[0].count("\n")
        constant = f"const {found['name']} = require('{found['module']}');"
        done, rest = done + " ".join(constant.split("\n")) + lines, rest[found.end() :]
