"""A distribution as the rules see it: the parts that could be parsed."""

from __future__ import annotations

import re
from dataclasses import dataclass

from localfront.config.distribution import (
    CacheBehavior,
    CustomErrorResponse,
    Origin,
    OriginGroup,
)
from localfront.config.policies import Selection
from localfront.origins.aws_names import EXECUTE_API_NAME, S3_NAME, WEBSITE_NAME
from localfront.routing.behaviors import matches
from localfront.sources.description import Raw

FUNCTION_URL_NAME = re.compile(r"[a-z0-9]+\.lambda-url\.[a-z0-9-]+\.on\.aws")
LOGIN_METHODS = frozenset({"POST", "PUT"})


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedDistribution:
    """A distribution.

    Behaviors that could not be parsed are missing; their patterns are in `unread`.

    Policies in `unknown_policies` are placeholders whose contents mean nothing.
    """

    name: str
    id: str
    arn: str
    config: Raw
    aliases: tuple[str, ...] = ()
    origins: tuple[Origin, ...] = ()
    origin_groups: tuple[OriginGroup, ...] = ()
    listed: tuple[CacheBehavior, ...] = ()
    default: CacheBehavior | None = None
    unread: tuple[str, ...] = ()
    error_responses: tuple[CustomErrorResponse, ...] = ()
    unknown_policies: frozenset[str] = frozenset()
    unknown_access_controls: frozenset[str] = frozenset()

    @property
    def behaviors(self) -> tuple[CacheBehavior, ...]:
        """The behaviors in order of precedence; the default one last."""
        return self.listed if self.default is None else (*self.listed, self.default)

    def at(self, behavior: CacheBehavior) -> str:
        """The name of a behavior in a report."""
        if behavior is self.default:
            return f"{self.name}, default behavior"
        return f"{self.name}, behavior {behavior.path_pattern!r}"

    def behavior_for(self, path: str) -> CacheBehavior | None:
        """The behavior for a path; None if an unparsed one might match."""
        if any(matches(pattern, path) for pattern in self.unread):
            return None
        found = (b for b in self.behaviors if matches(b.path_pattern, path))
        return next(found, None)

    def targets(self, behavior: CacheBehavior) -> tuple[Origin, ...]:
        """A behavior's origins, as far as they could be parsed."""
        ids = {behavior.target_origin_id}
        for group in self.origin_groups:
            if group.id == behavior.target_origin_id:
                ids = {group.primary, group.secondary}
        return tuple(origin for origin in self.origins if origin.id in ids)

    def goes_to_api(self, behavior: CacheBehavior) -> bool:
        """Whether the target may be an API with a login.

        That is an API on AWS, or a custom origin that gets POST or PUT.
        """
        return any(
            is_api_gateway(origin)
            or is_function_url(origin)
            or (
                not is_bucket(origin)
                and not is_website(origin)
                and not origin.is_s3
                and bool(behavior.allowed_methods & LOGIN_METHODS)
            )
            for origin in self.targets(behavior)
        )

    def knows_policies(self, behavior: CacheBehavior) -> bool:
        request = behavior.origin_request_policy
        named = {behavior.cache_policy.id, request.id if request else ""}
        return not named & self.unknown_policies


def is_bucket(origin: Origin) -> bool:
    """Whether the origin is a bucket's REST endpoint."""
    return S3_NAME.fullmatch(origin.domain_name) is not None


def is_website(origin: Origin) -> bool:
    """Whether the origin is a bucket's website endpoint."""
    return WEBSITE_NAME.fullmatch(origin.domain_name) is not None


def is_api_gateway(origin: Origin) -> bool:
    return EXECUTE_API_NAME.fullmatch(origin.domain_name) is not None


def is_function_url(origin: Origin) -> bool:
    return FUNCTION_URL_NAME.fullmatch(origin.domain_name) is not None


def sent_headers(behavior: CacheBehavior) -> Selection:
    """The viewer's headers that are forwarded (PO-002)."""
    request = behavior.origin_request_policy
    return behavior.cache_policy.headers.joined(request.headers if request else Selection())


def sent_cookies(behavior: CacheBehavior) -> Selection:
    """The viewer's cookies that are forwarded (PO-002)."""
    request = behavior.origin_request_policy
    return behavior.cache_policy.cookies.joined(request.cookies if request else Selection())
