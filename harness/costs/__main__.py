"""`python -m harness.costs`: the tables and the plot of cost-and-scale.md, from measured counts.

The browser tests write counts to build/page-view.json. They are kept beside this module, so that
the page can be regenerated without a test run. `--check` only compares.
"""

import argparse
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from harness.checkout import BUILD, ROOT
from harness.costs.model import HERE, PageView, read_prices
from harness.costs.page import computed, with_computed
from harness.costs.plot import svg
from harness.progress import print_line

LAST_RUN = BUILD / "page-view.json"
KEPT = HERE / "page-view.json"
PAGE = ROOT / "docs" / "explanation" / "cost-and-scale.md"
PLOT = ROOT / "docs" / "images" / "costs.svg"


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m harness.costs", description=__doc__)
    parser.add_argument("--check", action="store_true", help="only compare")
    check = parser.parse_args(arguments).check
    if LAST_RUN.exists() and not check:
        shutil.copyfile(LAST_RUN, KEPT)
    outdated = [path for path, text in made().items() if path.read_text() != text]
    for path in outdated:
        if check:
            print_line(f"{path.relative_to(ROOT)} is out of date: python -m harness.costs")
        else:
            path.write_text(made()[path])
            print_line(f"written: {path.relative_to(ROOT)}")
    return 1 if check and outdated else 0


def made() -> dict[Path, str]:
    """Each generated file's expected content."""
    view, prices = PageView.read(KEPT), read_prices()
    return {
        PAGE: with_computed(PAGE.read_text(), computed(view, prices)),
        PLOT: svg(view, prices),
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
