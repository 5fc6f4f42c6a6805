"""One viewer's request, on its way from the viewer-request function to a response."""

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
    """What is asked, of which distribution, and which behavior serves it (RT-010).

    `chosen` is where a CloudFront Function sent the request, None where the behavior says it.
    """

    request: Request
    body: Body = b""
    distribution: Distribution
    behavior: CacheBehavior
    trace: Trace
    chosen: OriginChoice | None = None

    def asking(self, request: Request) -> Exchange:
        return replace(self, request=request)
