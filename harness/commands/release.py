"""`./nox -s release`: create build/releases/TREE from the checked-out commit."""

import argparse
import sys
from collections.abc import Sequence

from harness.checkout import RELEASES, ROOT
from harness.commands import command_line
from harness.progress import print_line
from harness.promotion import gate_record, release


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="./nox -s release --",
        description="Create a release of the checked-out commit in build/releases/.",
    )
    parser.parse_args(arguments)
    return command_line.run(make)


def make() -> int:
    created = release.make(RELEASES)
    print_line(f"{created.folder.relative_to(ROOT)}: {len(created.manifest.files)} files")
    print_line(f"commit {created.manifest.commit}")
    gate = gate_record.keep(created)
    if gate is None:
        print_line("The gate has not run on it yet. Run `./nox -s gate` before you promote it.")
    else:
        skipped = f", without {', '.join(gate.skipped)}" if gate.skipped else ""
        print_line(f"The gate {'passed' if gate.passed else 'failed'} on {gate.ended}{skipped}.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
