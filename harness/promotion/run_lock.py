"""The lock of an environment's promotion: an object beside its state, ENV/promotion.lock.

Terraform's own lock is held for a plan or an apply. This one is held from the plan to the end of
the live flows, so that a rollback there undoes this run's changes and no other's.

A killed run leaves the lock. On the same machine, the next run notices by a local file lock, which
the system releases with the process, and takes over; elsewhere `--unlock` breaks it.
Source: Amazon S3 User Guide, "How to prevent object overwrites with conditional writes".
"""

import json
import secrets
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from botocore.exceptions import ClientError

from harness.errors import HarnessError
from harness.processes.file_lock import taken
from harness.promotion.account import Account
from harness.promotion.history import now
from harness.promotion.target import Target

FILE = "running"  # in the run's folder, locked while its process lives
TAKEN = (409, 412)  # ConditionalRequestConflict, PreconditionFailed


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A run that holds the lock. `token` is known only to its process and its local file."""

    token: str
    who: str
    began: str

    def __str__(self) -> str:
        return f"{self.who}, since {self.began}"


@contextmanager
def held(account: Account, target: Target, *, folder: Path) -> Iterator[Run | None]:
    """Hold the lock; yields the run that was killed on this machine, if any.

    Raises HarnessError if another run holds it.
    """
    ours = Run(token=secrets.token_hex(16), who=account.caller, began=now())
    with ExitStack() as ending:
        file = ending.enter_context((folder / FILE).open("w"))
        file.write(ours.token)
        file.flush()
        taken(file.fileno())
        killed = acquire(account, target, ours, runs=folder.parent)
        ending.callback(release, account, target, ours)
        yield killed


def acquire(account: Account, target: Target, ours: Run, *, runs: Path) -> Run | None:
    if put(account, target, ours, condition={"IfNoneMatch": "*"}):
        return None
    found = read(account, target)
    if found is None:
        raise HarnessError(f"{target.environment} was just released by another run: try again.")
    run, version = found
    if not was_killed_here(run, runs):
        raise HarnessError(
            f"{target.environment} is being changed by {run}. Wait for that run to "
            "end. If it was killed, add --unlock."
        )
    if not put(account, target, ours, condition={"IfMatch": version}):
        raise HarnessError(
            f"{target.environment} was just locked by another run. Wait for that run to end, "
            "then try again."
        )
    return run


def put(account: Account, target: Target, run: Run, *, condition: dict[str, str]) -> bool:
    try:
        account.client("s3").put_object(
            Bucket=target.state_bucket,
            Key=target.lock_key,
            Body=json.dumps(asdict(run)).encode(),
            ContentType="application/json",
            **condition,
        )
    except ClientError as error:
        if error.response["ResponseMetadata"]["HTTPStatusCode"] not in TAKEN:
            raise
        return False
    return True


def read(account: Account, target: Target) -> tuple[Run, str] | None:
    """The holder of the lock, and the version of its object."""
    s3 = account.s3
    try:
        found = s3.get_object(Bucket=target.state_bucket, Key=target.lock_key)
    except s3.exceptions.NoSuchKey:
        return None
    try:
        run = Run(**json.loads(found["Body"].read()))
    except (ValueError, TypeError):
        run = Run(token="", who="somebody", began="an unknown time")
    return run, found["ETag"]


def was_killed_here(run: Run, runs: Path) -> bool:
    """Whether the run's file is on this machine and no longer locked by a process."""
    for file in runs.glob(f"*/{FILE}"):
        with file.open() as opened:
            if run.token and opened.read() == run.token:
                return taken(opened.fileno())
    return False


def release(account: Account, target: Target, ours: Run) -> None:
    """Release the lock, unless somebody has broken it and taken it since."""
    found = read(account, target)
    if found and found[0].token == ours.token:
        account.s3.delete_object(Bucket=target.state_bucket, Key=target.lock_key)


def break_lock(account: Account, target: Target) -> Run | None:
    """Break the lock; returns its holder."""
    found = read(account, target)
    if found is None:
        return None
    account.s3.delete_object(Bucket=target.state_bucket, Key=target.lock_key)
    return found[0]
