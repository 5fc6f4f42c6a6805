"""The rules: title, severity, AWS's error code, and a public report.

The reports are public issues and pull requests about problems that the rule would have prevented;
the codes are from the CloudFront API Reference, CreateDistribution, CreateCachePolicy and similar.
"""

from __future__ import annotations

from dataclasses import dataclass

from localfront.check.findings import Severity

_HOST = "https://github.com/"


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: the checklist's id, the worst severity of its findings, and a title.

    `code` is the error code of AWS's API, "" if AWS accepts the configuration and requests fail, or
    if its pages name none. `report` is the path of a link, "" if there is none.
    """

    id: str
    severity: Severity
    title: str
    code: str = ""
    report: str = ""

    @property
    def link(self) -> str:
        return _HOST + self.report if self.report else ""


E, W, N = Severity.ERROR, Severity.WARNING, Severity.NOTE
RULES = tuple(
    Rule(*row)
    for row in (
        ("LA-001", E, "A function association has no version number, or one that does not exist", "InvalidLambdaFunctionAssociation", "hashicorp/terraform-provider-aws/issues/21238"),
        ("LA-002", E, "A function is in another Region than us-east-1", "InvalidLambdaFunctionAssociation", "grahamgilbert/terraform-aws-munki-repo/issues/6"),
        ("LA-003", E, "A function's role does not trust lambda and edgelambda", "InvalidLambdaFunctionAssociation", "aws/aws-cdk/issues/5180"),
        ("LA-004", E, "A behavior has two functions at one event", "InvalidLambdaFunctionAssociation", ""),
        ("LA-005", E, "A behavior has functions of both kinds at its viewer events", "InvalidLambdaFunctionAssociation", ""),
        ("LA-006", E, "A function has environment variables", "InvalidLambdaFunctionAssociation", "anomalyco/ion/issues/1194"),
        ("LA-007", E, "A function has layers, a VPC, a dead letter queue, X-Ray, a container image or arm64", "InvalidLambdaFunctionAssociation", "awslabs/cognito-at-edge/issues/70"),
        ("LA-008", E, "A function has more than 512 MB of ephemeral storage", "InvalidLambdaFunctionAssociation", ""),
        ("LA-009", E, "A function's runtime is deprecated, or not supported by Lambda@Edge", "InvalidLambdaFunctionAssociation", ""),
        ("LA-010", E, "A function belongs to another account than the distribution", "InvalidLambdaFunctionAssociation", ""),
        ("LA-013", E, "IncludeBody is set for a response event", "InvalidLambdaFunctionAssociation", ""),
        ("LA-017", E, "A function's time-out is over 30 s; at viewer events over 5 s, the older limit", "InvalidLambdaFunctionAssociation", "awslabs/aws-cloudfront-extensions/issues/112"),
        ("LA-018", E, "A function's archive is over 50 MB; at viewer events over 1 MB, the older limit", "InvalidLambdaFunctionAssociation", "awslabs/cognito-at-edge/issues/93"),
        ("LA-019", E, "A function's memory is over 10,240 MB; at viewer events over 128 MB, the older limit", "InvalidLambdaFunctionAssociation", "serverless-operations/serverless-lambda-edge-pre-existing-cloudfront/issues/11"),
        ("LL-005", W, "A function's role does not allow writing logs in every Region", "", ""),
        ("S3-002", E, "A bucket policy does not allow CloudFront to read", "", ""),
        ("S3-004", E, "The viewer's Host header is forwarded to a bucket", "", ""),
        ("AG-001", E, "The viewer's Host header is forwarded to API Gateway or a function URL", "", "aws/aws-cdk/issues/20090"),
        ("AG-005", W, "An API with a login gets neither cookies nor Authorization", "", ""),
        ("CA-016", N, "Responses of an API are cached although it forbids that", "", ""),
        ("CA-023", W, "Responses of an API are cached with their Set-Cookie", "", ""),
        ("ER-010", W, "An error page with status 200 hides the errors of an API", "", "aws-samples/sample-collaborative-ai-dlc/issues/186"),
        ("ER-012", W, "An error page is served without the function of its behavior", "", ""),
        ("ER-013", W, "A refused method shows an error page that a function protects", "", "aws-samples/cloudfront-authorization-at-edge/pull/26"),
        ("RT-001", W, "A behavior is never reached", "", ""),
        ("FN-013", E, "A CloudFront Function has a syntax error", "", ""),
        ("FN-015", E, "A CloudFront Function has more than 10 KB of code", "FunctionSizeLimitExceeded", ""),
        ("FN-025", E, "A CloudFront Function uses JavaScript that its runtime does not support", "", ""),
        ("HO-007", E, "An alias is on two distributions", "CNAMEAlreadyExists", "serverless-nextjs/serverless-next.js/issues/324"),
        ("HO-008", E, "An alias is not covered by the certificate", "InvalidViewerCertificate", ""),
        ("LH-010", E, "A behavior has a function and Smooth Streaming", "", ""),
        ("CP-001", E, "A cache policy that disables caching has something in its key", "InvalidArgument", "aws/aws-cdk/issues/13441"),
        ("CP-002", E, "A cache policy lists Accept-Encoding and compresses", "InvalidArgument", "jetbridge/cdk-nextjs/pull/188"),
        ("CP-003", E, "An origin request policy lists Accept-Encoding", "InvalidArgument", "aws/aws-cdk/pull/13410"),
        ("CP-004", E, "CORS allows credentials together with a wildcard", "InvalidArgument", "aws/aws-cdk/pull/35308"),
        ("CP-005", E, "A policy selects by a list of names, and the list is empty", "InvalidArgument", "awsdocs/aws-cloudformation-user-guide/issues/1179"),
        ("CP-006", E, "An S3OriginConfig is on a domain name that is not a bucket's", "InvalidArgument", "hashicorp/terraform-provider-aws/issues/7847"),
        ("CP-007", E, "A website endpoint has an origin access control", "InvalidOriginAccessControl", "hashicorp/terraform-provider-aws/issues/33214"),
        ("CP-008", E, "A certificate is in another Region than us-east-1", "InvalidViewerCertificate", "milliHQ/terraform-aws-next-js/issues/61"),
        ("CP-009", N, "A load balancer gets HTTP requests for viewers that use HTTPS", "", "TerriaJS/terriajs/issues/2995"),
        ("CP-010", E, "A web ACL has the scope REGIONAL", "InvalidWebACLId", "aws/aws-cdk/pull/32252"),
        ("CP-011", E, "The bucket for access logs is not given by a bucket's domain name", "InvalidArgument", ""),
        ("CP-012", E, "HttpVersion, PriceClass or MinimumProtocolVersion has an unknown value", "", ""),
        ("CP-013", E, "A comment is longer than 128 characters", "InvalidArgument", ""),
        ("CP-014", E, "A certificate is set without SSLSupportMethod", "InvalidViewerCertificate", ""),
        ("CP-015", E, "A behavior with an origin group allows POST, PUT, PATCH or DELETE", "InvalidArgument", "jetbridge/cdk-nextjs/issues/129"),
        ("CP-016", E, "gRPC is enabled without POST or HTTP/2", "InvalidArgument", "aws/aws-cdk/pull/32535"),
        ("CP-017", W, "Origin is forwarded, but not in the cache key", "", "samvera/serverless-iiif/issues/111"),
        ("CP-018", W, "Host is forwarded, but not in the cache key", "", ""),
        ("PL-008", N, "A function at viewer-response does not run on errors", "", "aws-samples/amazon-cloudfront-functions/issues/8"),
        ("S3-005", E, "A website endpoint gets HTTPS requests", "", "aws/aws-cdk/issues/17835"),
    )
)  # fmt: skip
# Codes of refusals that are not rules here: `serve` raises them too.
_CODES = {
    "CA-011": "InvalidTTLOrder",
    "ER-009": "InvalidResponseCode",
    "FN-001": "InvalidFunctionAssociation",
    "HO-004": "InvalidArgument",
    "HO-005": "InvalidArgument",
    "MI-004": "InvalidGeoRestrictionParameter",
    "OG-001": "InvalidArgument",
    "OG-002": "InvalidOriginReadTimeout",
    "OG-007": "InvalidArgument",
    "OR-009": "InvalidArgument",
    "OR-011": "InvalidArgument",
    "OR-012": "InvalidArgument",
    "OR-015": "InvalidArgument",
    "OR-019": "InvalidArgument",
    "PO-019": "InvalidArgument",
    "RH-006": "InvalidArgument",
    "RH-008": "InvalidArgument",
    "RH-009": "InvalidArgument",
    "RT-008": "InvalidArgument",
    "RT-009": "NoSuchOrigin",
    "RT-014": "InvalidDefaultRootObject",
    "VP-006": "InvalidArgument",
    "VP-007": "InvalidArgument",
}
CODES = {**_CODES, **{rule.id: rule.code for rule in RULES if rule.code}}
