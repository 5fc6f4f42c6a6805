from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from localfront.http_messages.messages import Request
from tests.localfront.signers import (
    EXPIRES,
    KEY_ID,
    URL,
    PrivateKey,
    a_policy,
    canned,
    changed,
    custom,
    ecdsa_key,
    encode,
    refused,
    request_for,
    rsa_key,
    sign,
    trusting,
    verdict,
    with_query,
)


def with_hash(key: PrivateKey, *, signed: str, named: str | None) -> Request:
    text = f'{{"Statement":[{{"Resource":"{URL}","Condition":{{"DateLessThan":{{"AWS:EpochTime":{EXPIRES}}}}}}}]}}'
    query = (
        f"Expires={EXPIRES}&Signature={encode(sign(key, text.encode(), signed))}"
        f"&Key-Pair-Id={KEY_ID}" + (f"&Hash-Algorithm={named}" if named else "")
    )
    return request_for(f"{URL}?{query}")


@pytest.mark.parametrize("make_key", [rsa_key, ecdsa_key], ids=["RSA", "ECDSA"])
@pytest.mark.parametrize(
    ("signed", "named", "passes"),
    [
        ("SHA1", None, True),
        ("SHA1", "SHA1", True),
        ("SHA256", "SHA256", True),
        ("SHA256", None, False),
        ("SHA256", "SHA1", False),
        ("SHA1", "SHA256", False),
    ],
)
@pytest.mark.proves("SG-003")
def test_the_hash_is_sha1_unless_the_url_names_another(
    make_key: Callable[[], PrivateKey], signed: str, named: str | None, passes: bool
) -> None:
    key = make_key()
    request = with_hash(key, signed=signed, named=named)

    assert (verdict(request, trusting(key)) is None) is passes


@pytest.mark.parametrize("name", ["none", "MD5", "sha256", "SHA512", "", "ECDSA"])
def test_an_unsupported_hash_algorithm_gets_403(name: str) -> None:
    request = changed(
        with_hash(rsa_key(), signed="SHA1", named="SHA1"),
        "Hash-Algorithm=SHA1",
        f"Hash-Algorithm={name}",
    )

    assert "SHA1, SHA256" in refused(request)


def test_a_signature_does_not_verify_with_a_key_of_the_other_type() -> None:
    assert "signature does not match" in refused(canned(key=ecdsa_key()))
    assert "signature does not match" in refused(canned(), trusting(ecdsa_key()))


@pytest.mark.proves("SG-001")
def test_a_key_that_only_another_behavior_trusts_grants_no_access() -> None:
    other = rsa_key("other")
    as_its_own = replace(canned(key=other), querystring="")
    signed = canned(key=other).querystring.replace(KEY_ID, "KOTHER")

    assert "'KOTHER' is not a key" in refused(with_query(as_its_own, signed))
    assert "signature does not match" in refused(canned(key=other))


def test_a_trusted_key_grants_access_only_under_its_own_id() -> None:
    both = trusting(rsa_key("other"), rsa_key())

    assert verdict(custom(a_policy(), key_id="K3D5EWEUDCCXON"), both) is None
    assert "signature does not match" in refused(custom(a_policy(), key_id=KEY_ID), both)


@pytest.mark.parametrize("key_id", ["", "%20", KEY_ID.lower(), f"{KEY_ID}%00"])
def test_the_key_pair_id_must_match_exactly(key_id: str) -> None:
    assert "Key" in refused(changed(canned(), KEY_ID, key_id))


def signature_of(request: Request) -> str:
    (found,) = (
        p.partition("=")[2] for p in request.querystring.split("&") if p.startswith("Signature=")
    )
    return found


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda s: s[:-6], id="truncated"),
        pytest.param(lambda s: s[:-1], id="padding cut off"),
        pytest.param(lambda s: "", id="empty"),
        pytest.param(lambda s: s[:-3] + chr(ord(s[-3]) + 1) + "__", id="bits left over"),
        pytest.param(lambda s: s.replace("_", "="), id="standard padding"),
        pytest.param(lambda s: s.replace("_", "%5F"), id="percent-encoded"),
        pytest.param(lambda s: s + "AAAA", id="more behind the padding"),
        pytest.param(lambda s: "+" + s[1:], id="plus"),
        pytest.param(lambda s: "/" + s[1:], id="slash"),
        pytest.param(lambda s: " " + s, id="space"),
        pytest.param(lambda s: "é" + s[1:], id="unicode"),
        pytest.param(lambda s: "\udce9" + s[1:], id="bytes that are not UTF-8"),
        pytest.param(lambda s: encode(bytes(256)), id="zeros"),
    ],
)
@pytest.mark.proves("SG-003")
def test_a_signature_has_one_valid_encoding(spoil: Any) -> None:
    request = canned()
    signature = signature_of(request)

    assert signature.endswith("_")
    assert verdict(request) is None
    assert "ignature" in refused(changed(request, signature, spoil(signature)))


@pytest.mark.parametrize("make_key", [rsa_key, ecdsa_key], ids=["RSA", "ECDSA"])
def test_a_signature_with_any_bit_flipped_is_invalid(
    make_key: Callable[[], PrivateKey],
) -> None:
    key = make_key()
    text = b'{"Statement":[]}'
    good = sign(key, text)

    for index in range(0, len(good) * 8, 41):
        bad = bytearray(good)
        bad[index // 8] ^= 1 << index % 8
        query = f"Policy={encode(text)}&Signature={encode(bytes(bad))}&Key-Pair-Id={KEY_ID}"
        assert "signature does not match" in refused(request_for(f"{URL}?{query}"), trusting(key))


def test_neither_signature_nor_policy_is_logged() -> None:
    request = custom(a_policy(), key=rsa_key("other"))

    message = refused(request)

    assert signature_of(request) not in message
    assert "eyJ" not in message


def test_an_unusable_key_is_reported_and_grants_no_access() -> None:
    small = rsa_key("small", bits=1024)

    assert "RSA with 2048 bits" in refused(canned(key=small), trusting(small))
