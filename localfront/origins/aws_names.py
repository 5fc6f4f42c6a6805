"""AWS's domain names of origins, and placeholders for names known only after apply.

Source: CloudFront API Reference, Origin (DomainName); Amazon S3 User Guide, "Website endpoints";
Lambda Developer Guide, "Lambda function URLs".
"""

from __future__ import annotations

import re

# Of all partitions; `.aws` is a top-level domain that belongs to Amazon (lambda-url.REGION.on.aws).
AWS_SUFFIXES = (".amazonaws.com", ".amazonaws.com.cn", ".amazonaws.eu", ".aws")
UNKNOWN_HOST = ".known-after-apply.invalid"  # for names known only after apply
S3_NAME = re.compile(
    r"(?P<bucket>[a-z0-9][a-z0-9.-]{1,61}[a-z0-9])\.s3(?:\.dualstack)?"
    r"(?:[.-](?P<region>[a-z]{2}-[a-z-]+-\d))?\.amazonaws\.com(?:\.cn)?"
)  # S3-013
WEBSITE_NAME = re.compile(
    r"(?P<bucket>[a-z0-9][a-z0-9.-]{1,61}[a-z0-9])\.s3-website[.-]"
    r"(?P<region>[a-z]{2}-[a-z-]+-\d)\.amazonaws\.com(?:\.cn)?"
)  # S3-005
FUNCTION_URL_NAME = re.compile(
    r"(?P<api_id>[a-z0-9]+)\.lambda-url\.(?P<region>[a-z0-9-]+)\.on\.aws"
)
EXECUTE_API_NAME = re.compile(
    r"(?P<api_id>[a-z0-9]+)\.execute-api\.(?P<region>[a-z0-9-]+)\.amazonaws\.com(?:\.cn)?"
)


def is_aws_name(domain_name: str) -> bool:
    return domain_name.lower().rstrip(".").endswith(AWS_SUFFIXES)


def is_unknown(domain_name: str) -> bool:
    """Whether the domain name is known only after `terraform apply`."""
    return domain_name.endswith(UNKNOWN_HOST)


def code_name(domain_name: str) -> str:
    """The id of a function URL or API, else the domain name, which may be a custom one."""
    match = EXECUTE_API_NAME.fullmatch(domain_name) or FUNCTION_URL_NAME.fullmatch(domain_name)
    return match["api_id"] if match else domain_name.lower()
