"""One viewer's request, on its way from the viewer-request function to a response."""

from __future__ import annotations

from dataclasses import replace

from localfront.bodies import Body
from localfront.config.distribution import CacheBehavior, Distribution
from localfront.messages import Request
from localfront.request_trace import Trace
from localfront.values import value


@value(frozen=True, slots=True, kw_only=True)
class Visit:
    """What is asked, of which distribution, and which behavior serves it (RT-010)."""

    request: Request
    body: Body = b""
    distribution: Distribution
    behavior: CacheBehavior
    trace: Trace

    def asking(self, request: Request) -> Visit:
        return replace(self, request=request)
