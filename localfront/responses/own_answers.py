"""What CloudFront answers by itself: it refuses a request, or a function of it failed.

The page names the rule and the way out; status and X-Cache are AWS's.

Source: CloudFront Developer Guide, "Troubleshoot error response status codes in CloudFront".
"""

from __future__ import annotations

from localfront.access.viewer_rules import Refusal
from localfront.errors import EdgeExecutionError, EdgeFunctionError
from localfront.outcome import ERROR, Outcome
from localfront.profiles import Profile
from localfront.request_trace import Trace
from localfront.responses.viewer_responses import error_page, failed_function_text
from localfront.result_types import detail_of_refusal


def refused(refusal: Refusal, trace: Trace, *, now: float) -> Outcome:
    trace.reason = f"{refusal.rule}: {refusal.message}"
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
