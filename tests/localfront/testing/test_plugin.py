"""The plugin, loaded by pytest in a user's tests."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.localfront.real_workers import PYTHON, is_running
from tests.localfront.testing.functions import python_function

pytest_plugins = ["pytester"]

# Half a second of imports that none of the tests here needs.
WITHOUT = [
    f"-pno:{name}"
    for name in (
        *("anyio", "asyncio", "base_url", "hypothesispytest", "playwright", "timeout"),
        *("xdist", "xdist.looponfail"),
    )
]

TESTS = f"""
from pathlib import Path
from localfront.testing import redirects_to, viewer_request_event

def test_it(edge_function):
    function = edge_function("edge", handler="guard.handler", runtime="{PYTHON}")
    function(viewer_request_event())
    Path("told").write_text("\\n".join(function.logs))

def test_that_fails(edge_function):
    function = edge_function("edge", handler="guard.handler", runtime="{PYTHON}")
    redirects_to(function(viewer_request_event(uri="/a")), "/login/")

def test_serving(served_distribution):
    assert served_distribution.ca_file.is_file()
"""


@pytest.fixture
def project(pytester: pytest.Pytester) -> pytest.Pytester:
    pytester.makeini(
        """
        [pytest]
        filterwarnings = error
        """
    )
    edge = pytester.mkdir("edge")
    python_function(edge)
    pytester.makepyfile(TESTS)
    return pytester


def test_the_fixtures_are_available_after_installation_and_clean_up(
    project: pytest.Pytester,
) -> None:
    result = project.runpytest_subprocess(*WITHOUT)

    result.assert_outcomes(passed=2, failed=1)
    result.stdout.fnmatch_lines(
        [
            "*redirects_to(function(viewer_request_event(uri=*",
            "E*AssertionError: Expected a redirect (302) to '/login/'; "
            "the request continues as '/a'.",
            "*Captured stderr call*",
            'edge-function: {"pid": *',
        ],
    )
    result.stdout.no_fnmatch_line("*assertions.py*")  # it points at the test's line
    pid = json.loads(Path("told").read_text())["pid"]
    assert not is_running(pid)


@pytest.mark.parametrize("autoload", [True, False], ids=["beside", "instead of"])
def test_a_conftest_may_load_the_plugin_with_or_without_the_entry_point(
    autoload: bool, project: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.makeconftest(
        """
        from localfront.testing import viewer_request_event

        pytest_plugins = ["localfront.testing"]
        """
    )
    if not autoload:
        monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
        project.makeini("[pytest]\nfilterwarnings = error\n")

    result = project.runpytest_subprocess("-k", "test_serving", *WITHOUT)

    result.assert_outcomes(passed=1, deselected=2)


def test_localfront_itself_needs_no_pytest() -> None:
    run_python(
        "import sys; sys.modules['pytest'] = None; "
        "import localfront.__main__, localfront.command.service, localfront.invoke.command"
    )


def test_a_run_without_the_fixtures_does_not_import_their_modules() -> None:
    run_python(
        "import sys, localfront.pytest_plugin; "
        "assert not {'aiohttp', 'boto3', 'asyncio'} & set(sys.modules)"
    )


def test_the_package_has_a_py_typed_marker() -> None:
    run_python(
        "from importlib.resources import files; assert (files('localfront') / 'py.typed').is_file()"
    )


def run_python(code: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    assert done.stderr == ""
    assert done.returncode == 0
