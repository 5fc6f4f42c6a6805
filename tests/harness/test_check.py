"""The parts that `check` runs in parallel, and its display."""

import io
import os
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

import noxfile
from harness.commands import check
from harness.gate.changed import ALWAYS_IN_UNIT, changed_files, reached_by
from harness.gate.display import Display
from harness.gate.parts import Part
from harness.gate.report import PartResult, longest_way, slowest, table
from harness.gate.side_by_side import Running, SideBySide
from harness.processes.children import Children
from tests.harness.living import are_gone

PARTS = noxfile.PARTS_OF_CHECK
REPORT = """<testsuites><testsuite name="pytest" tests="3" failures="1" errors="0">
<testcase classname="tests.test_a" name="test_fast" time="0.1"/>
<testcase classname="tests.test_a" name="test_slow" time="12.5"/>
<testcase classname="tests.test_a" name="test_broken" time="1"><failure>no</failure></testcase>
</testsuite></testsuites>"""


def shell(name: str, code: str, folder: Path, after: tuple[str, ...] = ()) -> Part:
    return Part(name=name, command=["/bin/sh", "-c", code], after=after, folder=folder)


def run(parts: list[Part], folder: Path, *, lanes: int = 2) -> tuple[list[PartResult], str]:
    """The results, and the display's output."""
    output = io.StringIO()
    with Children() as children:
        running = SideBySide(parts=parts, children=children, folder=folder, lanes=lanes)
        return running.run(os.environ, Display(output).show), output.getvalue()


def test_two_parts_run_concurrently_and_a_third_waits_for_a_lane(tmp_path: Path) -> None:
    here, there, third = (tmp_path / name for name in ("here", "there", "third"))
    os.mkfifo(here)
    os.mkfifo(there)
    parts = [  # each of the first two waits for the other
        shell("a", f"echo >'{here}'; read line <'{there}'; test ! -e '{third}'", tmp_path),
        shell("b", f"read line <'{here}'; echo >'{there}'", tmp_path),
        shell("c", f"touch '{third}'", tmp_path, after=("a",)),
    ]

    results, output = run(parts, tmp_path)

    assert [(each.part.name, each.code) for each in results] == [("a", 0), ("b", 0), ("c", 0)]
    assert "c: passed in " in output.splitlines()[-1]


def test_a_failure_is_reported_at_once_with_its_log_and_stops_no_other_part(tmp_path: Path) -> None:
    (tmp_path / "report.xml").write_text(REPORT)
    parts = [
        shell(
            "unit", f"echo said; cp '{tmp_path}/report.xml' '{tmp_path}/unit.xml'; exit 1", tmp_path
        ),
        shell("lint", "echo a.py:1: E501 >&2; exit 2", tmp_path),
        shell("edge", "true", tmp_path),
    ]

    results, output = run(parts, tmp_path, lanes=1)

    lines = output.splitlines()
    assert [each.code for each in results] == [1, 2, 0]
    assert lines[0].startswith("unit: failed in ")
    assert lines[0].endswith("3 tests, 1 failed")
    assert lines[1:3] == [
        "    tests.test_a::test_broken",
        f"    all of it: {tmp_path / 'unit.log'}",
    ]
    assert "    a.py:1: E501" in lines
    assert (tmp_path / "unit.log").read_text() == "said\n"


def test_a_hanging_part_is_killed_and_fails_with_its_last_output(tmp_path: Path) -> None:
    hangs = shell("unit", "echo test_that_hangs; sleep 600 & wait", tmp_path)

    [result], output = run([replace(hangs, within=1.0)], tmp_path)

    assert (result.code, result.reason) == (1, "had not ended after 1 s")
    lines = output.splitlines()
    assert lines[0].endswith(" s, had not ended after 1 s")
    assert lines[1] == "    test_that_hangs"


def test_the_figures_include_the_seconds_of_each_part_and_the_total(tmp_path: Path) -> None:
    part = shell("unit", "true", tmp_path)

    found = check.figures(200.04, [PartResult(part=part, code=0, seconds=12.34)])

    assert found == {"seconds": 200.0, "parts": {"unit": 12.3}}


def test_the_table_has_the_processor_time_of_each_part_with_its_processes(tmp_path: Path) -> None:
    work = f"'{sys.executable}' -c 'import time\nwhile time.process_time() < 0.3: pass'"
    parts = [shell("unit", f"{work}; {work}", tmp_path), shell("lint", "sleep 0.3", tmp_path)]

    results, _ = run(parts, tmp_path)

    busy = {each.part.name: each.busy for each in results}
    assert 0.6 <= busy["unit"] < 20
    assert busy["lint"] < busy["unit"]
    assert f"{busy['unit']:.1f} s of a processor" in table(results).splitlines()[0]
    assert check.processor_time([replace(each, busy=300) for each in results], 2) == (
        "processor time 600 s, 300 s on each of 2 cores"
    )


def test_a_terminal_shows_one_line_with_the_progress_of_each_part(tmp_path: Path) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    part, waiting = shell("localfront", "true", tmp_path), shell("unit", "true", tmp_path)
    (tmp_path / "localfront.log").write_text(
        "Ran FEEBLE things\n....F..x [ 12%]\ntests/a/test_b.py ..E.   [ 25%]\n"
    )
    output, now = Terminal(), 1000.0
    display = Display(output, clock=lambda: now)
    with Children() as children:
        state = SideBySide(parts=[part, waiting], children=children, folder=tmp_path, lanes=1)
        state.waiting.remove(part)
        state.running["localfront"] = Running(part=part, log=state.log_of(part), began=905.0)
        display.show(state, None)

    assert output.getvalue() == "\r\x1b[K0:00  localfront 95 s 25 %, 2 failed · 1 to go"


def test_the_summary_names_the_slowest_parts(tmp_path: Path) -> None:
    results = [
        PartResult(part=shell(name, "true", tmp_path), code=0, seconds=seconds, began=1000 + began)
        for name, began, seconds in (
            ("localfront", 0.0, 90.0),
            ("unit", 0.1, 60.0),
            ("e2e", 60.2, 40.0),
            ("conformance", 90.1, 2.0),
            ("lint", 93.0, 0.0),
        )
    ]

    assert longest_way(results) == "unit 60 s, then e2e 40 s"


def test_the_summary_names_the_slowest_tests_and_their_part(tmp_path: Path) -> None:
    (tmp_path / "unit.xml").write_text(REPORT)
    result = PartResult(part=shell("unit", "true", tmp_path), code=0, seconds=1)

    assert slowest([result]).splitlines()[:2] == [
        "   12.5 s  unit  tests.test_a::test_slow",
        "    1.0 s  unit  tests.test_a::test_broken",
    ]


@pytest.mark.parametrize(
    ("changed", "parts"),
    [
        ({"docs/how-to/run-the-gate.md"}, ("unit",)),
        ({"e2e/test_browser.py"}, ("lint", "types", "unit", "e2e")),
        ({"terraform/api.tf", "docs/a.md"},
         ("unit", "edge", "localfront", "conformance", "integration", "terraform", "e2e")),
        ({"requirements/test.txt"}, PARTS),
        ({"something-new/a.txt"}, PARTS),
        (set[str](), ()),
    ],
)  # fmt: skip
def test_a_change_affects_the_parts_that_run_or_read_it(
    changed: set[str], parts: tuple[str, ...]
) -> None:
    assert reached_by(changed, PARTS).parts == parts


def test_if_only_test_modules_changed_only_those_run() -> None:
    module = "tests/harness/test_check.py"

    assert reached_by({module}, PARTS).only["unit"] == (module, *ALWAYS_IN_UNIT)
    assert reached_by({module, "harness/errors.py"}, PARTS).only == {}
    assert reached_by({module, "tests/harness/outputs.py"}, PARTS).only == {}


def test_every_folder_with_code_affects_some_part() -> None:
    folders = {"bench", "conformance", "e2e", "edge", "fuzz", "harness", "lambdas", "localfront"}

    for folder in folders:
        assert {"lint", "types"} <= set(reached_by({f"{folder}/a.py"}, PARTS).parts)


def test_changed_files_are_those_committed_modified_or_added_since_main(tmp_path: Path) -> None:
    def git(*arguments: str) -> None:
        identity = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
        subprocess.run(["git", *identity, *arguments], cwd=tmp_path, check=True, timeout=240)

    git("init", "-q", "-b", "main")
    for name in ("kept", "changed", "gone"):
        (tmp_path / name).write_text(name)
    git("add", ".")
    git("commit", "-qm", "first")
    git("switch", "-qc", "work")
    (tmp_path / "committed").touch()
    git("add", ".")
    git("rm", "-q", "gone")
    git("commit", "-qm", "second")
    (tmp_path / "changed").write_text("otherwise")
    (tmp_path / "added ü").touch()

    assert changed_files(tmp_path) == {"committed", "gone", "changed", "added ü"}


def test_ctrl_c_terminates_the_running_parts(tmp_path: Path) -> None:
    begun = tmp_path / "begun"
    code = (
        "import os, signal, sys, threading\n"
        "from pathlib import Path\n"
        "from harness.commands import check\n"
        "from harness.gate.parts import Part\n"
        f"folder = Path({str(tmp_path)!r})\n"
        f"part = Part(name='slow', command=['/bin/sh', '-c', 'echo $$ >{begun}; sleep 600'], folder=folder)\n"
        "check.FOLDER, check.ROOT = folder / 'check', folder\n"
        "check.planned_parts = lambda _: [part]\n"
        "sys.exit(check.main(['--nox', 'nox', 'slow']))\n"
    )
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 240
    while not (begun.exists() and begun.read_text()):
        assert time.monotonic() < deadline, "the part did not begin"
        time.sleep(0.05)

    process.terminate()

    process.communicate(timeout=240)
    assert process.returncode == 130
    assert are_gone([int(begun.read_text())])


def test_the_options_are_those_of_check() -> None:
    options = check.parse(["--nox", "python", "--changed", "--at-once", "3", "lint", "unit"])

    assert (options.changed, options.at_once, options.parts) == (True, 3, ["lint", "unit"])


def test_only_a_whole_run_has_fewer_workers_for_each_part() -> None:
    whole, quick = (
        {part.name: [*part.command] for part in check.planned_parts(check.parse([*given, *PARTS]))}
        for given in (["--nox", "python"], ["--nox", "python", "--quick"])
    )

    assert whole["unit"][-2:] == ["-n", "0"]
    assert whole["localfront"][-2:] == ["-n", "2"]
    assert "-n" not in quick["unit"]


def test_the_quick_parts_name_existing_test_folders() -> None:
    options = check.parse(["--nox", "python", "--quick", *PARTS])

    planned = {part.name: part.command for part in check.planned_parts(options)}

    assert planned.keys() == {"lint", "types", "edge", "unit"}
    tests = planned["unit"][list(planned["unit"]).index("--") + 1 :]
    assert "tests/lambdas" in tests
    assert [test for test in tests if not Path(test).is_dir()] == []
