"""Render localfront's error explanations in the form that the viewer accepts.

Status and headers are AWS's. Bodies that are not localfront's own (from an origin, a function, a
custom error page) are not touched.
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
    """The default: no source is available."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorPages:
    """Renders error pages. `plain` selects AWS's own page.

    `inspector` is its address, "" if there is none; without its key, as any viewer gets the page.
    """

    plain: bool = False
    inspector: str = ""
    find_source: FindSource = no_source

    def shown(self, response: Response, request: Request, trace: Trace) -> Response:
        """The response for the viewer; unchanged if its body is not localfront's own."""
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
        rendered = replace(_typed(response, media_type), body=page.encode("utf-8", "replace"))
        trace.sent = rendered.headers
        return rendered


def _form(response: Response, request: Request) -> Form:
    """The form: HTML if a policy or a function changed the Content-Type, which then stays."""
    if response.headers.get("content-type") != MEDIA_TYPES["html"]:
        return "html"
    accept = ", ".join(request.headers.get_all("accept"))
    return wanted_form(accept or None)


def _typed(response: Response, media_type: str) -> Response:
    """The headers with this Content-Type in the place of the page's."""
    lines = response.headers.lines
    own = ("content-type", MEDIA_TYPES["html"])
    changed = tuple((n, media_type if (n.lower(), v) == own else v) for n, v in lines)
    return response if changed == lines else response.with_headers(type(response.headers)(changed))
