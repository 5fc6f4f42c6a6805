"""Puts an error that localfront explains into the form that its viewer takes.

Status and headers stay AWS's, and so does every body that is not localfront's own: an origin's, a
function's, a custom error page.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from localfront.error_pages.aws_page import aws_page
from localfront.error_pages.facts import FindSource, facts_of
from localfront.error_pages.forms import MEDIA_TYPES, Form, wanted_form
from localfront.error_pages.html_page import as_html
from localfront.error_pages.other_sites import is_for_another_site
from localfront.error_pages.text_page import as_json, as_text
from localfront.exchange.explanation import ExplainedBody
from localfront.exchange.request_trace import Trace
from localfront.http_messages.messages import Request, Response

RENDER = {"html": as_html, "json": as_json, "text": as_text}


def no_source(_arn: str, _traceback: str) -> None:
    """For whoever knows no function's code."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorPages:
    """`plain` shows AWS's own page, which explains nothing; `inspector` is its address without its key,
    "" where there is none: a page goes to whoever asks.
    """

    plain: bool = False
    inspector: str = ""
    find_source: FindSource = no_source

    def shown(self, response: Response, request: Request, trace: Trace) -> Response:
        """The response as the viewer gets it; the same one where its body is not localfront's own."""
        body = response.body
        if not isinstance(body, ExplainedBody):
            return response
        if self.plain:
            page, media_type = aws_page(response.status, body.explanation, trace.request_id)
        else:
            form = _form(response, request)
            facts = facts_of(
                response.status,
                body.explanation,
                request,
                trace,
                find_source=self.find_source,
                inspector=self.inspector,
            )
            if is_for_another_site(request):
                facts = facts.for_other_sites()
            page, media_type = RENDER[form](facts), MEDIA_TYPES[form]
        shown = replace(_typed(response, media_type), body=page.encode("utf-8", "replace"))
        trace.sent = shown.headers
        return shown


def _form(response: Response, request: Request) -> Form:
    """HTML for a Content-Type that a policy or a function has changed: theirs stays."""
    if response.headers.get("content-type") != MEDIA_TYPES["html"]:
        return "html"
    accept = ", ".join(request.headers.get_all("accept"))
    return wanted_form(accept or None)


def _typed(response: Response, media_type: str) -> Response:
    """With that Content-Type in the place of the page's own."""
    lines = response.headers.lines
    own = ("content-type", MEDIA_TYPES["html"])
    changed = tuple((n, media_type if (n.lower(), v) == own else v) for n, v in lines)
    return response if changed == lines else response.with_headers(type(response.headers)(changed))
