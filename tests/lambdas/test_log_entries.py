import re
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdas.errors import BadRequestError
from lambdas.log_entries import (
    entry_item,
    from_cursor,
    new_entry,
    parse_item,
    to_cursor,
)

IDS = st.from_regex(r"[0-9a-f]{26}", fullmatch=True)
RANDOM = st.binary(min_size=7, max_size=7)
MOMENTS = st.datetimes(
    min_value=datetime(1971, 1, 1),
    max_value=datetime(2065, 12, 1),
    timezones=st.just(timezone(timedelta(hours=5))),
)


@given(one=MOMENTS, other=MOMENTS, randomness=RANDOM, more=RANDOM)
def test_ids_sort_chronologically(
    one: datetime, other: datetime, randomness: bytes, more: bytes
) -> None:
    earlier, later = sorted((one, other))
    first = new_entry("Tea.", recorded_at=earlier, randomness=randomness)
    second = new_entry("Tea.", recorded_at=later, randomness=more)

    assert re.fullmatch(r"[0-9a-f]{26}", first.id)
    assert first.id < second.id or later - earlier < timedelta(milliseconds=1)


@given(text=st.text(min_size=1).filter(str.strip), at=MOMENTS, randomness=RANDOM)
def test_a_stored_entry_is_read_back_unchanged(text: str, at: datetime, randomness: bytes) -> None:
    entry = new_entry(text, recorded_at=at, randomness=randomness)

    assert parse_item(entry_item("picard", entry)) == entry


@given(IDS)
def test_a_cursor_decodes_to_its_id(entry_id: str) -> None:
    assert from_cursor(to_cursor(entry_id)) == entry_id


@given(st.text() | st.from_regex(r"[A-Za-z0-9_-]{16,20}", fullmatch=True))
def test_any_text_is_a_valid_cursor_or_refused(text: str) -> None:
    try:
        entry_id = from_cursor(text)
    except BadRequestError:
        return

    assert to_cursor(entry_id) == text


@pytest.mark.parametrize("stray", ["\n", " ", "=", "!", "."])
def test_a_cursor_with_a_stray_character_is_refused(stray: str) -> None:
    with pytest.raises(BadRequestError, match="cursor"):
        from_cursor(to_cursor("0" * 26) + stray)
