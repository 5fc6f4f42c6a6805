"""A distribution as values, named as in AWS's API. `parsing.py` parses the API's form.

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
    """A public key that a behavior trusts; `id` is the Key-Pair-Id (SG-001)."""

    id: str
    pem: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CacheBehavior:
    """`target_origin_id` names an origin or an origin group (RT-009).

    With `trusted_keys` only signed requests pass; `restricted` demands signatures even if no key is
    known. `events` has the events with a function; precomputed, as every request needs it.
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
        events = {association.event_type for association in self.lambda_function_associations}
        events |= {association.event_type for association in self.function_associations}
        object.__setattr__(self, "events", frozenset(events))

    @property
    def is_signed(self) -> bool:
        """Whether only signed requests are allowed (SG-001)."""
        return self.restricted or bool(self.trusted_keys)

    @property
    def forwards(self) -> Forwarding:
        """The parts of a request to forward. Computed lazily: most behaviors get no request."""
        if self._forwards is None:
            worked_out = forwarding(self.cache_policy, self.origin_request_policy)
            object.__setattr__(self, "_forwards", worked_out)
            return worked_out
        return self._forwards

    def function_for(self, event_type: str) -> LambdaFunctionAssociation | None:
        """The function associated with an event ("viewer-request"), if any."""
        for association in self.lambda_function_associations:
            if association.event_type == event_type:
                return association
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """An origin. Times are in seconds.

    `origin_access_control` is the signing behavior ("always", "never", "no-override") of an S3
    origin's access control, None without one. `origin_access_identity` is the id of the older kind,
    which a bucket policy may also name by `s3_canonical_user_id`, if known. `protocol_policy` is
    for custom origins. `is_private`: the origin is in a VPC and needs an override. `host_header`
    and `sni` are set by functions (FN-027).
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

    def __hash__(self) -> int:
        """Hash only two names: each origin request looks up its address by its origin."""
        return hash((self.id, self.domain_name))


@dataclass(frozen=True, slots=True, kw_only=True)
class OriginGroup:
    """An origin group: primary and secondary origin ids, and the failover status codes (OG-007)."""

    id: str
    primary: str
    secondary: str
    failover_status_codes: frozenset[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class GeoRestriction:
    """The allowed or blocked countries (ISO 3166-1 alpha-2, upper case; MI-004)."""

    allows_listed: bool
    countries: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomErrorResponse:
    """The custom error page and response code of a status; minimum TTL in seconds (ER-003)."""

    error_code: int
    response_page_path: str | None = None
    response_code: int | None = None
    error_caching_min_ttl: int = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionStickiness:
    """How long a viewer stays on the same distribution, in seconds (MI-005)."""

    idle_ttl: int
    maximum_ttl: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ContinuousDeployment:
    """Which requests go to staging (MI-005).

    Those with the header (name in lower case, value), else a share of all, 0 to 0.15. The staging
    distribution is given by its domain names.
    """

    staging_names: frozenset[str]
    header: tuple[str, str] | None = None
    weight: float = 0
    session: SessionStickiness | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Distribution:
    """A distribution. `cache_tag_header` is the origin's header with cache tags, or None (IN-008).

    `offers_http2` says whether viewers may use HTTP/2 (HO-011).
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
        """The origin with this id; for a group, its primary."""
        group = self.origin_group(origin_id) if self.origin_groups else None
        wanted = group.primary if group else origin_id
        return next(iter([origin for origin in self.origins if origin.id == wanted]))

    def origin_group(self, target_id: str) -> OriginGroup | None:
        if not self.origin_groups:
            return None
        return next((g for g in self.origin_groups if g.id == target_id), None)

    @property
    def behaviors(self) -> tuple[CacheBehavior, ...]:
        """The behaviors in order of precedence; the default one last (RT-001)."""
        return (*self.cache_behaviors, self.default_cache_behavior)

    def error_response(self, status: int) -> CustomErrorResponse | None:
        return next((r for r in self.custom_error_responses if r.error_code == status), None)
