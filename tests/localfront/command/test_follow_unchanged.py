"""Following an API whose answers are the same as at the last look."""

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
    """Whose answers are the same at some of its repetitions."""

    def __init__(self, *unchanged: bool) -> None:
        super().__init__()
        self._unchanged = list(unchanged)

    def is_unchanged(self) -> bool:
        return self._unchanged.pop(0)


async def test_an_api_is_not_read_while_its_responses_are_the_same() -> None:
    """The third reading of the script, its end, is the sixth look."""
    repeated = Unchanged(True, False, True, True, True, False)
    applied = Applied()
    follower = following(ScriptedSource(FIRST, SECOND), applied, repeated=repeated)
    await follower.start()

    await follow_to_the_end(follower)

    assert applied.configurations == [FIRST, SECOND]
    assert not repeated._unchanged
