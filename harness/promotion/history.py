"""The history of an environment's promotions, newest first: a file beside its state.

It is written before and after an apply, so that killed runs can be recognised.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from harness.errors import HarnessError
from harness.promotion.account import Account
from harness.promotion.target import Target

UNDER_WAY, LIVE, FAILED, DESTROYED = "under way", "live", "failed", "destroyed"
KEPT = 100  # entries
EARLIER_RELEASES = 3  # whose assets stay


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A promotion. `assets` are those of the release's own pages. Times are ISO 8601.

    `functions` are the versions that the aliases pointed to, by function name; empty before the
    end, and for releases without aliases.
    """

    tree: str
    commit: str
    began: str
    by: str
    outcome: str
    ended: str = ""
    rollback: bool = False
    assets: tuple[str, ...] = ()
    functions: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        how = "rolled back to" if self.rollback else "promoted"
        return (
            f"{self.began}  {self.outcome:9}  {how} {self.tree[:12]} "
            f"(commit {self.commit[:12]}) by {self.by}"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    entries: tuple[Entry, ...] = ()

    @property
    def live(self) -> Entry | None:
        last = next((entry for entry in self.entries if entry.outcome in (LIVE, DESTROYED)), None)
        return last if last and last.outcome == LIVE else None

    def before_live(self) -> Entry | None:
        """The release that was live before the present one."""
        live = self.live
        return next(
            (
                entry
                for entry in self.entries
                if live and entry.outcome == LIVE and entry.tree != live.tree
            ),
            None,
        )

    def kept(self, tree: str) -> tuple[Entry, ...]:
        """The last releases other than `tree` whose pages visitors may have open, newest first.

        That includes failed ones.
        """
        found: dict[str, Entry] = {}
        for entry in self.entries:
            if entry.outcome == DESTROYED:
                break
            if entry.tree != tree:
                found.setdefault(entry.tree, entry)
        return tuple(found.values())[:EARLIER_RELEASES]

    def with_begun(self, entry: Entry) -> "History":
        return History(entries=(entry, *self.entries)[:KEPT])

    def with_ended(self, outcome: str, functions: Mapping[str, str]) -> "History":
        newest, *others = self.entries
        ended = replace(newest, outcome=outcome, ended=now(), functions=functions)
        return History(entries=(ended, *others))


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def parse(document: Any) -> History:
    """Parse a history. Raises HarnessError if it is not one."""
    try:
        return History(entries=tuple(entry_of(entry) for entry in document["entries"]))
    except (KeyError, TypeError):
        raise HarnessError(
            "The environment's releases.json is not a release history: restore an earlier "
            "version of it in the releases bucket."
        ) from None


def entry_of(document: Mapping[str, Any]) -> Entry:
    return Entry(**{**document, "assets": tuple(document.get("assets", ()))})


def read(account: Account, target: Target) -> History:
    """Read the history; empty if nothing was promoted yet."""
    s3 = account.s3
    try:
        found = s3.get_object(Bucket=target.state_bucket, Key=target.history_key)
    except s3.exceptions.NoSuchKey:
        return History()
    return parse(json.loads(found["Body"].read()))


def write(account: Account, target: Target, history: History) -> None:
    document = {"entries": [asdict(entry) for entry in history.entries]}
    account.s3.put_object(
        Bucket=target.state_bucket,
        Key=target.history_key,
        Body=json.dumps(document, indent=1).encode(),
        ContentType="application/json",
    )
