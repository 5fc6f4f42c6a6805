"""Signature Version 4 on a request to S3, as origin access control adds it.

Sources: CloudFront Developer Guide, "Restrict access to an Amazon S3 origin" (S3-001); S3 API
Reference, "Authenticating requests (AWS Signature Version 4)".
"""

from __future__ import annotations

from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest

from localfront.http_messages.bodies import Body
from localfront.http_messages.messages import Request
from localfront.origins.credentials import Credentials

WRITTEN_BY_THE_SIGNER = (
    "Authorization",
    "X-Amz-Content-SHA256",
    "X-Amz-Date",
    "X-Amz-Security-Token",
)


class _UnsignedPayload(S3SigV4Auth):
    """A streamed body, whose hash is unknown before it is sent: UNSIGNED-PAYLOAD."""

    def payload(self, request: AWSRequest) -> str:
        return "UNSIGNED-PAYLOAD"


def signed_for_s3(
    request: Request, body: Body, url: str, *, credentials: Credentials, region: str
) -> Request:
    """Sign the request for its URL, replacing a viewer's signature.

    All `X-Amz-` headers are signed, as S3 refuses unsigned ones.
    """
    headers = request.headers.without(*WRITTEN_BY_THE_SIGNER)
    held = isinstance(body, bytes)
    signing = AWSRequest(method=request.method, url=url, data=body if held else b"")
    for name, value in headers:
        if name.lower() == "host" or name.lower().startswith("x-amz-"):
            signing.headers.add_header(name, value)
    signer = S3SigV4Auth if held else _UnsignedPayload
    signer(credentials, "s3", region).add_auth(signing)  # type: ignore[arg-type]  # it reads these alone
    for name in WRITTEN_BY_THE_SIGNER:
        if name in signing.headers:
            headers = headers.adding(name, signing.headers[name])
    return request.with_headers(headers)
