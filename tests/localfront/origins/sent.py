"""The request that an origin receives for a viewer's."""

from __future__ import annotations

from typing import Any

from localfront.config.distribution import CacheBehavior
from localfront.config.policies import OriginRequestPolicy, Selection
from localfront.http_messages.messages import Headers, Request
from localfront.origins.requests import origin_request
from tests.localfront.factories import (
    a_behavior,
    a_cache_policy,
    an_origin,
)

BROWSERS = [
    ("User-Agent", "Mozilla/5.0"),
    ("Accept", "text/html"),
    ("Accept-Charset", "utf-8"),
    ("Accept-Language", "nl"),
    ("Referer", "https://logs.example.com/"),
    ("Cookie", "session-id=abc; theme=dark"),
    ("X-HTTP-Method-Override", "PUT"),
    ("Cache-Control", "no-cache"),
    ("Pragma", "no-cache"),
]
NOTHING = a_cache_policy()
NO_HEADERS = Selection()


def sent(request: Request, behavior: CacheBehavior | None = None) -> Request:
    """The bucket's request, by default through a behavior that forwards nothing."""
    return origin_request(
        request,
        behavior or a_behavior(cache_policy=NOTHING),
        an_origin(),
        request_id="id==",
    )


def sent_headers(request: Request, behavior: CacheBehavior | None = None) -> Headers:
    return sent(request, behavior).headers


def with_request_policy(headers: Selection = NO_HEADERS, **changes: Any) -> CacheBehavior:
    policy = OriginRequestPolicy(id="p", headers=headers, **changes)
    return a_behavior(cache_policy=NOTHING, origin_request_policy=policy)
