"""A log entry: its fields, its DynamoDB item and its JSON, and the cursor of a page."""

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
    """A log entry. `recorded_at` is ISO 8601 in UTC; ids sort by the time of recording."""

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
    """Create an entry; `randomness` (RANDOM_BYTES bytes) makes ids of one millisecond unique.

    Raises BadRequestError if the text is blank, too long, or not valid Unicode.
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
    """The cursor for the next page, opaque to the caller.

    It is only the last entry's id: the session alone decides whose entries are read.
    """
    return base64.urlsafe_b64encode(bytes.fromhex(entry_id)).rstrip(b"=").decode()


def from_cursor(cursor: str) -> str:
    """The entry id in a cursor. Raises BadRequestError unless to_cursor could have made it."""
    try:
        padding = "=" * (-len(cursor) % 4)
        entry_id = base64.urlsafe_b64decode(cursor + padding).hex()
    except (binascii.Error, ValueError):
        entry_id = ""
    # The decoder ignores stray characters, so compare with the encoded id.
    if not _ID.fullmatch(entry_id) or to_cursor(entry_id) != cursor:
        raise BadRequestError(
            'The parameter "cursor" is not valid. Send the "next" of the previous page.'
        )
    return entry_id


def _checked(text: str) -> str:
    stripped = text.strip()
    if not 1 <= len(stripped) <= MAX_TEXT:
        raise BadRequestError(
            f"An entry must have 1 to {MAX_TEXT} characters; this one has {len(stripped)}."
        )
    if any("\ud800" <= character <= "\udfff" for character in stripped):
        raise BadRequestError("The text contains half a character (a lone surrogate).")
    return stripped
