"""Broken configurations, read by `serve` and `check`.

Each is either served or refused. A refusal is one line of limited length that names the file.
"""

from __future__ import annotations

import json
import shutil
from collections import Counter
from datetime import date
from pathlib import Path

from fuzz.budget import Budget
from fuzz.documents import SEEDS, Broken, broken, kind_of, whole
from fuzz.findings import Findings, Problem
from fuzz.in_process import Trial, problem_of
from fuzz.in_process_service import InProcessService, viewer_request
from localfront.check.evidence.evidence import Evidence
from localfront.check.evidence.evidence_files import read_files
from localfront.check.reports.json_report import as_json
from localfront.check.reports.sarif import as_sarif
from localfront.check.reports.text_report import as_text
from localfront.check.rules.all_rules import check
from localfront.command.service import Service
from localfront.errors import LocalfrontError

LONGEST_REFUSAL = 4000  # characters; it may list several reasons
PATHS = ("/", "/old/a?q=1", "/b/a", "/api/a", "/login/")


class Configurations:
    """A part of the fuzzing. `outcomes` counts how configurations were handled."""

    name = "configuration"

    def __init__(self, service: InProcessService, folder: Path) -> None:
        self._service = service
        self._folder = folder
        self.outcomes: Counter[str] = Counter()

    def run(self, budget: Budget, findings: Findings, *, seed: int) -> None:
        trial = Trial(
            part=self.name,
            inputs=broken(),
            attempt=self._problem,
            kind=lambda given: given.kind,
            encode=_encoded,
        )
        trial.run(budget, findings, first_seed=seed)
        for outcome, number in self.outcomes.items():
            findings.note(self.name, outcome, number)

    def replay(self, given: bytes) -> Problem | None:
        changed = {n: text.encode("latin-1") for n, text in json.loads(given).items()}
        return self._problem(Broken(kind_of(next(iter(changed))), changed))

    def _problem(self, given: Broken) -> Problem | None:
        kind = kind_of(next(iter(given.files)))
        folder = self._whole(kind)
        for name, content in given.files.items():
            (folder / name).write_bytes(content)
        try:
            files = [folder / name for name in whole(kind)]
            for_serve = [f for f in files if f.stem not in ("role", "certificate")]
            return self._served(for_serve) or self._checked(files)
        finally:
            for name in given.files:
                (folder / name).write_bytes(whole(kind)[name])

    def _whole(self, kind: str) -> Path:
        """A folder with valid documents of this kind, which each input breaks and then restores."""
        folder = self._folder / kind.replace(" ", "-")
        if not folder.exists():
            folder.mkdir(parents=True)
            shutil.copy(SEEDS / "rewrite.js", folder)
            for name, content in whole(kind).items():
                (folder / name).write_bytes(content)
        return folder

    def _served(self, files: list[Path]) -> Problem | None:
        try:
            service = self._service.service(files)
        except LocalfrontError as error:
            self.outcomes["refused by serve"] += 1
            return _problem_of_refusal(error)
        except Exception as error:
            return problem_of(error)
        self.outcomes["served"] += 1
        try:
            hosts = _hosts(service)
            requests = [viewer_request(path, host) for host in hosts for path in PATHS]
            return self._service.problem(service, requests)
        finally:
            self._service.close(service)

    def _checked(self, files: list[Path]) -> Problem | None:
        try:
            description, found = read_files(files)
            report = check(description, Evidence(today=date(2026, 11, 29), **found))
            reports = (as_text(report), as_json(report), as_sarif(report, files[0]))
            for text in reports:
                text.encode()
        except LocalfrontError as error:
            self.outcomes["refused by check"] += 1
            return _problem_of_refusal(error)
        except Exception as error:
            return problem_of(error)
        self.outcomes["checked"] += 1
        return None


def _hosts(service: Service) -> list[str]:
    pipeline = service._pipeline
    assert pipeline is not None  # noqa: S101 -- it was applied
    return [name for name in pipeline.routes.distributions.names if "*" not in name][:2]


def _problem_of_refusal(error: LocalfrontError) -> Problem | None:
    message = str(error)
    if len(message) > LONGEST_REFUSAL:
        return Problem("a refusal that quotes all", f"{len(message):,} characters: {message[:200]}")
    try:
        message.encode()
    except UnicodeEncodeError:
        return Problem("a refusal that can't be printed", ascii(message)[:200])
    return None


def _encoded(given: Broken) -> bytes:
    return json.dumps({n: c.decode("latin-1") for n, c in given.files.items()}).encode()
