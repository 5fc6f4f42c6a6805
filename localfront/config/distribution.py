"""A distribution as values, in AWS's words. `parsing.py` reads one from the API.

Source: CloudFront API Reference, DistributionConfig; Developer Guide, "All distribution settings
reference".
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from localfront.config.policies import (
    CachePolicy,
    Forwarding,
    OriginRequestPolicy,
    ResponseHeadersPolicy,
    forwarding,
)
from localfront.config.web_acl import WebAcl


class ViewerProtocolPolicy(Enum):
    ALLOW_ALL = "allow-all"
    REDIRECT_TO_HTTPS = "redirect-to-https"
    HTTPS_ONLY = "https-only"


@dataclass(frozen=True, slots=True, kw_only=True)
class LambdaFunctionAssociation:
    """A numbered version of a function, attached to an event of a behavior (LA-001, LA-004)."""

    event_type: str
    lambda_function_arn: str
    include_body: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionAssociation:
    """A CloudFront Function, attached to a viewer event of a behavior (FN-001, LA-005)."""

    event_type: str
    function_arn: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustedKey:
    """A public key whose signatures open a behavior; `id` is what Key-Pair-Id names (SG-001)."""

    id: str
    pem: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CacheBehavior:
    """`target_origin_id` names an origin or an origin group (RT-009).

    With `trusted_keys` only signed requests pass; `restricted` says so also where there is no key.
    `events` are those at which a function runs: most behaviors have none, and each request asks.
    """

    path_pattern: str
    target_origin_id: str
    viewer_protocol_policy: ViewerProtocolPolicy = ViewerProtocolPolicy.ALLOW_ALL
    allowed_methods: frozenset[str] = frozenset({"GET", "HEAD"})
    cached_methods: frozenset[str] = frozenset({"GET", "HEAD"})
    compress: bool = False
    cache_policy: CachePolicy
    origin_request_policy: OriginRequestPolicy | None = None
    response_headers_policy: ResponseHeadersPolicy | None = None
    lambda_function_associations: tuple[LambdaFunctionAssociation, ...] = ()
    function_associations: tuple[FunctionAssociation, ...] = ()
    restricted: bool = False
    trusted_keys: tuple[TrustedKey, ...] = ()
    _forwards: Forwarding | None = field(default=None, init=False, repr=False, compare=False)
    events: frozenset[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        events = {one.event_type for one in self.lambda_function_associations}
        events |= {one.event_type for one in self.function_associations}
        object.__setattr__(self, "events", frozenset(events))

    @property
    def is_signed(self) -> bool:
        """Whether it takes signed requests alone (SG-001)."""
        return self.restricted or bool(self.trusted_keys)

    @property
    def forwards(self) -> Forwarding:
        """What goes to the origin. Worked out for the first request: most behaviors get none."""
        if self._forwards is None:
            worked_out = forwarding(self.cache_policy, self.origin_request_policy)
            object.__setattr__(self, "_forwards", worked_out)
            return worked_out
        return self._forwards

    def function_for(self, event_type: str) -> LambdaFunctionAssociation | None:
        """The function that runs at an event ("viewer-request"), if there is one."""
        for association in self.lambda_function_associations:
            if association.event_type == event_type:
                return association
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where requests go. Times are in seconds.

    `origin_access_control` is the signing behavior ("always", "never", "no-override") of an S3
    origin's access control, None without one. `origin_access_identity` is the id of the older kind,
    which a bucket's policy may also name by `s3_canonical_user_id`, where that is known.
    `protocol_policy` is for custom origins. `is_private` says that it is in a VPC: only what stands
    in for it can be asked. `host_header` and `sni` are a function's (FN-027).
    """

    id: str
    domain_name: str
    origin_path: str = ""
    custom_headers: tuple[tuple[str, str], ...] = ()
    is_s3: bool = False
    origin_access_control: str | None = None
    origin_access_identity: str | None = None
    s3_canonical_user_id: str | None = None
    protocol_policy: str = "match-viewer"
    http_port: int = 80
    https_port: int = 443
    connection_attempts: int = 3
    connection_timeout: int = 10
    read_timeout: int = 30
    keepalive_timeout: int = 5
    response_completion_timeout: int | None = None
    ssl_protocols: tuple[str, ...] = ("TLSv1.2",)
    is_private: bool = False
    host_header: str | None = None
    sni: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OriginGroup:
    """The primary origin's id, the secondary's, and on which statuses to fail over (OG-007)."""

    id: str
    primary: str
    secondary: str
    failover_status_codes: frozenset[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class GeoRestriction:
    """The countries (ISO 3166-1 alpha-2, upper case) that may pass, or that may not (MI-004)."""

    allows_listed: bool
    countries: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomErrorResponse:
    """What viewers get for a status code; the minimum TTL in seconds (ER-003)."""

    error_code: int
    response_page_path: str | None = None
    response_code: int | None = None
    error_caching_min_ttl: int = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionStickiness:
    """How long a viewer stays with the distribution that it came to, in seconds (MI-005)."""

    idle_ttl: int
    maximum_ttl: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ContinuousDeployment:
    """Which requests go to the staging distribution of one of these domain names (MI-005): those with
    the header (its name in lower case, and its value), else a share of all, 0 to 0.15.
    """

    staging_names: frozenset[str]
    header: tuple[str, str] | None = None
    weight: float = 0
    session: SessionStickiness | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Distribution:
    """`cache_tag_header` names the origin's header with tags, None where none is read (IN-008).

    `offers_http2` says whether viewers may come by it (HO-011).
    """

    id: str
    arn: str
    domain_name: str
    aliases: tuple[str, ...]
    enabled: bool
    default_root_object: str
    origins: tuple[Origin, ...]
    cache_behaviors: tuple[CacheBehavior, ...]
    default_cache_behavior: CacheBehavior
    custom_error_responses: tuple[CustomErrorResponse, ...] = ()
    origin_groups: tuple[OriginGroup, ...] = ()
    geo_restriction: GeoRestriction | None = None
    is_staging: bool = False
    continuous_deployment: ContinuousDeployment | None = None
    web_acl: WebAcl | None = None
    cache_tag_header: str | None = None
    offers_http2: bool = True

    def origin(self, origin_id: str) -> Origin:
        """The origin of that id; of a group, the primary."""
        group = self.origin_group(origin_id)
        wanted = group.primary if group else origin_id
        return next(origin for origin in self.origins if origin.id == wanted)

    def origin_group(self, target_id: str) -> OriginGroup | None:
        if not self.origin_groups:
            return None
        return next((g for g in self.origin_groups if g.id == target_id), None)

    @property
    def behaviors(self) -> tuple[CacheBehavior, ...]:
        """In the order in which they are tried; the default one last (RT-001)."""
        return (*self.cache_behaviors, self.default_cache_behavior)

    def error_response(self, status: int) -> CustomErrorResponse | None:
        return next((r for r in self.custom_error_responses if r.error_code == status), None)
