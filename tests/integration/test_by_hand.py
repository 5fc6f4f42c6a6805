"""`./nox -s provision -- --empty`, and the commands that it prints."""

from concurrent.futures import Future

import pytest

from tests.integration.by_hand import SOON, ByHand


def test_tflocal_by_hand_can_apply_and_destroy(by_hand: Future[ByHand] | None) -> None:
    if by_hand is None:
        pytest.skip("it starts a MiniStack, whatever the stack runs on")

    there = by_hand.result(SOON)

    assert len(there.applied) > 10
    assert there.destroyed == []
