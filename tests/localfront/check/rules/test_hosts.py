from __future__ import annotations

import pytest

from localfront.check.findings import Severity
from tests.localfront.check.checking import (
    ALL_VIEWER,
    api,
    at_edge,
    finding,
    findings,
    report,
    unchecked,
)
from tests.localfront.factories import (
    a_behavior_description,
    a_custom_origin_description,
    an_s3_origin_description,
    listing,
)

URL = "abcdefghijklmnopqrstuvwxyz012345.lambda-url.us-east-1.on.aws"


@pytest.mark.proves("S3-004")
def test_forwarding_host_to_a_bucket_is_found() -> None:
    behavior = a_behavior_description(OriginRequestPolicyId=ALL_VIEWER)

    found = finding("S3-004", DefaultCacheBehavior=behavior)

    assert found.resource.endswith("default behavior")
    assert findings("S3-004") == ()


@pytest.mark.proves("AG-001")
@pytest.mark.parametrize("name", ["abc123.execute-api.us-east-1.amazonaws.com", URL])
def test_forwarding_host_to_an_api_is_found(name: str) -> None:
    origin = a_custom_origin_description(DomainName=name)
    origins = listing(an_s3_origin_description(), origin)
    behaviors = listing(api(OriginRequestPolicyId=ALL_VIEWER))

    found = finding("AG-001", Origins=origins, CacheBehaviors=behaviors)

    assert "AllViewerExceptHostHeader" in found.remedy
    assert findings("AG-001", Origins=origins) == ()


@pytest.mark.proves("AG-001")
def test_forwarding_host_to_another_server_is_no_finding() -> None:
    origin = a_custom_origin_description(DomainName="origin.example.com")
    origins = listing(an_s3_origin_description(), origin)
    behaviors = listing(api(OriginRequestPolicyId=ALL_VIEWER))

    assert findings("AG-001", Origins=origins, CacheBehaviors=behaviors) == ()


def test_a_function_that_may_set_host_makes_it_a_warning() -> None:
    behavior = a_behavior_description(OriginRequestPolicyId=ALL_VIEWER, **at_edge("origin-request"))

    found = finding("S3-004", DefaultCacheBehavior=behavior)

    assert found.severity is Severity.WARNING


def test_an_undescribed_policy_causes_no_finding() -> None:
    unknown = "0c0ffee0-0000-4000-8000-000000000000"
    behaviors = listing(api(OriginRequestPolicyId=unknown))

    assert report(CacheBehaviors=behaviors).findings == ()
    reasons = unchecked(CacheBehaviors=behaviors)
    assert f"OriginRequestPolicy {unknown}" in reasons
    assert "whether it forwards the Host header" in reasons
    assert "its cookies and its caching" in reasons
