"""Following an API whose responses are the same as at the last poll."""

from __future__ import annotations

from localfront.aws.repeated_requests import RepeatedRequests
from tests.localfront.command.test_follow import (
    FIRST,
    SECOND,
    Applied,
    ScriptedSource,
    follow_to_the_end,
    following,
)


class Unchanged(RepeatedRequests):
    """An API whose responses are the same at some polls."""

    def __init__(self, *unchanged: bool) -> None:
        super().__init__()
        self._unchanged = list(unchanged)

    def is_unchanged(self) -> bool:
        return self._unchanged.pop(0)


async def test_an_api_is_not_read_while_its_responses_are_the_same() -> None:
    """The third reading of the script, its last, is the sixth poll."""
    repeated = Unchanged(True, False, True, True, True, False)
    applied = Applied()
    follower = following(ScriptedSource(FIRST, SECOND), applied, repeated=repeated)
    await follower.start()

    await follow_to_the_end(follower)

    assert applied.configurations == [FIRST, SECOND]
    assert not repeated._unchanged
