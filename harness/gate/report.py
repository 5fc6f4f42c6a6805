"""The gate's report: a table, a JUnit file and an HTML page."""

import html
import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from harness.gate.parts import Part

STYLE = (
    "body{font:16px/1.5 system-ui;margin:2rem auto;max-width:60rem;padding:0 1rem}"
    "table{border-collapse:collapse;width:100%}td,th{border-bottom:1px solid #ccc;"
    "padding:.3rem .6rem;text-align:left}.failed{color:#b00020}.skipped{color:#666}"
    "img{max-width:100%;border:1px solid #ccc}pre{overflow:auto;background:#f6f6f6}"
)

SLOWEST = 10  # tests named in the report

# Characters that XML 1.0 does not allow; programs colour their messages with some.
CONTROL = re.compile(r"\x1b\[[0-9;]*[A-Za-z]|[\x00-\x08\x0b\x0c\x0e-\x1f]")


@dataclass(frozen=True, slots=True, kw_only=True)
class PartResult:
    """A result. `code` is the exit code, None for a part skipped for `reason`.

    `busy` is the processor time in seconds, 0 if it was not measured. `began` is in seconds of a
    clock that all parts share.
    """

    part: Part
    code: int | None
    seconds: float
    busy: float = 0
    reason: str = ""
    began: float = 0

    @property
    def ended(self) -> float:
        return self.began + self.seconds

    @property
    def failed(self) -> bool:
        return bool(self.code)

    @property
    def word(self) -> str:
        if self.code is None:
            return "skipped"
        return "failed" if self.failed else "passed"

    def suites(self) -> list[ElementTree.Element]:
        """pytest's test suites; empty without pytest, or if it was interrupted."""
        try:
            document = ElementTree.parse(self.part.junit)  # noqa: S314 (our own tests wrote it)
        except (FileNotFoundError, ElementTree.ParseError):
            return []
        return list(document.getroot().iter("testsuite"))

    def all_suites(self) -> list[ElementTree.Element]:
        """The suites, plus an artificial one if pytest's report does not explain the exit code."""
        suites = self.suites()
        blamed = any(failures_in(suite) for suite in suites)
        accounted_for = suites and (blamed or not self.failed)
        return suites if accounted_for else [*suites, bare_suite(self)]


def table(outcomes: Sequence[PartResult]) -> str:
    width = max(len(outcome.part.name) for outcome in outcomes)
    return "\n".join(
        f"{outcome.part.name:{width}}  {outcome.word:7}  {outcome.seconds:7.1f} s"
        f"  {processor_time(outcome)}{remark(outcome)}".rstrip()
        for outcome in outcomes
    )


def processor_time(outcome: PartResult) -> str:
    """A column of the table; empty where it was not measured."""
    return f"{outcome.busy:7.1f} s of a processor  " if outcome.busy else ""


def remark(outcome: PartResult) -> str:
    """Counts, and the reason of a skip or an early end."""
    return ", ".join(filter(None, (counted(outcome), outcome.reason)))


def counted(outcome: PartResult) -> str:
    """Counts such as `73 tests`, or `73 tests, 2 failed`; empty without pytest's report."""
    suites = outcome.suites()
    if not suites:
        return ""
    total, failed = (
        sum(int(suite.get(name, "0")) for suite in suites for name in names)
        for names in (["tests"], ["failures", "errors"])
    )
    return f"{total} tests" + (f", {failed} failed" if failed else "")


def failed_tests(outcome: PartResult) -> list[str]:
    """The failed tests, such as `tests.harness.test_gate::test_it`."""
    return [
        f"{case.get('classname')}::{case.get('name')}"
        for suite in outcome.suites()
        for case in suite.iter("testcase")
        if failures_in(case)
    ]


def slowest(outcomes: Sequence[PartResult]) -> str:
    """The slowest tests including fixtures, one per line; empty without pytest's reports."""
    took = [
        (float(case.get("time", "0")), outcome.part.name, case)
        for outcome in outcomes
        for suite in outcome.suites()
        for case in suite.iter("testcase")
    ]
    longest = sorted(took, key=lambda each: -each[0])[:SLOWEST]
    return "\n".join(
        f"{seconds:7.1f} s  {part}  {case.get('classname')}::{case.get('name')}"
        for seconds, part, case in longest
    )


def longest_way(outcomes: Sequence[PartResult]) -> str:
    """The critical path of parts, such as `unit 95 s, then fuzz 31 s`."""
    left = [outcome for outcome in outcomes if outcome.code is not None]
    chain: list[PartResult] = []
    while left:
        last = max(left, key=lambda outcome: outcome.ended)
        chain.append(last)
        left = [outcome for outcome in left if outcome.ended <= last.began and outcome is not last]
    return ", then ".join(
        f"{outcome.part.name} {outcome.seconds:.0f} s" for outcome in reversed(chain)
    )


def write_junit(outcomes: Sequence[PartResult], folder: Path) -> None:
    """Write junit.xml: a suite for each part, named after it."""
    root = ElementTree.Element("testsuites")
    for outcome in outcomes:
        for suite in outcome.all_suites():
            suite.set("name", outcome.part.name)
            root.append(suite)
    ElementTree.ElementTree(root).write(
        folder / "junit.xml", encoding="utf-8", xml_declaration=True
    )


def bare_suite(outcome: PartResult) -> ElementTree.Element:
    """A suite with one case, for a part with nothing but an exit code."""
    skipped, failed = outcome.code is None, outcome.failed
    suite = ElementTree.Element(
        "testsuite",
        tests="1",
        failures=str(int(failed)),
        skipped=str(int(skipped)),
        time=f"{outcome.seconds:.1f}",
    )
    case = ElementTree.SubElement(
        suite,
        "testcase",
        classname="gate",
        name=outcome.part.name,
        time=f"{outcome.seconds:.1f}",
    )
    if skipped:
        reason = CONTROL.sub("", outcome.reason)
        ElementTree.SubElement(case, "skipped", message=reason)
    elif failed:
        message = f"exit code {outcome.code}"
        ElementTree.SubElement(case, "failure", message=message)
    return suite


def write_page(outcomes: Sequence[PartResult], folder: Path) -> None:
    """Write index.html: the table, each failure, and files left by browsers."""
    rows = "".join(
        f'<tr class="{outcome.word}"><td>{html.escape(outcome.part.name)}'
        f"<td>{outcome.word}<td>{outcome.seconds:.1f} s"
        f"<td>{html.escape(remark(outcome))}"
        for outcome in outcomes
    )
    page = (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>Gate</title>'
        f"<style>{STYLE}</style><h1>Gate</h1>"
        f"<table><tr><th>part<th>outcome<th>time<th>remark{rows}</table>"
        f"{''.join(failures(outcomes))}{''.join(left_behind(folder))}"
    )
    (folder / "index.html").write_text(page, encoding="utf-8")


def failures(outcomes: Sequence[PartResult]) -> Iterator[str]:
    for outcome in outcomes:
        for suite in outcome.all_suites():
            for case in suite.iter("testcase"):
                for failure in failures_in(case):
                    name = f"{outcome.part.name}: {case.get('name')}"
                    text = failure.text or failure.get("message") or ""
                    yield f"<h2>{html.escape(name)}</h2><pre>{html.escape(text)}</pre>"


def failures_in(element: ElementTree.Element) -> list[ElementTree.Element]:
    return [*element.iter("failure"), *element.iter("error")]


def left_behind(folder: Path) -> Iterator[str]:
    """Links to traces and logs, and the screenshots themselves."""
    for file in sorted(folder.glob("*/**/*")):
        path = file.relative_to(folder).as_posix()
        name, link = html.escape(path), quote(path)
        if file.suffix == ".png":
            yield f'<p>{name}<br><img src="{link}" alt="">'
        elif file.suffix in {".zip", ".log"}:
            yield f'<p><a href="{link}">{name}</a>'
