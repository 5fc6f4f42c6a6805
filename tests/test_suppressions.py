"""Every suppression of a linter or type checker has a reason on its line."""

import io
import re
import tokenize

import pytest

from tests.checkout import ROOT, our_python

SUPPRESSION = re.compile(r"#\s*(noqa|type: ignore|pragma: no cover)\b")
WITH_REASON = re.compile(
    r"#\s*(ruff: )?(noqa: [A-Z]+\d+(, ?[A-Z]+\d+)*\s+(-|\(|#)|type: ignore\[[\w,\s-]+\]\s+#|pragma: no cover\s+\S)"
)


def without_reason(text: str) -> list[int]:
    """The lines, from 1, that suppress a message and do not say why."""
    if not SUPPRESSION.search(text):
        return []  # most files: reading their tokens takes seconds for all of them
    return [
        token.start[0]
        for token in tokenize.generate_tokens(io.StringIO(text).readline)
        if token.type == tokenize.COMMENT
        and SUPPRESSION.match(token.string)
        and not WITH_REASON.match(token.string)
    ]


def test_each_suppression_has_its_reason_beside_it() -> None:
    found = [
        f"{file.relative_to(ROOT)}:{line} says why by ` - reason` after the code, or goes"
        for file in our_python()
        for line in without_reason(file.read_text())
    ]

    assert found == [], "\n".join(found)


@pytest.mark.parametrize(
    ("line", "has_reason"),
    [
        ("x = 1  # noqa: S603", True),
        ("x = 1  # noqa", True),
        ("x = 1  # type: ignore[arg-type]", True),
        ("x = 1  # pragma: no cover", True),
        ("x = 1  # noqa: S603, S607 - our own command", False),
        ("x = 1  # type: ignore[arg-type]  # JSON", False),
        ('x = "# noqa: S603"', False),
        ("x = 1", False),
    ],
)
def test_a_suppression_without_a_reason_is_found(line: str, has_reason: bool) -> None:
    assert without_reason(f"{line}\n") == ([1] if has_reason else [])
