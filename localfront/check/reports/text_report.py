"""A check's report as text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from localfront.check.findings import Finding, Severity
from localfront.check.rules.all_rules import Report
from localfront.check.rules.catalogue import CODES
from localfront.exchange.request_trace import printable


def as_text(report: Report) -> str:
    """Findings, their number, then what could not be checked and why."""
    lines = [*_findings(report), _summary(report), *_unchecked(report)]
    # Names come from files: they must not contain line breaks or terminal escapes.
    return "".join(f"{printable(line, limit=len(line))}\n" for line in lines)


def _findings(report: Report) -> Iterator[str]:
    for finding in report.findings:
        yield from _finding(finding)
        yield ""


def _finding(finding: Finding) -> Iterator[str]:
    yield f"{finding.severity} {finding.rule}  {finding.resource}"
    yield f"  {finding.message}"
    yield f"  Remedy: {finding.remedy}"
    if finding.severity is Severity.ERROR and finding.rule in CODES:
        yield f"  AWS's error: {CODES[finding.rule]}"


def _summary(report: Report) -> str:
    checked = _number(report.distributions, "distribution")
    if not report.findings:
        return f"{checked}: no findings."
    counts = Counter(finding.severity for finding in report.findings)
    counted = (_number(counts[s], s.value) for s in Severity if counts[s])
    return f"{checked}: {', '.join(counted)}."


def _unchecked(report: Report) -> Iterator[str]:
    if not report.unchecked:
        return
    yield ""
    yield "Not checked:"
    for unchecked in report.unchecked:
        yield f"  {unchecked.what}: {unchecked.why}."


def _number(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
