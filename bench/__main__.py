"""`nox -s bench`: measure, print tables, and write build/bench.json."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from bench import candidates, cores
from bench.command_line import effort, parser, wanted
from bench.errors import BenchError
from bench.generator import generator
from bench.localemu_environment import localemu_python
from bench.node_peers import node_peers
from bench.peers import installed
from bench.report import Report
from bench.run import Run
from bench.served_site import site
from harness import figures_file
from harness.commands import command_line
from harness.emulators import emulators
from harness.progress import Progress, print_line
from harness.stack.run_directory import run_directory


def run(options: argparse.Namespace) -> int:
    """The exit code: 1 if something could not be measured; missed targets do not count."""
    localemu_wanted = options.localemu is not None
    peers = installed(localemu=localemu_python(options.localemu) if localemu_wanted else None)
    peers |= node_peers() if options.node_peers else {}
    plan, progress = cores.plan(), Progress()
    env = emulators.without_aws(os.environ)
    with (
        run_directory("bench") as directory,
        cores.on(plan.others),
        generator(env) as load,
    ):
        if options.candidates:
            print_line(candidates.compare(load, directory, plan, progress, effort(options)))
            return 0
        with site(directory, plan) as ready:
            measurement = Run(
                effort=effort(options),
                names=wanted(options),
                peers=peers,
                load=load,
                site=ready,
                progress=progress,
            )
            try:
                measurement.measure()
            finally:  # also after Ctrl-C
                write_report(measurement.report(), options.output)
            return verdict(measurement.report())


def write_report(report: Report, output: Path) -> None:
    figures_file.add(report.as_json(), output)
    print_line()
    print_line(report.as_text())
    print_line(f"figures: {output}")


def verdict(report: Report) -> int:
    """Raise BenchError if something could not be measured."""
    if report.failures:
        reasons = (f"{name}: {reason}" for name, reason in report.failures.items())
        raise BenchError("Not measured, or not correctly:\n" + "\n".join(reasons))
    return 0


def main(arguments: Sequence[str]) -> int:
    options = parser().parse_args(arguments)
    return command_line.run(lambda: run(options))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
