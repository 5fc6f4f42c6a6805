"""The result of an origin request: the origin's response, or a generated one."""

from __future__ import annotations

from localfront.http_messages.messages import Response
from localfront.http_messages.origin_connection import OriginConnection
from localfront.http_messages.values import value


@value(frozen=True, slots=True, kw_only=True)
class Fetched:
    """The result of an origin request.

    `origin_status` is None if the origin did not respond; `response` is then CloudFront's own.
    `generated`: a function generated the response. `came_over` are the origin connections of its
    parts.
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
        """Whether the origin failed or did not respond; False if no request was sent (PL-009)."""
        status = self.origin_status
        return not self.generated and (status is None or status >= 400)
