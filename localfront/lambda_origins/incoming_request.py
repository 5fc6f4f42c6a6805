"""A request to a function URL or an API, for both payload formats."""

from __future__ import annotations

import base64
import time
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from localfront.http_messages.messages import Request

# Media types passed as text by function URLs and HTTP APIs; all others are base64.
TEXTS = ("text/", "application/json", "application/javascript", "application/xml")
TEXT_SUFFIXES = ("+json", "+xml")
EDGE_IP = "127.0.0.1"  # of the immediate connection: CloudFront's


@dataclass(frozen=True, slots=True, kw_only=True)
class IncomingRequest:
    """A request.

    `path` is without the stage, `full_path` with it; `route` is the route key, such as `GET /a`.
    `resource` is a REST API's resource path. `now` in seconds.
    """

    request: Request
    body: bytes
    request_id: str
    api_id: str
    domain_name: str
    path: str
    full_path: str
    stage: str = "$default"
    route: str = "$default"
    resource: str = ""
    account_id: str = "anonymous"
    path_parameters: dict[str, str] = field(default_factory=dict)
    stage_variables: dict[str, str] = field(default_factory=dict)
    now: float = field(default_factory=time.time)

    @property
    def agent(self) -> str:
        return self.request.headers.get("user-agent") or ""

    @property
    def time(self) -> str:
        """The time in the Common Log Format."""
        return time.strftime("%d/%b/%Y:%H:%M:%S +0000", time.gmtime(self.now))

    def parameters(self) -> dict[str, list[str]]:
        """The decoded query parameters, each with all its values."""
        found: dict[str, list[str]] = {}
        for name, value in parse_qsl(self.request.querystring, keep_blank_values=True):
            found.setdefault(name, []).append(value)
        return found


def is_text(content_type: str | None) -> bool:
    """Whether function URLs and HTTP APIs treat the body as text; a form, for example, is not."""
    kind = (content_type or "").partition(";")[0].strip().lower()
    return kind.startswith(TEXTS) or kind.endswith(TEXT_SUFFIXES)


def body_of(body: bytes, *, as_text: bool) -> tuple[str | None, bool]:
    """The field `body`, and whether it is base64."""
    if not body:
        return None, False
    if as_text:
        return body.decode("utf-8", "replace"), False
    return base64.b64encode(body).decode(), True
