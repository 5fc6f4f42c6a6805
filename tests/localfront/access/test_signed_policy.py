from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localfront.access.signed_policy import (
    Policy,
    PolicyError,
    canned_policy,
    read_policy,
)
from localfront.access.signed_requests import check_signature
from localfront.access.signed_resource import Url
from tests.localfront.signers import (
    EXPIRES,
    NOW,
    a_policy,
    custom,
    rsa_key,
    trusting,
)

AT = {"AWS:EpochTime": EXPIRES}


def refusal_message(policy: object, *, now: float = NOW, **request: Any) -> str | None:
    """The refusal's message from the whole check."""
    signed = custom(policy, **request)
    refusal = check_signature(signed, trusting(rsa_key()), now=now)
    return refusal.message if refusal else None


@pytest.mark.proves("SG-007")
def test_a_policy_is_valid_after_its_start_and_before_its_end() -> None:
    policy = a_policy(DateGreaterThan={"AWS:EpochTime": NOW})

    assert "not valid until after" in str(refusal_message(policy, now=NOW + 0.5))
    assert refusal_message(policy, now=NOW + 1) is None
    assert refusal_message(policy, now=EXPIRES - 1) is None
    assert "expired at" in str(refusal_message(policy, now=EXPIRES))


@pytest.mark.parametrize(
    ("source", "client", "passes"),
    [
        ("192.0.2.10/32", "192.0.2.10", True),
        ("192.0.2.10/32", "192.0.2.11", False),
        ("192.0.2.77/24", "192.0.2.1", True),
        ("0.0.0.0/0", "203.0.113.1", True),
        ("0.0.0.0/0", "2001:db8::1", False),
        ("192.0.2.0/24", "::ffff:192.0.2.1", False),
    ],
)
@pytest.mark.proves("SG-007")
def test_a_policy_admits_one_range_of_ipv4(source: str, client: str, passes: bool) -> None:
    policy = a_policy(IpAddress={"AWS:SourceIp": source})

    assert (refusal_message(policy, client_ip=client) is None) is passes


@pytest.mark.proves("SG-007")
def test_a_policy_without_a_resource_covers_all() -> None:
    assert refusal_message(a_policy(None), url="https://any.example.com/any?a=1") is None


@pytest.mark.proves("SG-007")
def test_another_resource_is_reported() -> None:
    assert "does not cover https://logs.example.com/b" in str(
        refusal_message(a_policy("https://logs.example.com/a"), url="https://logs.example.com/b")
    )


def test_white_space_in_a_signed_policy_is_harmless() -> None:
    assert refusal_message(json.dumps(a_policy(), indent=3).encode()) is None


@pytest.mark.proves("SG-009")
def test_a_time_in_milliseconds_is_reported() -> None:
    with pytest.raises(PolicyError, match="these are milliseconds"):
        read_policy(json.dumps(a_policy(DateLessThan={"AWS:EpochTime": 1795919269000})).encode())


ONE = a_policy()["Statement"][0]


@pytest.mark.parametrize(
    "policy",
    [
        pytest.param({"Statement": [ONE, ONE]}, id="two statements"),
        pytest.param({"Statement": []}, id="no statement"),
        pytest.param({"Statement": ONE}, id="no list"),
        pytest.param({"Statement": [ONE], "Version": 1}, id="more than statements"),
        pytest.param({"Statement": [{**ONE, "Effect": "Allow"}]}, id="an effect"),
        pytest.param({"Statement": [{"Resource": "*"}]}, id="no condition"),
        pytest.param({"statement": [ONE]}, id="letter case"),
        pytest.param(a_policy(["*", "*"]), id="two resources"),  # type: ignore[arg-type]  # no string
        pytest.param(a_policy(DateLessThan=EXPIRES), id="a bare time"),
        pytest.param(a_policy(DateLessThan={"AWS:EpochTime": str(EXPIRES)}), id="quoted"),
        pytest.param(a_policy(DateLessThan={"AWS:EpochTime": 1e300}), id="a float"),
        pytest.param(a_policy(DateLessThan={"AWS:EpochTime": True}), id="a truth"),
        pytest.param(a_policy(DateLessThan={"AWS:EpochTime": 2**31}), id="too late"),
        pytest.param(a_policy(DateLessThan={"AWS:EpochTime": 1795919269000}), id="milliseconds"),
        pytest.param(a_policy(DateLessThan={"AWS:EpochTime": -1}), id="before 1970"),
        pytest.param(a_policy(DateLessThan={"AWS:EpochTime": None}), id="null"),
        pytest.param(a_policy(DateLessThan={}), id="no time"),
        pytest.param(a_policy(DateLessThan={**AT, "x": 1}), id="more than a time"),
        pytest.param(a_policy(DateLater=AT), id="an unknown condition"),
        pytest.param(a_policy(DateGreaterThan=None), id="a start of null"),
        pytest.param(a_policy(IpAddress={"AWS:SourceIp": "192.0.2.1"}), id="no prefix"),
        pytest.param(a_policy(IpAddress={"AWS:SourceIp": "2001:db8::/32"}), id="IPv6"),
        pytest.param(a_policy(IpAddress={"AWS:SourceIp": "192.0.2.0/33"}), id="prefix"),
        pytest.param(a_policy(IpAddress={"AWS:SourceIp": "1.2.3.400/8"}), id="octet"),
        pytest.param(a_policy(IpAddress={"AWS:SourceIp": ["1.2.3.4/8"]}), id="ranges"),
        pytest.param([], id="a list"),
        pytest.param(None, id="null document"),
        pytest.param(b"", id="nothing"),
        pytest.param(b"{", id="half"),
        pytest.param(b"\xff\xfe{}", id="not UTF-8"),
        pytest.param("{}".encode("utf-16"), id="UTF-16"),
        pytest.param(b"[" * 100_000, id="deep"),
        pytest.param(b'{"Statement":' * 9000 + b"1" + b"}" * 9000, id="deep objects"),
        pytest.param(b"9" * 5000, id="a huge number"),
        pytest.param(
            json.dumps(a_policy(DateLessThan={"AWS:EpochTime": float("nan")})).encode(),
            id="NaN",
        ),
        pytest.param(
            json.dumps(a_policy(DateLessThan={"AWS:EpochTime": float("inf")})).encode(),
            id="Infinity",
        ),
        pytest.param(
            b'{"Statement":[{"Resource":"https://a/","Resource":"*","Condition":'
            b'{"DateLessThan":{"AWS:EpochTime":1767290460}}}]}',
            id="a name twice",
        ),
    ],
)
@pytest.mark.proves("SG-007")
def test_a_signed_text_that_is_not_a_policy_grants_no_access(policy: object) -> None:
    assert "Access denied. The policy " in str(refusal_message(policy))


@given(st.binary(max_size=80))
def test_bytes_that_are_not_a_policy_are_an_error(text: bytes) -> None:
    with pytest.raises(PolicyError, match=r"^(is|must|needs|lacks|has|names|holds) "):
        read_policy(text)


def test_a_url_cannot_inject_json_into_a_canned_policy() -> None:
    url = Url(scheme="https", host="e.com", path='/"},{"Resource":"*', query="")

    policy = read_policy(canned_policy(url, str(EXPIRES)))

    assert policy == Policy(resource=str(url), expires=EXPIRES)


def test_a_time_outside_of_the_calendar_is_reported() -> None:
    far = Policy(resource="*", expires=2**63 - 1)

    assert far.objection([], "192.0.2.1", now=2.0**63) == (
        f"The signature expired at second {2**63 - 1}"
    )
