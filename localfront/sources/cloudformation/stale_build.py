"""Detect that a project has changed since `sam build`.

Source: AWS SAM Developer Guide, "sam build" (.aws-sam/build) and AWS::Serverless::Function, CodeUri.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from localfront.config.notices import Notice
from localfront.errors import ConfigError
from localfront.sources.cloudformation.projects import BUILT, TEMPLATES
from localfront.sources.cloudformation.template_files import TemplateFiles
from localfront.sources.description import named

MOST_FILES = 2000  # of source files that are compared
NO_SOURCES = frozenset({"node_modules", "__pycache__"})


def stale_build(project: Path, files: TemplateFiles) -> Iterator[Notice]:
    """A notice that names the newer source of a project that is served as it was built."""
    built = project / BUILT
    if not built.is_file():
        return
    built_at = built.stat().st_mtime_ns
    newer = next(
        (f for f in islice(_sources(project, files), MOST_FILES) if _time(f) > built_at), None
    )
    if newer is not None:
        yield Notice(
            field=str(built),
            on_aws=f"is older than {newer}",
            here="the build is served: run `sam build`, or remove .aws-sam to serve the sources",
        )


def _sources(project: Path, files: TemplateFiles) -> Iterator[Path]:
    """The template, and the source files of its functions."""
    for name in TEMPLATES:
        template = project / name
        if template.is_file():
            yield template
            try:
                written = files.template(template)
            except ConfigError:
                return  # it is not served any more, so its errors don't matter
            for place in sorted(named(written, "Code")):
                yield from _files_of(project / place)


def _files_of(place: Path) -> Iterator[Path]:
    if place.is_file():
        yield place
        return
    for folder, folders, names in os.walk(place):
        folders[:] = [f for f in folders if f not in NO_SOURCES and not f.startswith(".")]
        yield from (Path(folder) / name for name in names)


def _time(file: Path) -> int:
    try:
        return file.stat().st_mtime_ns
    except OSError:
        return 0
