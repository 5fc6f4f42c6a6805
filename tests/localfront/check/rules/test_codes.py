"""The codes in rules are errors of AWS's API for creating or updating the resource."""

from __future__ import annotations

import botocore.session
import pytest

from localfront.check.rules.catalogue import CODES

MAKING = [
    f"{verb}{thing}"
    for verb in ("Create", "Update")
    for thing in (
        "CachePolicy",
        "Distribution",
        "Function",
        "OriginRequestPolicy",
        "ResponseHeadersPolicy",
    )
]


@pytest.mark.parametrize("code", sorted(set(CODES.values())))
def test_every_error_code_is_one_of_the_cloudfront_apis(code: str) -> None:
    model = botocore.session.Session().get_service_model("cloudfront")
    errors = {e.name for name in MAKING for e in model.operation_model(name).error_shapes}

    assert code in errors
