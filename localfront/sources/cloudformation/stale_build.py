"""What `sam build` left, and what has changed in the project since.

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

MOST_FILES = 2000  # that are looked at
NO_SOURCES = frozenset({"node_modules", "__pycache__"})


def stale_build(project: Path, files: TemplateFiles) -> Iterator[Notice]:
    """Says of a project that is served as it was built which source is newer."""
    built = project / BUILT
    if not built.is_file():
        return
    made = built.stat().st_mtime_ns
    newer = next((f for f in islice(_sources(project, files), MOST_FILES) if _time(f) > made), None)
    if newer is not None:
        yield Notice(
            field=str(built),
            on_aws=f"is older than {newer}",
            here="what was built is served: run `sam build`, or remove .aws-sam to serve the sources",
        )


def _sources(project: Path, files: TemplateFiles) -> Iterator[Path]:
    """The template, and the files of the functions that it names."""
    for name in TEMPLATES:
        template = project / name
        if template.is_file():
            yield template
            try:
                written = files.template(template)
            except ConfigError:
                return  # it is served no longer, and so nobody has to mend it
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
