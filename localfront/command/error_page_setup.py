"""Set up error pages: `--plain-errors`, and where to find a function's source."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from localfront.error_pages.failing_line import SourceExcerpt, excerpt, source_at

if TYPE_CHECKING:
    from localfront.error_pages.pages import ErrorPages

FolderOf = Callable[[str], Path | None]  # matches a Lambda function's ARN
ScriptOf = Callable[[str], tuple[str, str] | None]  # a CloudFront Function's name and source


def add_error_page_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--plain-errors",
        action="store_true",
        help="send CloudFront's own error pages, which explain nothing; the log still does",
    )


def error_pages_for(
    folder_of: FolderOf, script_of: ScriptOf, *, plain: bool, inspector: str
) -> ErrorPages:
    """The error pages. `inspector` is its address; the key in it is not passed on."""
    from localfront.error_pages.pages import ErrorPages  # not needed to define the options

    def find_source(arn: str, traceback: str) -> SourceExcerpt | None:
        if ":lambda:" in arn:
            return source_at(traceback, folder_of(arn))
        script = script_of(arn)
        if script is None:
            return None
        name, text = script
        line = re.search(rf"{re.escape(name)}:(\d{{1,7}})", traceback)
        if line is None or not 0 < int(line[1]) <= text.count("\n") + 1:
            return None
        return excerpt(text, int(line[1]), name)

    return ErrorPages(plain=plain, inspector=inspector.partition("#")[0], find_source=find_source)
