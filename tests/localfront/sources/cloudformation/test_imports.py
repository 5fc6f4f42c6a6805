"""Values that a template imports from a stack that was not given."""

from __future__ import annotations

import pytest

from tests.localfront.sources.cloudformation.templates import NO_CACHE, a_site, configured


@pytest.mark.parametrize(
    ("field", "what"),
    [("OriginAccessControlId", "access control"), ("CachePolicyId", "cache policy")],
)
def test_an_import_value_error_names_the_export_without_a_command(field: str, what: str) -> None:
    imported = f"{field}: !ImportValue shared"
    origin = imported if field == "OriginAccessControlId" else "OriginPath: ''"
    behavior = imported if field == "CachePolicyId" else f"CachePolicyId: {NO_CACHE}"
    text = a_site(
        "Origins: [{Id: pages, DomainName: !GetAtt Bucket.RegionalDomainName,"
        f" S3OriginConfig: {{}}, {origin}}}]\n"
        "DefaultCacheBehavior: {TargetOriginId: pages, ViewerProtocolPolicy: allow-all,"
        f" {behavior}}}"
    )

    notices = "\n".join(map(str, configured(text).notices))

    assert "depends on the export 'shared' of a stack that is not served" in notices
    assert "set it with --parameter shared=VALUE" in notices
    assert f"{what} that is known only after deployment" in notices
    assert "aws cloudfront" not in notices
