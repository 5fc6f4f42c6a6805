from __future__ import annotations

from typing import Any

import pytest

from localfront.config.distribution import TrustedKey
from localfront.config.managed_policies import MANAGED
from localfront.config.notices import Notice
from localfront.config.parsing import parse_distribution
from localfront.config.trusted_keys import parse_key_group, parse_public_key
from localfront.errors import ConfigError
from tests.localfront.config.reading import (
    KEY,
    behavior_with,
    notices_of,
    parsed_behavior,
    refused,
)
from tests.localfront.factories import (
    a_behavior_description,
    a_distribution_description,
    listing,
)


def groups(*ids: str, enabled: bool = True) -> dict[str, Any]:
    return {"TrustedKeyGroups": {"Enabled": enabled, **listing(*ids)}}


@pytest.mark.proves("SG-001")
def test_a_behavior_trusts_the_keys_of_its_groups() -> None:
    behavior = parsed_behavior(**groups("group-1"))

    assert behavior.restricted
    assert behavior.trusted_keys == (KEY,)


@pytest.mark.proves("SG-001")
def test_a_behavior_without_key_groups_is_unrestricted() -> None:
    behavior = parsed_behavior(**groups(enabled=False))

    assert not behavior.restricted
    assert behavior.trusted_keys == ()


@pytest.mark.parametrize(
    "description",
    [
        pytest.param(groups("group-1", enabled=False), id="a group, not enabled"),
        pytest.param(groups(), id="enabled without a group"),
    ],
)
@pytest.mark.proves("SG-001")
def test_ambiguous_settings_are_read_as_restricted(description: dict[str, Any]) -> None:
    assert parsed_behavior(**description).restricted


@pytest.mark.proves("SG-001")
def test_an_undescribed_key_group_denies_access_and_is_reported() -> None:
    behavior = parsed_behavior(**groups("group-9"))

    assert behavior.restricted
    assert behavior.trusted_keys == ()
    assert "`aws cloudfront get-key-group --id group-9" in notices_of(
        **behavior_with(**groups("group-9"))
    )


@pytest.mark.proves("SG-008")
def test_a_behavior_has_at_most_four_key_groups() -> None:
    message = refused(**behavior_with(**groups(*["group-1"] * 5)))

    assert "5 groups (SG-008)" in message


@pytest.mark.parametrize(
    "signers",
    [
        pytest.param({"Enabled": True, **listing("self")}, id="self"),
        pytest.param({"Enabled": False, **listing("123456789012")}, id="account"),
        pytest.param({"Enabled": True, **listing()}, id="enabled"),
    ],
)
@pytest.mark.proves("SG-001")
def test_accounts_as_signers_deny_access_and_are_reported_with_a_remedy(
    signers: dict[str, Any],
) -> None:
    message = notices_of(**behavior_with(TrustedSigners=signers))

    behavior = parsed_behavior(TrustedSigners=signers)
    assert behavior.restricted
    assert behavior.trusted_keys == ()

    assert "TrustedSigners" in message
    assert "TrustedKeyGroups" in message


@pytest.mark.proves("SG-001")
def test_the_given_key_of_an_account_grants_access_without_a_notice() -> None:
    description = a_distribution_description(
        DefaultCacheBehavior=a_behavior_description(
            TrustedSigners={"Enabled": True, **listing("self")}
        )
    )
    notices: list[Notice] = []

    found = parse_distribution(
        description,
        policies=MANAGED,
        signing_behaviors={"E2QWRUHAPOMQZL": "always"},
        keys={"self": [KEY]},
        notices=notices,
    )

    assert found.default_cache_behavior.trusted_keys == (KEY,)
    assert found.default_cache_behavior.restricted
    assert notices == []


@pytest.mark.proves("SG-008")
def test_a_key_group_has_one_to_five_keys() -> None:
    assert parse_key_group("g", {"Name": "g", "Items": ["K1", "K2"]}) == ("K1", "K2")
    for items in ([], [f"K{number}" for number in range(6)], None):
        with pytest.raises(ConfigError, match=r"Key group g: Items"):
            parse_key_group("g", {"Items": items})


def test_a_public_key_is_read_from_the_api() -> None:
    config = {"Name": "n", "EncodedKey": KEY.pem, "CallerReference": "r"}

    assert parse_public_key("K1", config) == TrustedKey(id="K1", pem=KEY.pem)


@pytest.mark.parametrize("key", ["", "not a key", "-----BEGIN PRIVATE KEY-----"])
def test_an_invalid_public_key_is_refused(key: str) -> None:
    with pytest.raises(ConfigError, match="Public key K1: EncodedKey") as caught:
        parse_public_key("K1", {"EncodedKey": key})

    assert "PRIVATE" not in str(caught.value)
