"""The caller, action and resource of a request to S3, and whether it is signed.

Sources: CloudFront Developer Guide, "Restrict access to an Amazon S3 origin" (S3-001, S3-008); Service
Authorization Reference, "Actions, resources, and condition keys for Amazon S3".
"""

from __future__ import annotations

from urllib.parse import unquote

from localfront.config.distribution import Origin
from localfront.http_messages.messages import Request
from localfront.origins.bucket_policy import (
    Caller,
    cloudfront,
    origin_access_identity,
)

S3_ACTIONS = {
    "GET": "s3:GetObject",
    "HEAD": "s3:GetObject",
    "PUT": "s3:PutObject",
    "DELETE": "s3:DeleteObject",
}
# In a query string these change the action; PUT with a source is a copy.
SUBRESOURCES = frozenset(
    {
        "accelerate", "acl", "analytics", "attributes", "cors", "delete", "encryption",
        "intelligent-tiering", "inventory", "legal-hold", "lifecycle", "location", "logging",
        "metrics", "notification", "object-lock", "ownershipControls", "policy",
        "policyStatus", "publicAccessBlock", "replication", "requestPayment", "restore",
        "retention", "select", "tagging", "torrent", "uploads",
        "versioning", "versions", "website",
    }
)  # fmt: skip
SOURCE_HEADER = "x-amz-copy-source"


def s3_action(request: Request, bucket: str) -> tuple[str, str]:
    """The action and the resource's ARN; `GET /` lists the bucket (RT-015).

    Any other action needs a policy that allows everything.
    """
    arn = f"arn:aws:s3:::{bucket}"
    names = {part.partition("=")[0] for part in request.querystring.split("&")}
    if not SUBRESOURCES.isdisjoint(map(unquote, names)) or any(
        name.startswith(SOURCE_HEADER) for name in request.headers.names()
    ):
        return "s3:*", f"{arn}{unquote(request.uri)}" if request.uri != "/" else arn
    if request.uri != "/" and request.method in S3_ACTIONS:
        return S3_ACTIONS[request.method], f"{arn}/{unquote(request.uri[1:])}"
    listing = request.method in ("GET", "HEAD", "OPTIONS")
    return "s3:ListBucket" if listing else "s3:*", arn


def signing_caller(origin: Origin, distribution_arn: str) -> Caller:
    if origin.origin_access_identity is None:
        return cloudfront(distribution_arn)
    return origin_access_identity(origin.origin_access_identity, origin.s3_canonical_user_id)


def anonymous_caller(request: Request) -> Caller:
    """The caller of an unsigned request, which a policy may identify by a secret Referer."""
    return Caller(
        referer=request.headers.get("referer"),
        user_agent=request.headers.get("user-agent"),
    )


def signs_request(origin: Origin, request: Request) -> bool:
    if origin.origin_access_identity is not None:
        return request.method not in ("PUT", "DELETE")  # S3-008
    match origin.origin_access_control:
        case "always":
            return True
        case "no-override":
            return "authorization" not in request.headers
        case _:
            return False
