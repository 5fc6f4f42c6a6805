"""Settings of an origin that CloudFront refuses, or with which it never responds.

Sources: CloudFront API Reference, S3OriginConfig and OriginAccessControlConfig; Developer Guide, "Use an
Amazon S3 bucket that is configured as a website endpoint" and "Use HTTPS with CloudFront" (CP-006,
CP-007, CP-009, S3-005).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from localfront.check.evidence.evidence import Evidence
from localfront.check.evidence.sites import CheckedDistribution, is_bucket, is_website
from localfront.check.findings import CheckResult, Finding, Severity
from localfront.config.distribution import CacheBehavior, Origin, ViewerProtocolPolicy
from localfront.config.fields import structures
from localfront.origins.aws_names import is_unknown

LOAD_BALANCER = re.compile(r"[a-z0-9.-]+\.elb\.(?:[a-z0-9-]+\.)?amazonaws\.com(?:\.cn)?")
# Access points and Outposts are buckets with other names.
BUCKET_LIKE = re.compile(r"[a-z0-9.-]+\.s3[a-z0-9.-]*\.amazonaws\.com(?:\.cn)?")


def check_origins(site: CheckedDistribution, evidence: Evidence) -> Iterator[CheckResult]:
    """Check each origin's settings, as CloudFront does (CP-006, CP-007, CP-009, S3-005)."""
    for origin in site.origins:
        yield from _kind(site, origin)
    for behavior in site.behaviors:
        for origin in site.targets(behavior):
            yield from _website(site, behavior, origin)
            yield from _loop(site, behavior, origin)


def _kind(site: CheckedDistribution, origin: Origin) -> Iterator[Finding]:
    name, at = origin.domain_name, f"{site.name}, origin {origin.id!r}"
    if (
        origin.is_s3
        and not is_unknown(name)
        and (is_website(origin) or not _is_bucket_like(origin))
    ):
        kind = "a bucket's website endpoint" if is_website(origin) else "not a bucket's name"
        yield Finding(
            rule="CP-006",
            severity=Severity.ERROR,
            resource=at,
            message=f"It has an S3OriginConfig, and {name} is {kind}.",
            remedy="Write a CustomOriginConfig (in Terraform custom_origin_config), or name "
            "BUCKET.s3.REGION.amazonaws.com.",
        )
    if is_website(origin) and _access_control(site, origin):
        yield Finding(
            rule="CP-007",
            severity=Severity.ERROR,
            resource=at,
            message=(
                "It has an origin access control, and website endpoints do not accept signed "
                "requests."
            ),
            remedy="Name the bucket itself, BUCKET.s3.REGION.amazonaws.com, or leave the access "
            "control "
            "out.",
        )


def _is_bucket_like(origin: Origin) -> bool:
    return is_bucket(origin) or BUCKET_LIKE.fullmatch(origin.domain_name) is not None


def _access_control(site: CheckedDistribution, origin: Origin) -> bool:
    listed = structures(site.config.get("Origins"))
    return any(raw.get("OriginAccessControlId") for raw in listed if raw.get("Id") == origin.id)


def _website(
    site: CheckedDistribution, behavior: CacheBehavior, origin: Origin
) -> Iterator[Finding]:
    """Check a website endpoint, which does not respond over HTTPS: 504."""
    policy = behavior.viewer_protocol_policy
    always = policy is not ViewerProtocolPolicy.ALLOW_ALL
    uses_https = origin.protocol_policy == "https-only" or origin.protocol_policy == "match-viewer"
    if origin.is_s3 or not is_website(origin) or not uses_https:
        return
    certain = always or origin.protocol_policy == "https-only"
    yield Finding(
        rule="S3-005",
        severity=Severity.ERROR if certain else Severity.WARNING,
        resource=f"{site.name}, origin {origin.id!r}",
        message=f"It is a website endpoint, which accepts only HTTP, and OriginProtocolPolicy is "
        f"{origin.protocol_policy}: viewers over HTTPS get 504.",
        remedy="Set OriginProtocolPolicy to http-only.",
    )


def _loop(site: CheckedDistribution, behavior: CacheBehavior, origin: Origin) -> Iterator[Finding]:
    if origin.is_s3 or is_website(origin) or origin.protocol_policy != "http-only":
        return
    if behavior.viewer_protocol_policy is ViewerProtocolPolicy.ALLOW_ALL:
        return
    if LOAD_BALANCER.fullmatch(origin.domain_name):
        yield Finding(
            rule="CP-009",
            severity=Severity.NOTE,
            resource=site.at(behavior),
            message=f"Viewers use HTTPS, but CloudFront connects to origin {origin.id!r}, a load "
            "balancer, over "
            "HTTP: if it redirects HTTP to HTTPS, viewers get an endless redirect loop.",
            remedy="Set OriginProtocolPolicy to https-only, or let the load balancer's HTTP "
            "listener "
            "forward.",
        )
