"""The plugin in separate runs of pytest, with one process and with several."""

from __future__ import annotations

import json

import pytest

pytest_plugins = ["pytester"]

INI = "[pytest]\nmarkers =\n    proves(*ids): items that the test proves\n"
TESTS = """
    import pytest

    @pytest.mark.proves("VP-001", "VP-002")
    def test_passes() -> None: ...

    @pytest.mark.proves("VP-001")
    @pytest.mark.parametrize("number", [1, 2])
    def test_fails_once(number: int) -> None:
        assert number == 1

    @pytest.mark.proves("VP-003")
    @pytest.mark.parametrize("number", [1, 2])
    def test_is_skipped_once(number: int) -> None:
        if number == 2:
            pytest.skip("not here")

    @pytest.mark.proves("VP-004")
    @pytest.mark.skip(reason="not here")
    def test_is_skipped() -> None: ...

    @pytest.mark.proves("VP-005")
    @pytest.mark.xfail(reason="not yet")
    def test_is_expected_to_fail() -> None:
        raise AssertionError

    @pytest.fixture
    def broken():
        yield
        raise OSError

    @pytest.mark.proves("VP-006")
    def test_breaks_at_its_tear_down(broken: None) -> None: ...

    @pytest.mark.proves("VP-007")
    class TestClass:
        def test_method(self) -> None: ...

    def test_names_nothing() -> None: ...
"""


@pytest.fixture(autouse=True)
def no_other_plugins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")


def proofs(pytester: pytest.Pytester, *options: str) -> object:
    pytester.makeini(INI)
    pytester.makepyfile(test_it=TESTS)
    file = pytester.path / "build" / "proofs.json"
    plugin = ["-p", "conformance.plugin", f"--proofs={file}"]
    pytester.runpytest_subprocess(*plugin, "-p", "no:cacheprovider", *options)
    return json.loads(file.read_text())


@pytest.mark.parametrize(
    "workers",
    [
        pytest.param([], id="one process"),
        pytest.param(["-p", "xdist", "-n", "2"], id="two"),
    ],
)
def test_the_worst_outcome_of_a_test_is_written_for_each_id(
    pytester: pytest.Pytester, workers: list[str]
) -> None:
    assert proofs(pytester, *workers) == {
        "VP-001": {
            "test_it.py::test_fails_once": "failed",
            "test_it.py::test_passes": "passed",
        },
        "VP-002": {"test_it.py::test_passes": "passed"},
        "VP-003": {"test_it.py::test_is_skipped_once": "passed"},
        "VP-004": {"test_it.py::test_is_skipped": "skipped"},
        "VP-005": {"test_it.py::test_is_expected_to_fail": "skipped"},
        "VP-006": {"test_it.py::test_breaks_at_its_tear_down": "failed"},
        "VP-007": {"test_it.py::TestClass::test_method": "passed"},
    }


def test_collected_tests_that_did_not_run_are_recorded(pytester: pytest.Pytester) -> None:
    found = proofs(pytester, "--collect-only", "-k", "test_passes")

    assert found == {one: {"test_it.py::test_passes": "not run"} for one in ("VP-001", "VP-002")}


def test_an_aborted_run_deletes_earlier_outcomes(
    pytester: pytest.Pytester,
) -> None:
    file = pytester.path / "proofs.json"
    file.write_text("{}")
    pytester.makepyfile(test_it="import os; os._exit(1)")

    pytester.runpytest_subprocess("-p", "conformance.plugin", f"--proofs={file}")

    assert not file.exists()
