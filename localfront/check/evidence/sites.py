"""A distribution as the rules see it: the parts that could be read."""

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
    """`default` and behaviors that could not be read are missing; their patterns are in `unread`.

    Policies in `unknown_policies` are named and not known: what is read of them means nothing.
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
        """In the order in which they are tried; the default one last."""
        return self.listed if self.default is None else (*self.listed, self.default)

    def at(self, behavior: CacheBehavior) -> str:
        """A behavior's name in a report."""
        if behavior is self.default:
            return f"{self.name}, default behavior"
        return f"{self.name}, behavior {behavior.path_pattern!r}"

    def behavior_for(self, path: str) -> CacheBehavior | None:
        """The behavior that serves a path; None where one that could not be read may."""
        if any(matches(pattern, path) for pattern in self.unread):
            return None
        found = (b for b in self.behaviors if matches(b.path_pattern, path))
        return next(found, None)

    def targets(self, behavior: CacheBehavior) -> tuple[Origin, ...]:
        """The origins that a behavior's requests may go to, as far as they could be read."""
        ids = {behavior.target_origin_id}
        for group in self.origin_groups:
            if group.id == behavior.target_origin_id:
                ids = {group.primary, group.secondary}
        return tuple(origin for origin in self.origins if origin.id in ids)

    def goes_to_api(self, behavior: CacheBehavior) -> bool:
        """Whether requests go to something that takes log-ins: an API of AWS's, or a custom origin
        that is sent POST or PUT.
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
    """Whether it is a bucket's REST endpoint."""
    return S3_NAME.fullmatch(origin.domain_name) is not None


def is_website(origin: Origin) -> bool:
    """Whether it is a bucket's website endpoint."""
    return WEBSITE_NAME.fullmatch(origin.domain_name) is not None


def is_api_gateway(origin: Origin) -> bool:
    return EXECUTE_API_NAME.fullmatch(origin.domain_name) is not None


def is_function_url(origin: Origin) -> bool:
    return FUNCTION_URL_NAME.fullmatch(origin.domain_name) is not None


def sent_headers(behavior: CacheBehavior) -> Selection:
    """The viewer's headers that go to the origin (PO-002)."""
    request = behavior.origin_request_policy
    return behavior.cache_policy.headers.joined(request.headers if request else Selection())


def sent_cookies(behavior: CacheBehavior) -> Selection:
    """The viewer's cookies that go to the origin (PO-002)."""
    request = behavior.origin_request_policy
    return behavior.cache_policy.cookies.joined(request.cookies if request else Selection())
