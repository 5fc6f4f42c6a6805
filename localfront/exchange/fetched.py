"""The result of an origin request: the origin's response, or a function's in its place."""

from __future__ import annotations

from localfront.http_messages.messages import Response
from localfront.http_messages.origin_connection import OriginConnection
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
    came_over: tuple[OriginConnection, ...] = ()

    @property
    def is_unreachable(self) -> bool:
        return self.origin_status is None and not self.generated

    @property
    def origin_failed(self) -> bool:
        """Whether the origin gave an error or no answer; not if it was not asked (PL-009)."""
        status = self.origin_status
        return not self.generated and (status is None or status >= 400)
