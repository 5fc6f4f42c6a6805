"""The gate's parts and its report."""

import os
import signal
import sys
import threading
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

from harness.errors import MissingToolError
from harness.gate import __main__ as gate
from harness.gate import parts as gate_parts
from harness.gate.__main__ import outcomes_of
from harness.gate.parts import Part, parts
from harness.gate.report import PartResult, table, write_junit, write_page
from harness.processes import children as children_module
from harness.processes import process_group
from harness.processes.children import Children

FAILED = """<testsuites><testsuite name="pytest" tests="2" failures="1" errors="0">
<testcase name="test_fine"/><testcase name="test_broken"><failure>1 &lt; 2</failure></testcase>
</testsuite></testsuites>"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(gate_parts, "FOLDER", tmp_path)
    return tmp_path


def outcome(name: str, code: int | None, reason: str = "") -> PartResult:
    return PartResult(
        part=Part(name=name, command=["true"]), code=code, seconds=12.34, reason=reason
    )


def test_a_part_that_fails_or_cannot_run_does_not_stop_others(
    folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    def no_engine(_environ: object) -> None:
        raise MissingToolError("There is no Docker here.")

    planned = [
        Part(name="fails", command=["/bin/sh", "-c", "exit 3"]),
        Part(name="cannot", command=["/bin/sh", "-c", "echo ran"], require=no_engine),
        Part(name="works", command=["/bin/sh", "-c", "echo $PYTEST_ADDOPTS"]),
    ]
    with Children() as children:
        outcomes = list(outcomes_of(planned, {}, children))

    output = capfd.readouterr().out
    assert [(each.word, each.reason) for each in outcomes] == [
        ("failed", ""),
        ("skipped", "There is no Docker here."),
        ("passed", ""),
    ]
    assert f"--junitxml={folder / 'works.xml'}" in output
    assert "\nran" not in output


def test_after_ctrl_c_a_part_has_time_to_clean_up(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(children_module, "GRACE", 0.1)  # what a server has
    for grace in ("GRACE", "GRACE_WITHOUT_LEADER"):
        monkeypatch.setattr(process_group, grace, 0.1)
    started, taken_down = folder / "started", folder / "taken down"
    os.mkfifo(started)
    takes_down = f"sleep 1; touch '{taken_down}'; exit"
    code = f"trap \"{takes_down}\" INT; echo >'{started}'; while :; do sleep 0.1; done"
    part = Part(name="slow", command=["/bin/sh", "-c", code])

    def interrupt_once_it_runs() -> None:
        started.read_text()
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)

    interrupter = threading.Thread(target=interrupt_once_it_runs)
    interrupter.start()
    with Children() as children, pytest.raises(KeyboardInterrupt):
        list(outcomes_of([part], os.environ, children))
    interrupter.join()

    assert taken_down.exists()


def test_the_table_has_a_line_for_each_part_with_its_time_and_tests(
    folder: Path,
) -> None:
    (folder / "unit.xml").write_text(FAILED)

    lines = table([outcome("unit", 1), outcome("docker compose", None, "no engine")]).splitlines()

    assert lines == [
        "unit            failed      12.3 s  2 tests, 1 failed",
        "docker compose  skipped     12.3 s  no engine",
    ]


def test_one_junit_file_has_a_suite_for_each_part(folder: Path) -> None:
    (folder / "unit.xml").write_text(FAILED)

    write_junit(
        [
            outcome("unit", 1),
            outcome("lint", 0),
            outcome("types", 2),
            outcome("compose", None, "no engine"),
        ],
        folder,
    )

    root = ElementTree.parse(folder / "junit.xml").getroot()  # noqa: S314 (ours)
    suites = {suite.get("name"): suite for suite in root.iter("testsuite")}
    assert list(suites) == ["unit", "lint", "types", "compose"]
    assert suites["unit"].get("failures") == "1"
    assert suites["types"].find("testcase/failure") is not None
    skipped = suites["compose"].find("testcase/skipped")
    assert skipped is not None
    assert skipped.get("message") == "no engine"


def test_the_page_shows_failures_screenshots_and_traces(folder: Path) -> None:
    (folder / "unit.xml").write_text(FAILED)
    kept = folder / "e2e" / "test-broken#1"
    kept.mkdir(parents=True)
    (kept / "trace.zip").touch()
    (kept / "failed.png").touch()

    write_page([outcome("unit", 1)], folder)

    page = (folder / "index.html").read_text()
    assert "1 &lt; 2" in page
    assert '<a href="e2e/test-broken%231/trace.zip">' in page
    assert '<img src="e2e/test-broken%231/failed.png"' in page


def test_a_part_that_fails_after_its_tests_passed_is_reported(folder: Path) -> None:
    (folder / "e2e.xml").write_text(
        '<testsuites><testsuite tests="1"><testcase name="test_fine"/></testsuite></testsuites>'
    )

    write_junit([outcome("e2e", 7)], folder)
    write_page([outcome("e2e", 7)], folder)

    root = ElementTree.parse(folder / "junit.xml").getroot()  # noqa: S314 (ours)
    failures = [failure.get("message") for failure in root.iter("failure")]
    assert failures == ["exit code 7"]
    assert "exit code 7" in (folder / "index.html").read_text()


def test_a_truncated_report_does_not_prevent_the_summary(folder: Path) -> None:
    (folder / "unit.xml").write_text(FAILED[:50])

    write_junit([outcome("unit", 1)], folder)
    write_page([outcome("unit", 1)], folder)

    assert table([outcome("unit", 1)]) == "unit  failed      12.3 s"
    assert 'message="exit code 1"' in (folder / "junit.xml").read_text()


def test_colors_of_a_reason_do_not_break_the_report(folder: Path) -> None:
    write_junit([outcome("compose", None, "\x1b[31mno engine\x1b[0m\x00")], folder)

    root = ElementTree.parse(folder / "junit.xml").getroot()  # noqa: S314 (ours)
    skipped = root.find("testsuite/testcase/skipped")
    assert skipped is not None
    assert skipped.get("message") == "no engine"


def test_a_checkout_may_have_a_space_in_its_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "my projects"
    monkeypatch.setattr(gate_parts, "FOLDER", folder)
    (tmp_path / "test_fine.py").write_text("def test_fine(): ...")
    part = Part(name="unit", command=[sys.executable, "-m", "pytest", "-q"])

    with Children() as children:
        done = children.run(part.command, env=part.environment(os.environ), cwd=tmp_path)

    assert done.returncode == 0, done.stdout + done.stderr
    assert part.junit.exists()


def test_the_gate_has_all_of_check_and_then_localstack_and_docker() -> None:
    planned = parts(["lint", "e2e"], nox=Path("nox"), python=Path("bin/python"))

    assert [part.name for part in planned] == [
        "lint",
        "e2e",
        "checkov",
        "wheel",
        "localfront check",
        "integration on LocalStack",
        "e2e on LocalStack",
        "docker compose",
        "docker compose, edited and killed",
    ]


@pytest.mark.parametrize(("no_skips", "code"), [(False, 0), (True, 1)])
def test_a_part_that_cannot_run_fails_the_gate_where_skips_are_forbidden(
    no_skips: bool,
    code: int,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def no_engine(_environ: object) -> None:
        raise MissingToolError("There is no Docker here.")

    monkeypatch.setattr(gate, "FOLDER", folder)
    monkeypatch.setattr(gate, "ROOT", folder)
    planned = [
        Part(name="works", command=["true"]),
        Part(name="docker compose", command=["true"], require=no_engine),
    ]

    assert gate.run(planned, {}, no_skips=no_skips) == code
    assert ("Skipped, and --no-skips" in capsys.readouterr().out) is no_skips
