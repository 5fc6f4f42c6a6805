"""The gate's result for a commit: a file that `promote` reads.

{
  "commit": HASH, "tree": HASH, "clean": true, "passed": true,
  "began": ISO 8601, "ended": ISO 8601,
  "parts": [{"name": ..., "outcome": "passed" | "failed" | "skipped", "seconds": ..., "reason": ...}]
}
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from harness.errors import HarnessError
from harness.gate.report import PartResult
from harness.revision import Revision

RECORD = "record.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class PartRecord:
    name: str
    outcome: str
    seconds: float
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GateRecord:
    """A record. `clean`: the checkout was exactly the commit from start to end."""

    commit: str
    tree: str
    clean: bool
    passed: bool
    began: str
    ended: str
    parts: tuple[PartRecord, ...]

    @property
    def skipped(self) -> tuple[str, ...]:
        return tuple(part.name for part in self.parts if part.outcome == "skipped")

    def require_fit(self, tree: str) -> None:
        """Raise HarnessError unless the record allows the release `tree`."""
        if self.tree != tree:
            raise HarnessError(
                f"The gate ran on {self.tree[:12]}, not on {tree[:12]}: run it again."
            )
        if not self.clean:
            raise HarnessError(
                "The gate ran on a checkout with uncommitted changes: commit them and run it again."
            )
        if not self.passed or not self.parts:
            failed = [part.name for part in self.parts if part.outcome == "failed"]
            raise HarnessError(f"The gate did not pass: {', '.join(failed) or 'no part ran'}.")


def made(
    before: Revision, after: Revision, outcomes: Sequence[PartResult], began: datetime
) -> GateRecord:
    return GateRecord(
        commit=after.commit,
        tree=after.tree,
        clean=before == after and after.clean,
        passed=not any(outcome.failed for outcome in outcomes),
        began=began.isoformat(timespec="seconds"),
        ended=datetime.now(UTC).isoformat(timespec="seconds"),
        parts=tuple(
            PartRecord(
                name=outcome.part.name,
                outcome=outcome.word,
                seconds=round(outcome.seconds, 1),
                reason=outcome.reason,
            )
            for outcome in outcomes
        ),
    )


def write(record: GateRecord, folder: Path) -> None:
    (folder / RECORD).write_text(json.dumps(asdict(record), indent=1) + "\n")


def read(path: Path) -> GateRecord:
    """Read the record. Raises HarnessError if it is missing."""
    try:
        document = json.loads(path.read_text())
        parts = tuple(PartRecord(**part) for part in document.pop("parts"))
        return GateRecord(**document, parts=parts)
    except FileNotFoundError:
        raise HarnessError(
            f"The gate has not run on this commit: there is no {path.name}. `./nox -s gate` "
            "writes it."
        ) from None
    except (ValueError, KeyError, TypeError):
        raise HarnessError(f"{path} is not a record of the gate: run it again.") from None
