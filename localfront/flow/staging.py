"""Choose the staging distribution for a share of a primary's viewers (MI-005).

With session stickiness, a cookie keeps a viewer on the distribution that first answered it. AWS
does not document its name and value: ours holds the side and the start of the session.

Source: CloudFront Developer Guide, "Learn how continuous deployment works".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from localfront.cache.selections import parse_cookies
from localfront.config.distribution import ContinuousDeployment, Distribution, SessionStickiness
from localfront.http_messages.messages import Headers, Request

COOKIE = "CloudFront-Session"
STAGING, PRIMARY = "staging", "primary"


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """The distribution that answers, the request without our cookie, and the cookie to set."""

    distribution: Distribution
    request: Request
    cookie: str | None = None


def choose_staging(
    primary: Distribution,
    staging: Mapping[str, Distribution],
    request: Request,
    *,
    now: float,
    random: Callable[[], float],
) -> Chosen:
    """Choose by header, session or weight.

    `staging` has the staging distributions by domain name; `now` is in seconds.
    """
    policy = primary.continuous_deployment
    names = sorted(policy.staging_names & staging.keys()) if policy else []
    if policy is None or not names:
        return Chosen(distribution=primary, request=request)
    side, began = _side(policy, request, now=now, random=random)
    session = policy.session
    return Chosen(
        distribution=staging[names[0]] if side == STAGING else primary,
        request=_without_cookie(request) if session else request,
        cookie=_cookie(side, began, session, now) if session else None,
    )


def _side(
    policy: ContinuousDeployment, request: Request, *, now: float, random: Callable[[], float]
) -> tuple[str, int]:
    """Primary or staging, and the start of the session in seconds."""
    if policy.header is not None:
        name, value = policy.header
        return (STAGING if request.headers.get(name) == value else PRIMARY), 0
    session = _known_session(policy.session, request, now)
    return session or (STAGING if random() < policy.weight else PRIMARY, int(now))


def _known_session(
    session: SessionStickiness | None, request: Request, now: float
) -> tuple[str, int] | None:
    """The session in the request's cookie; None if there is none, or it has expired."""
    sent = dict(parse_cookies(request.headers)).get(COOKIE, "")
    side, _, began = sent.partition(".")
    if session is None or side not in (STAGING, PRIMARY) or not began.isdecimal():
        return None
    seconds = int(began[:12])
    return (side, seconds) if seconds <= now < seconds + session.maximum_ttl else None


def _cookie(side: str, began: int, session: SessionStickiness, now: float) -> str:
    """The session cookie; it expires after the idle time, or at the session's maximum."""
    lasts = min(session.idle_ttl, began + session.maximum_ttl - int(now))
    return f"{COOKIE}={side}.{began}; Max-Age={lasts}; Path=/; Secure; HttpOnly"


def _without_cookie(request: Request) -> Request:
    """Remove the session cookie: it belongs to no cache key, and no origin sees it."""
    cookies = parse_cookies(request.headers)
    if not any(name == COOKIE for name, _ in cookies):
        return request
    rest = "; ".join(f"{name}={value}" for name, value in cookies if name != COOKIE)
    bare = request.headers.without("cookie")
    return request.with_headers(bare.adding("Cookie", rest) if rest else Headers(bare.lines))
