"""Malformed descriptions of functions, roles and buckets, as files may contain them.

Every rule ends without an exception, and reports no finding about what it cannot read.
"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localfront.check.evidence.evidence import Role
from localfront.check.rules.all_rules import check
from tests.localfront.check.checking import (
    ROLE_ARN,
    TRUST,
    a_function,
    described,
    evidence,
    report,
    unchecked,
)
from tests.localfront.config.test_junk import LEAVES, paths, with_junk
from tests.localfront.emulated import READABLE
from tests.localfront.factories import (
    EDGE_ARN,
    a_custom_origin_description,
    an_s3_origin_description,
    listing,
)

FUNCTION = a_function(
    Environment={"Variables": {}},
    VpcConfig={"SubnetIds": []},
    EphemeralStorage={"Size": 512},
    TracingConfig={"Mode": "PassThrough"},
)
POLICY = {"Statement": [READABLE]}
JUNK = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=4,
)


@given(st.sampled_from(list(paths(FUNCTION))[1:]), JUNK)
def test_junk_in_a_function_ends_in_a_report(place: Any, junk: Any) -> None:
    functions = {EDGE_ARN: with_junk(FUNCTION, place, junk)}

    assert check(described(), evidence(functions=functions))


@given(st.sampled_from(list(paths(TRUST))[1:]), JUNK)
def test_junk_in_a_role_ends_in_a_report(place: Any, junk: Any) -> None:
    document = with_junk(TRUST, place, junk)
    role = Role(trust=document, policies=(document,), complete=True)

    assert check(described(), evidence(roles={ROLE_ARN: role}))


@given(st.sampled_from(list(paths(POLICY))[1:]), JUNK)
def test_junk_in_a_buckets_policy_ends_in_a_report(place: Any, junk: Any) -> None:
    policies = {"pages": with_junk(POLICY, place, junk)}

    assert check(described(), evidence(bucket_policies=policies))


@pytest.mark.proves("S3-002")
def test_an_invalid_policy_causes_no_finding() -> None:
    facts = evidence(bucket_policies={"pages": {"Statement": [{"Action": 7}]}})

    assert report(facts).findings == ()
    assert "does not have the structure of a policy" in unchecked(facts)


@pytest.mark.proves("RT-009")
def test_two_origins_with_one_id_are_reported() -> None:
    origins = listing(an_s3_origin_description(), a_custom_origin_description(Id="pages"))

    assert "RT-009" in {f.rule for f in report(Origins=origins).findings}
