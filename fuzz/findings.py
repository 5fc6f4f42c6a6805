"""Findings: counted by kind, with a file for each failing input, for `--replay`."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from harness.errors import HarnessError

NOT_IN_A_NAME = re.compile(r"[^A-Za-z0-9.]+")
LONGEST_NAME = 60


class FindingError(HarnessError):
    """A file that contains no finding."""


@dataclass(frozen=True, slots=True)
class Problem:
    """A fault, such as of a response. Inputs with the same `signature` found the same one."""

    signature: str
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A failing input, as it was first seen.

    `events` describe what happened around it, if the input alone doesn't explain it.
    """

    part: str
    kind: str
    problem: Problem
    input: bytes
    events: Sequence[str] = ()

    @property
    def file_name(self) -> str:
        name = f"{self.part}-{self.problem.signature}"
        digest = hashlib.sha256(name.encode()).hexdigest()[:6]
        return f"{NOT_IN_A_NAME.sub('-', name)[:LONGEST_NAME].strip('-')}-{digest}.json"

    def as_json(self) -> str:
        """The finding with its input twice: as text for people, and as exact bytes."""
        document = {
            "part": self.part,
            "kind": self.kind,
            "signature": self.problem.signature,
            "detail": self.problem.detail,
            "input": self.input.decode("latin-1"),
            "base64": base64.b64encode(self.input).decode(),
            "events": list(self.events),
        }
        return json.dumps(document, indent=2) + "\n"

    @classmethod
    def read(cls, file: Path) -> Self:
        """Read a file. Raises FindingError."""
        try:
            document = json.loads(file.read_text("utf-8"))
            return cls(
                part=document["part"],
                kind=document["kind"],
                problem=Problem(document["signature"], document["detail"]),
                input=base64.b64decode(document["base64"], validate=True),
            )
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise FindingError(f"{file} contains no finding: {error}.") from error


@dataclass(slots=True)
class Findings:
    """The findings of a run.

    `folder` gets a file for each fault, not for each input that found it.
    """

    folder: Path
    inputs: Counter[tuple[str, str]] = field(default_factory=Counter)
    failed: Counter[tuple[str, str]] = field(default_factory=Counter)
    noted: Counter[tuple[str, str]] = field(default_factory=Counter)
    by_fault: dict[tuple[str, str], Finding] = field(default_factory=dict)

    def count(self, part: str, kind: str, number: int = 1) -> None:
        self.inputs[part, kind] += number

    def note(self, part: str, what: str, number: int = 1) -> None:
        """Count an event other than an input, for the table."""
        self.noted[part, what] += number

    def of(self, part: str) -> tuple[int, int]:
        """Inputs and faults of a part so far; other threads may call it."""
        inputs = sum(n for (name, _), n in list(self.inputs.items()) if name == part)
        return inputs, sum(name == part for name, _ in list(self.by_fault))

    def is_known(self, part: str, problem: Problem) -> bool:
        return (part, problem.signature) in self.by_fault

    def add(self, finding: Finding) -> None:
        """Keep a finding; of the same fault, the shorter input is kept."""
        at = (finding.part, finding.problem.signature)
        self.failed[finding.part, finding.problem.signature] += 1
        before = self.by_fault.get(at)
        if before is None or len(finding.input) < len(before.input):
            self.by_fault[at] = finding
            self.folder.mkdir(parents=True, exist_ok=True)
            (self.folder / finding.file_name).write_text(finding.as_json(), "utf-8")

    def table(self) -> str:
        """Counts by part and kind, then the faults with their files."""
        lines = [f"{n:>9,}  {part}: {kind}" for (part, kind), n in sorted(self.inputs.items())]
        lines.append(f"{self.inputs.total():>9,}  inputs in all")
        lines += [f"{n:>9,}  {part}: {what}" for (part, what), n in self.noted.items()]
        lines += self._faults()
        return "\n".join(lines)

    def _faults(self) -> Iterable[str]:
        if not self.by_fault:
            yield "nothing failed"
        for at, finding in sorted(self.by_fault.items()):
            yield f"FAILED {self.failed[at]:,} times: {finding.part}: {finding.problem.signature}"
            yield f"    {finding.problem.detail[:300]}"
            yield f"    {self.folder / finding.file_name}"
