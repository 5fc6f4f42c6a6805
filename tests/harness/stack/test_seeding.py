import json

import pytest

from harness.stack.demo_captains import CAPTAINS, Captain
from harness.stack.seeding import entries

each_captain = pytest.mark.parametrize(
    "captain", CAPTAINS, ids=[captain.user_name for captain in CAPTAINS]
)


@each_captain
def test_a_captains_entries_are_the_same_each_time(captain: Captain) -> None:
    assert list(entries(captain)) == list(entries(captain))


@each_captain
def test_a_captain_has_entries_for_two_pages(captain: Captain) -> None:
    assert len(list(entries(captain))) >= 11


@each_captain
def test_ids_sort_in_the_order_of_writing(captain: Captain) -> None:
    written = list(entries(captain))

    assert sorted(written, key=lambda entry: entry.id) == written
    assert len({entry.id for entry in written}) == len(written)


def test_no_two_entries_have_the_same_text() -> None:
    texts = [text for captain in CAPTAINS for text in captain.entries]

    assert len(set(texts)) == len(texts)
    assert json.dumps(texts).isascii()
