"""The access log's record of a request, completed when its response has been sent."""

from __future__ import annotations

from collections.abc import Callable

from localfront.config.distribution import Distribution
from localfront.exchange.clock import Clock
from localfront.exchange.request_trace import Trace
from localfront.http_messages.messages import Request, Response
from localfront.logs.access_log import Logged
from localfront.logs.access_log_files import AccessLog
from localfront.server.delivery import Delivery


def when_delivered(
    log: AccessLog,
    clock: Clock,
    distribution: Distribution,
    *,
    request: Request,
    response: Response,
    trace: Trace,
) -> Callable[[Delivery], None]:
    """Write the record in the distribution's log, given how the delivery went."""

    def write(delivery: Delivery) -> None:
        logged = Logged(
            distribution_id=distribution.id,
            distribution_domain_name=distribution.domain_name,
            request=request,
            request_id=trace.request_id,
            response=response,
            x_cache=response.headers.get("x-cache") or "",
            finished_at=clock(),
            seconds=delivery.seconds,
            seconds_to_first_byte=delivery.seconds_to_first_byte,
            bytes_received=delivery.bytes_received,
            bytes_sent=delivery.bytes_sent,
            aborted=delivery.aborted,
            detail=trace.detail,
        )
        log.write(logged)

    return write
