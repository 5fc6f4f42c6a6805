"""What a start imports: each library costs tenths of a second, and more on a busy machine."""

import json
import subprocess
import sys

import pytest

HEAVY = ("aiohttp", "asyncio", "boto3", "botocore", "cryptography", "ssl", "tree_sitter", "yaml")
LOADED = """
import json, sys
from localfront.__main__ import main
try:
    main(sys.argv[1:])
except SystemExit:
    pass
sys.stdout.write("\\n" + json.dumps([name for name in %r if name in sys.modules]))
""" % (HEAVY,)  # noqa: UP031 -- braces are the program's


def loaded_by(*arguments: str) -> list[str]:
    said = subprocess.run(  # noqa: S603 -- our own code
        [sys.executable, "-c", LOADED, *arguments],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    found: list[str] = json.loads(said.stdout.splitlines()[-1])
    return found


@pytest.mark.parametrize(
    "arguments",
    [["--help"], ["--version"], ["serve", "--help"], ["serve", "--http-port", "x"]],
    ids=" ".join,
)
def test_help_and_a_slip_need_no_library(arguments: list[str]) -> None:
    assert loaded_by(*arguments) == []
