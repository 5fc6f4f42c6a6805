"""A viewer's request with its distribution and behavior, as it is processed."""

from __future__ import annotations

from dataclasses import replace

from localfront.config.distribution import CacheBehavior, Distribution
from localfront.exchange.origin_choice import OriginChoice
from localfront.exchange.request_trace import Trace
from localfront.http_messages.bodies import Body
from localfront.http_messages.messages import Request
from localfront.http_messages.values import value


@value(frozen=True, slots=True, kw_only=True)
class Exchange:
    """A request, its distribution, and the behavior that serves it (RT-010).

    `chosen` is the origin selected by a CloudFront Function; None for the behavior's own.
    """

    request: Request
    body: Body = b""
    distribution: Distribution
    behavior: CacheBehavior
    trace: Trace
    chosen: OriginChoice | None = None

    def with_request(self, request: Request) -> Exchange:
        return replace(self, request=request)
