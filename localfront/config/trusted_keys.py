"""Whose signatures open a behavior: trusted key groups and their public keys.

Sources: CloudFront API Reference, KeyGroupConfig, PublicKeyConfig and TrustedKeyGroups; Developer
Guide, "Specify signers that can create signed URLs and signed cookies" and "Quotas" (SG-001,
SG-008).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from localfront.config.distribution import TrustedKey
from localfront.config.fields import Fields
from localfront.config.not_described import KEY_GROUP
from localfront.config.notices import NotHonoured
from localfront.errors import ConfigError

MAX_KEYS = 5  # of a group (SG-008)
MAX_GROUPS = 4  # of a behavior
ACCOUNTS = NotHonoured(
    "trusts the CloudFront key pairs of AWS accounts, which no API gives out",
    "each request that they alone could have signed is 403: give a key with --signer "
    "ACCOUNT/KEY-PAIR-ID=FILE, or name a key group in TrustedKeyGroups, as AWS recommends",
)
PEM_START = "-----BEGIN PUBLIC KEY-----"


def parse_key_group(group_id: str, config: Mapping[str, Any]) -> tuple[str, ...]:
    """The ids of the public keys of a KeyGroupConfig. Raises ConfigError."""
    fields = Fields.of(f"Key group {group_id}", config)
    # KeyGroupConfig has its list bare, unlike the API's other lists.
    ids = Fields(fields.where, {"Items": {"Items": fields.values.get("Items")}}).texts("Items")
    if not 1 <= len(ids) <= MAX_KEYS:
        raise fields.wrong(
            "Items", f"has {len(ids)} keys (SG-008)", f"A group has 1 to {MAX_KEYS}."
        )
    return ids


def parse_public_key(key_id: str, config: Mapping[str, Any]) -> TrustedKey:
    """Read a PublicKeyConfig. Raises ConfigError."""
    pem = Fields.of(f"Public key {key_id}", config).values.get("EncodedKey")
    if not isinstance(pem, str) or not pem.strip().startswith(PEM_START):
        # Not repeated: it may be the private key.
        raise ConfigError(
            f"Public key {key_id}: EncodedKey is no public key in PEM form. "
            f"It starts with {PEM_START}."
        )
    return TrustedKey(id=key_id, pem=pem)


def parse_trusted_keys(
    behavior: Fields, keys: Mapping[str, Sequence[TrustedKey]]
) -> tuple[bool, tuple[TrustedKey, ...]]:
    """Whether a behavior takes signed requests alone, and the keys of those that it names; `keys` are
    by id of a key group, and by account.

    An account whose keys were not given is told: no API gives them out. Raises ConfigError.
    """
    groups = behavior.texts("TrustedKeyGroups")
    if len(groups) > MAX_GROUPS:
        raise behavior.wrong(
            "TrustedKeyGroups",
            f"names {len(groups)} groups (SG-008)",
            f"A behavior has at most {MAX_GROUPS}.",
        )
    for group in groups:
        if group not in keys:
            KEY_GROUP.of(behavior, "TrustedKeyGroups", group)
    accounts = behavior.texts("TrustedSigners")
    by_account = bool(accounts) or behavior.part("TrustedSigners").flag("Enabled", False)
    if by_account and not (accounts and keys.keys() >= set(accounts)):
        behavior.tell("TrustedSigners", ACCOUNTS)
    known = {key.id: key for name in (*groups, *accounts) for key in keys.get(name, ())}
    # Enabled without a group: nobody has a key, and nobody gets in.
    enabled = behavior.part("TrustedKeyGroups").flag("Enabled", False)
    return bool(groups) or enabled or by_account, tuple(known.values())
