"""Warnings about the confinement of workers, each logged once."""

from __future__ import annotations

import logging
from pathlib import Path

from localfront.lambda_edge.workers.confinement import landlock_version
from localfront.lambda_edge.workers.worker_paths import WorkerPaths, confinement_gap

LOG = logging.getLogger("localfront")


class ConfinementWarnings:
    """Logs that workers are not confined here, or what a function cannot access."""

    def __init__(self) -> None:
        self._gap = confinement_gap()
        self._warned_of: set[Path] = set()

    def warn_of_gap(self) -> None:
        """Log that workers are not confined, if so."""
        gap, self._gap = self._gap, None
        if gap:
            LOG.warning("%s", gap)

    def warn_of_paths(self, paths: WorkerPaths) -> None:
        """Log why a function cannot write to /tmp, or cannot follow a link."""
        if not landlock_version():
            return
        if paths.in_tmp and paths.in_tmp not in self._warned_of:
            LOG.warning(
                "%s lies below /tmp, which functions can write to on AWS. To protect it, they "
                "can only write to the folder in TMPDIR here; move it elsewhere to give them all "
                "of /tmp",
                paths.in_tmp,
            )
        for link in paths.refused_links:
            if link not in self._warned_of:
                LOG.warning(
                    "%s leads out of its repository, where the function cannot read. "
                    "Replace it with a copy",
                    link,
                )
        self._warned_of.update(paths.refused_links, [paths.in_tmp] if paths.in_tmp else ())
