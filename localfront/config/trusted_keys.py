"""Parse trusted key groups and their public keys.

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

MAX_KEYS = 5  # per group (SG-008)
MAX_GROUPS = 4  # per behavior
ACCOUNTS = NotHonoured(
    "trusts the CloudFront key pairs of AWS accounts, which no API returns",
    "requests signed only with them get 403: add a key with --signer "
    "ACCOUNT/KEY-PAIR-ID=FILE, or name a key group in TrustedKeyGroups, as AWS recommends",
)
PEM_START = "-----BEGIN PUBLIC KEY-----"


def parse_key_group(group_id: str, config: Mapping[str, Any]) -> tuple[str, ...]:
    """The ids of the public keys of a KeyGroupConfig. Raises ConfigError."""
    fields = Fields.of(f"Key group {group_id}", config)
    # KeyGroupConfig has a plain list, unlike the rest of the API.
    ids = Fields(fields.where, {"Items": {"Items": fields.values.get("Items")}}).texts("Items")
    if not 1 <= len(ids) <= MAX_KEYS:
        raise fields.wrong(
            "Items", f"has {len(ids)} keys (SG-008)", f"A group must have 1 to {MAX_KEYS}."
        )
    return ids


def parse_public_key(key_id: str, config: Mapping[str, Any]) -> TrustedKey:
    """Parse a PublicKeyConfig. Raises ConfigError."""
    pem = Fields.of(f"Public key {key_id}", config).values.get("EncodedKey")
    if not isinstance(pem, str) or not pem.strip().startswith(PEM_START):
        # Not quoted: it may be the private key.
        raise ConfigError(
            f"Public key {key_id}: EncodedKey is not a public key in PEM form. "
            f"It starts with {PEM_START}."
        )
    return TrustedKey(id=key_id, pem=pem)


def parse_trusted_keys(
    behavior: Fields, keys: Mapping[str, Sequence[TrustedKey]]
) -> tuple[bool, tuple[TrustedKey, ...]]:
    """Whether a behavior allows only signed requests, and its trusted keys.

    `keys` is keyed by id of a key group, and by account.

    An account without keys here gets a notice, as no API returns them. Raises ConfigError.
    """
    groups = behavior.texts("TrustedKeyGroups")
    if len(groups) > MAX_GROUPS:
        raise behavior.wrong(
            "TrustedKeyGroups",
            f"names {len(groups)} groups (SG-008)",
            f"A behavior can have at most {MAX_GROUPS}.",
        )
    for group in groups:
        if group not in keys:
            KEY_GROUP.of(behavior, "TrustedKeyGroups", group)
    accounts = behavior.texts("TrustedSigners")
    by_account = bool(accounts) or behavior.part("TrustedSigners").flag("Enabled", False)
    if by_account and not (accounts and keys.keys() >= set(accounts)):
        behavior.notice("TrustedSigners", ACCOUNTS)
    keys_by_id = {key.id: key for name in (*groups, *accounts) for key in keys.get(name, ())}
    # Enabled without a group: there is no key, so every request is refused.
    enabled = behavior.part("TrustedKeyGroups").flag("Enabled", False)
    return bool(groups) or enabled or by_account, tuple(keys_by_id.values())
