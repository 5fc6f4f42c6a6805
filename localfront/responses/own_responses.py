"""CloudFront's own responses: refusals and function errors.

The page names the rule and the remedy; status and X-Cache are AWS's.

Source: CloudFront Developer Guide, "Troubleshoot error response status codes in CloudFront".
"""

from __future__ import annotations

import time

from localfront.errors import EdgeExecutionError, EdgeFunctionError
from localfront.exchange.outcome import ERROR, Outcome
from localfront.exchange.refusal import Refusal
from localfront.exchange.request_trace import Trace
from localfront.exchange.result_types import detail_of_refusal
from localfront.http_messages.messages import Response
from localfront.logs.unforeseen_errors import TRACEBACKS
from localfront.profiles import Profile
from localfront.responses.viewer_responses import (
    error_page,
    failed_function_text,
    new_request_id,
    to_viewer,
)


def refused_outright(
    refusal: Refusal, trace: Trace | None = None, *, now: float | None = None
) -> Response:
    """The complete response to a request refused without a distribution."""
    moment = time.time() if now is None else now
    record = trace or Trace(request_id=new_request_id(), method="", host="", target="")
    outcome = refused(refusal, record, now=moment)
    record.finish(outcome.response.status, outcome.result)
    return to_viewer(
        outcome.response,
        x_cache=outcome.x_cache,
        request_id=record.request_id,
        now=moment,
    )


def unforeseen(error: BaseException) -> Refusal:
    """The 500 for an unexpected exception, without its message, which may quote a secret."""
    return Refusal.closing(
        500, "", f"localfront failed because of an internal error: {TRACEBACKS.keep(error)}."
    )


def unsendable(error: Exception) -> Refusal:
    """The 502 for a response that cannot be sent."""
    return Refusal.closing(502, "", f"The response can't be sent to a viewer. {error}")


def refused(refusal: Refusal, trace: Trace, *, now: float) -> Outcome:
    rule = f"{refusal.rule}: " if refusal.rule else ""
    trace.reason = f"{rule}{refusal.message}"
    trace.detail = detail_of_refusal(refusal.rule)
    page = error_page(
        refusal.status,
        refusal.message,
        rule=refusal.rule,
        request_id=trace.request_id,
        now=now,
    )
    if refusal.close:
        page = page.with_headers(page.headers.adding("Connection", "close"))
    return Outcome(page, ERROR)


def function_failed(
    error: EdgeFunctionError, trace: Trace, *, profile: Profile, now: float
) -> Outcome:
    """Fail closed with AWS's status; the page tells the developer which rule broke."""
    trace.reason = f"{error.rule}: {error}"
    raised = isinstance(error, EdgeExecutionError)
    page = error_page(
        profile.function_raised if raised else error.status,  # table D.1, row 5
        str(error),
        rule=error.rule,
        request_id=trace.request_id,
        now=now,
        detail=error.traceback if isinstance(error, EdgeExecutionError) else "",
        aws_text=failed_function_text(error),
    )
    return Outcome(page, error.x_cache)
