"""A log entry: what it holds, how it is stored and shown, and where a page ends. Pure."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from lambdas.clock import iso_utc
from lambdas.errors import BadRequestError
from lambdas.stardates import stardate

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef

MAX_TEXT = 2000  # characters
RANDOM_BYTES = 7  # in an id
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ID = re.compile(r"[0-9a-f]{26}")


@dataclass(frozen=True, slots=True, kw_only=True)
class LogEntry:
    """`recorded_at` is ISO 8601 in UTC; ids sort as the moments of recording do."""

    id: str
    stardate: str
    recorded_at: str
    text: str

    def to_json(self) -> dict[str, str]:
        return {
            "id": self.id,
            "stardate": self.stardate,
            "recordedAt": self.recorded_at,
            "text": self.text,
        }


def new_entry(text: str, *, recorded_at: datetime, randomness: bytes) -> LogEntry:
    """`randomness` (RANDOM_BYTES of it) keeps entries of one millisecond apart.

    Raises BadRequestError when the text is blank, too long, or not text.
    """
    milliseconds = (recorded_at - _EPOCH) // timedelta(milliseconds=1)
    return LogEntry(
        id=f"{milliseconds:012x}{randomness.hex()}",
        stardate=stardate(recorded_at),
        recorded_at=iso_utc(recorded_at),
        text=_checked(text),
    )


def entry_item(user_name: str, entry: LogEntry) -> dict[str, AttributeValueTypeDef]:
    """The item in the logs table."""
    return {
        "userName": {"S": user_name},
        "id": {"S": entry.id},
        "stardate": {"S": entry.stardate},
        "recordedAt": {"S": entry.recorded_at},
        "text": {"S": entry.text},
    }


def parse_item(item: Mapping[str, AttributeValueTypeDef]) -> LogEntry:
    return LogEntry(
        id=item["id"]["S"],
        stardate=item["stardate"]["S"],
        recorded_at=item["recordedAt"]["S"],
        text=item["text"]["S"],
    )


def to_cursor(entry_id: str) -> str:
    """Where a page ended, for the next request; opaque to the caller.

    Only the id: whose entries are read is decided by the session alone.
    """
    return base64.urlsafe_b64encode(bytes.fromhex(entry_id)).rstrip(b"=").decode()


def from_cursor(cursor: str) -> str:
    """The entry id. Raises BadRequestError for what to_cursor could not have made."""
    try:
        padding = "=" * (-len(cursor) % 4)
        entry_id = base64.urlsafe_b64decode(cursor + padding).hex()
    except (binascii.Error, ValueError):
        entry_id = ""
    # The decoder passes over stray characters, so see whether the way back is the same.
    if not _ID.fullmatch(entry_id) or to_cursor(entry_id) != cursor:
        raise BadRequestError(
            'The parameter "cursor" is not one of ours. Send "next" of the page before.'
        )
    return entry_id


def _checked(text: str) -> str:
    stripped = text.strip()
    if not 1 <= len(stripped) <= MAX_TEXT:
        raise BadRequestError(
            f"An entry has 1 to {MAX_TEXT} characters; this one has {len(stripped)}."
        )
    if any("\ud800" <= character <= "\udfff" for character in stripped):
        raise BadRequestError("The text holds half a character (a lone surrogate).")
    return stripped
