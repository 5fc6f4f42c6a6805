"""Password hashes: salted scrypt, stored in a JSON document.

The document is JSON: `{"algorithm": "scrypt", "n", "r", "p", "salt", "hash"}`, salt and
hash in base64. It includes its cost, so that the cost can be raised later without locking
anyone out.

Cost: OWASP's Password Storage Cheat Sheet gives several settings of equal strength
(N=2^17 p=1, 2^16 p=2, 2^15 p=3, 2^14 p=5; r=8 in all). N=2^17 needs 128 MB for one
hash, half of a small Lambda function; N=2^15 p=3 needs 32 MB, and measured 0.25 s on
one full core (a function has a full core at 1769 MB, and its share below that).

Passwords are normalised to NFC, as RFC 8265 (OpaqueString) requires: `é` typed as one
character or as a letter and a combining accent is the same password. Not NFKC, which would
make different characters equal.
"""

import base64
import hashlib
import hmac
import json
import secrets
import unicodedata
from dataclasses import dataclass

from lambdas.errors import ConfigError

MAX_LENGTH = 256  # characters: more adds no strength, only work
_HASH_BYTES = 32
_SALT_BYTES = 16
_MOST_MEMORY = 64 * 1024 * 1024  # bytes for one hash: twice what the default needs
_MOST_P = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class ScryptCost:
    """scrypt's N (a power of two), r and p. Memory: 128 * n * r bytes."""

    n: int
    r: int
    p: int


DEFAULT_COST = ScryptCost(n=2**15, r=8, p=3)


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)  # a hash is a secret too
class StoredPassword:
    cost: ScryptCost
    salt: bytes
    hash: bytes


def hash_password(password: str, *, cost: ScryptCost = DEFAULT_COST) -> str:
    """The document to store for a password, with a new salt.

    Raises ValueError if is_password would refuse it at log-in.
    """
    if not is_password(password):
        raise ValueError(
            f"A password must have 1 to {MAX_LENGTH} characters and no lone surrogates."
        )
    salt = secrets.token_bytes(_SALT_BYTES)
    document = {
        "algorithm": "scrypt",
        "n": cost.n,
        "r": cost.r,
        "p": cost.p,
        "salt": base64.b64encode(salt).decode(),
        "hash": base64.b64encode(_scrypt(password, salt=salt, cost=cost)).decode(),
    }
    return json.dumps(document)


def is_password(text: str) -> bool:
    """Whether the text is a possible password: its length, and that it can be encoded as UTF-8."""
    if not 1 <= len(text) <= MAX_LENGTH:
        return False
    return not any("\ud800" <= character <= "\udfff" for character in text)


def parse(document: str, *, name: str) -> StoredPassword:
    """Parse a document of hash_password. Raises ConfigError, with the secret's name.

    The message does not quote the document: messages are logged.
    """
    try:
        fields = json.loads(document)
        stored = StoredPassword(
            cost=ScryptCost(n=int(fields["n"]), r=int(fields["r"]), p=int(fields["p"])),
            salt=base64.b64decode(fields["salt"], validate=True),
            hash=base64.b64decode(fields["hash"], validate=True),
        )
        if fields["algorithm"] != "scrypt" or not _is_affordable(stored.cost):
            raise ValueError
    except (ValueError, KeyError, TypeError):
        raise ConfigError(
            f"The secret {name} does not hold a password document that this function "
            "can check. Write what lambdas.passwords.hash_password returns into it."
        ) from None
    return stored


def decoy(cost: ScryptCost) -> StoredPassword:
    """A stored password that matches nothing, but takes as long to check as a real one."""
    return StoredPassword(
        cost=cost,
        salt=secrets.token_bytes(_SALT_BYTES),
        hash=secrets.token_bytes(_HASH_BYTES),
    )


def matches(password: str, stored: StoredPassword) -> bool:
    """Check a password, comparing the hashes in constant time."""
    computed = _scrypt(password, salt=stored.salt, cost=stored.cost)
    return hmac.compare_digest(computed, stored.hash)


def _is_affordable(cost: ScryptCost) -> bool:
    """Whether the cost is valid, and within the memory of a Lambda function."""
    is_power_of_two = cost.n > 1 and cost.n & (cost.n - 1) == 0
    memory = 128 * cost.n * cost.r  # bytes
    return is_power_of_two and 0 < memory <= _MOST_MEMORY and 0 < cost.p <= _MOST_P


def _scrypt(password: str, *, salt: bytes, cost: ScryptCost) -> bytes:
    return hashlib.scrypt(
        unicodedata.normalize("NFC", password).encode(),
        salt=salt,
        n=cost.n,
        r=cost.r,
        p=cost.p,
        maxmem=2 * _MOST_MEMORY,  # OpenSSL counts its own buffers too
        dklen=_HASH_BYTES,
    )
