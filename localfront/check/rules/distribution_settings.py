"""Settings of a distribution that CloudFront refuses.

Sources: CloudFront API Reference, DistributionConfig, ViewerCertificate, LoggingConfig; Developer Guide,
"Requirements for using SSL/TLS certificates with CloudFront" (CP-008, CP-010 to CP-014).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from localfront.check.evidence.evidence import Evidence
from localfront.check.evidence.sites import CheckedDistribution
from localfront.check.findings import CheckResult, Finding, Severity

REGION = "us-east-1"
HTTP_VERSIONS = ("http1.1", "http2", "http3", "http2and3")
PRICE_CLASSES = ("PriceClass_100", "PriceClass_200", "PriceClass_All", "None")
TLS = (
    "SSLv3", "TLSv1", "TLSv1_2016", "TLSv1.1_2016", "TLSv1.2_2018", "TLSv1.2_2019",
    "TLSv1.2_2021", "TLSv1.2_2025", "TLSv1.3_2025",
)  # fmt: skip
MAX_COMMENT = 128


def check_distribution(site: CheckedDistribution, evidence: Evidence) -> Iterator[CheckResult]:
    """Check a distribution's own fields, as CloudFront does (CP-008, CP-010 to CP-014)."""
    for look in (_certificate, _web_acl, _logging, _choices, _comment):
        yield from look(site, site.config)


def _certificate(site: CheckedDistribution, config: Mapping[str, Any]) -> Iterator[Finding]:
    certificate = _part(config, "ViewerCertificate")
    arn = certificate.get("ACMCertificateArn")
    if not isinstance(arn, str) or not arn:
        return
    fields = arn.split(":")
    region = fields[3] if len(fields) > 5 and fields[2] == "acm" else REGION
    if region not in (REGION, ""):
        yield _refused(
            "CP-008",
            f"{site.name}, viewer certificate",
            f"The certificate is in {region}: CloudFront only accepts those in {REGION}.",
            f"Request it from ACM in {REGION} (in Terraform, with a provider for that Region).",
        )
    if not certificate.get("SSLSupportMethod"):
        yield _refused(
            "CP-014",
            f"{site.name}, viewer certificate",
            "It names a certificate, and SSLSupportMethod is missing.",
            "Set SSLSupportMethod to sni-only.",
        )


def _web_acl(site: CheckedDistribution, config: Mapping[str, Any]) -> Iterator[Finding]:
    arn = config.get("WebACLId")
    if isinstance(arn, str) and arn.startswith("arn:") and ":wafv2:" in arn and "/webacl/" in arn:
        scope = arn.split(":", 5)[5].partition("/")[0]
        if scope != "global":
            yield _refused(
                "CP-010",
                f"{site.name}, WebACLId",
                "The web ACL has the scope REGIONAL, and a distribution needs one with the scope "
                "CLOUDFRONT.",
                f"Create one with the scope CLOUDFRONT, in {REGION}.",
            )


def _logging(site: CheckedDistribution, config: Mapping[str, Any]) -> Iterator[Finding]:
    logging = _part(config, "Logging")
    bucket = logging.get("Bucket")
    if isinstance(bucket, str) and bucket and ".s3." not in f".{bucket}.":
        yield _refused(
            "CP-011",
            f"{site.name}, logging",
            f"Bucket {bucket!r:.120} is not a bucket's domain name.",
            f"Write {bucket[:63]}.s3.amazonaws.com.",
        )


def _choices(site: CheckedDistribution, config: Mapping[str, Any]) -> Iterator[Finding]:
    version = _part(config, "ViewerCertificate").get("MinimumProtocolVersion")
    for field, value, allowed, same in (
        ("HttpVersion", config.get("HttpVersion"), HTTP_VERSIONS, str.lower),
        ("PriceClass", config.get("PriceClass"), PRICE_CLASSES, str),
        ("MinimumProtocolVersion", version, TLS, str),
    ):
        if value and not _is_among(value, allowed, same):
            yield _refused(
                "CP-012",
                f"{site.name}, {field}",
                f"{value!r:.120} is none of {', '.join(allowed)}.",
                "Write one of them.",
            )


def _is_among(value: Any, allowed: tuple[str, ...], same: Callable[[str], str]) -> bool:
    return isinstance(value, str) and same(value) in allowed


def _comment(site: CheckedDistribution, config: Mapping[str, Any]) -> Iterator[Finding]:
    comment = config.get("Comment")
    if isinstance(comment, str) and len(comment) > MAX_COMMENT:
        yield _refused(
            "CP-013",
            f"{site.name}, Comment",
            f"It has {len(comment)} characters, and CloudFront accepts at most {MAX_COMMENT}.",
            "Shorten it.",
        )


def _part(config: Mapping[str, Any], field: str) -> Mapping[str, Any]:
    found = config.get(field)
    return found if isinstance(found, Mapping) else {}


def _refused(rule: str, at: str, message: str, remedy: str) -> Finding:
    return Finding(rule=rule, severity=Severity.ERROR, resource=at, message=message, remedy=remedy)
