"""`./nox -s checkov`: compare checkov's findings in terraform/ with the explained ones.

terraform/checkov.toml has a line with a reason for each check that does not apply here. A finding
without a line fails, and so does an unused line.
"""

import argparse
import json
import subprocess
import sys
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.checkout import ROOT, TERRAFORM
from harness.commands import command_line
from harness.errors import HarnessError
from harness.progress import print_line

EXPLAINED = TERRAFORM / "checkov.toml"
SOON = 600  # seconds, on a busy machine


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    check: str
    title: str
    resource: str
    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.check} {self.resource}: {self.title}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """The reason for failing a check; for all resources if `resources` is empty."""

    reason: str
    resources: tuple[str, ...] = ()

    def covers(self, finding: Finding) -> bool:
        bare = finding.resource.partition("[")[0]
        return not self.resources or bare in self.resources


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m harness.gate.checkov_findings")
    parser.add_argument("--checkov", type=Path, required=True, help="the program")
    program = parser.parse_args(arguments).checkov
    return command_line.run(lambda: judge(program))


def judge(program: Path) -> int:
    findings = parse(run(program))
    explained = read_explained(EXPLAINED)
    faults = [*unexplained(findings, explained), *unneeded(findings, explained)]
    for fault in faults:
        print_line(fault)
    print_line(
        f"checkov: {len(findings)} findings of {len(explained)} explained checks, "
        f"{len(faults)} to look at"
    )
    return 1 if faults else 0


def run(program: Path) -> str:
    """Run checkov. Raises HarnessError if its output is not valid."""
    options = ("--framework", "terraform", "--quiet", "--compact", "--output", "json")
    done = subprocess.run(  # noqa: S603 (ours)
        [program, "--directory", TERRAFORM, *options, "--skip-download", "--soft-fail"],
        capture_output=True,
        text=True,
        timeout=SOON,
        check=False,
    )
    if done.returncode:
        raise HarnessError(f"checkov failed: {done.stderr.strip()[-500:]}")
    return done.stdout


def parse(report: str) -> list[Finding]:
    document: dict[str, Any] | list[dict[str, Any]] = json.loads(report)
    reports = document if isinstance(document, list) else [document]
    return [
        Finding(
            check=failed["check_id"],
            title=failed["check_name"],
            resource=failed["resource"],
            file=f"{TERRAFORM.relative_to(ROOT)}{failed['file_path']}",
            line=failed["file_line_range"][0],
        )
        for report in reports
        for failed in report.get("results", {}).get("failed_checks", ())
    ]


def read_explained(path: Path) -> dict[str, Explained]:
    """Read the file. Raises HarnessError for a line without a reason."""
    with path.open("rb") as file:
        lines = tomllib.load(file)
    for check, line in lines.items():
        if not line.get("reason"):
            raise HarnessError(f"{path.name}: {check} has no reason.")
    return {
        check: Explained(reason=line["reason"], resources=tuple(line.get("resources", ())))
        for check, line in lines.items()
    }


def unexplained(findings: Sequence[Finding], explained: Mapping[str, Explained]) -> list[str]:
    return [
        f"{finding}. Fix it, or explain it in {EXPLAINED.relative_to(ROOT)}."
        for finding in findings
        if finding.check not in explained or not explained[finding.check].covers(finding)
    ]


def unneeded(findings: Sequence[Finding], explained: Mapping[str, Explained]) -> list[str]:
    found = {finding.check for finding in findings}
    return [
        f"{EXPLAINED.relative_to(ROOT)}: {check} no longer matches any finding: remove it."
        for check in explained
        if check not in found
    ]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
