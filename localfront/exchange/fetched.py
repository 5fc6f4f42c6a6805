"""What an origin answered, or a function in its place."""

from __future__ import annotations

from localfront.http_messages.connection import Connection
from localfront.http_messages.messages import Response
from localfront.http_messages.values import value


@value(frozen=True, slots=True, kw_only=True)
class Fetched:
    """What came of asking. `origin_status` is None when the origin gave no answer, and then
    `response` is CloudFront's own; `generated` says that a function answered in the origin's place.
    `came_over` are the connections that what is in the response came over.
    """

    response: Response
    origin_status: int | None
    failover_on: frozenset[int] = frozenset()
    is_s3: bool = False
    generated: bool = False
    came_over: tuple[Connection, ...] = ()

    @property
    def is_unreachable(self) -> bool:
        return self.origin_status is None and not self.generated

    @property
    def origin_failed(self) -> bool:
        """PL-009: an origin that was not asked has not failed."""
        status = self.origin_status
        return not self.generated and (status is None or status >= 400)
