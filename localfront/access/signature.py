"""Signatures of signed URLs and cookies: decoding and verification.

The public key decides between RSA and ECDSA; the viewer chooses only the hash.

Sources: CloudFront Developer Guide, "Specify signers that can create signed URLs and signed
cookies" (RSA 2048, ECDSA 256) and "Create a signed URL using a custom policy" (SG-003).
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from functools import lru_cache

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256R1,
    EllipticCurvePublicKey,
)
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from localfront.errors import ConfigError

PublicKey = RSAPublicKey | EllipticCurvePublicKey

HASHES: Mapping[str, hashes.HashAlgorithm] = {
    "SHA1": hashes.SHA1(),  # noqa: S303 -- CloudFront's default
    "SHA256": hashes.SHA256(),
}
DEFAULT_HASH = "SHA1"
ENCODED = re.compile(r"[A-Za-z0-9~-]*_{0,2}")
TO_STANDARD = str.maketrans("-_~", "+=/")


@lru_cache(maxsize=256)
def read_public_key(pem: str) -> PublicKey:
    """Read a public key of a type that CloudFront accepts. Raises ConfigError for any other."""
    try:
        key = load_pem_public_key(pem.encode())
    except (ValueError, UnsupportedAlgorithm) as error:
        raise ConfigError(
            "A public key can't be read: it must be in PEM form, as written by `openssl rsa "
            "-pubout`."
        ) from error
    if isinstance(key, RSAPublicKey) and key.key_size == 2048:
        return key
    if isinstance(key, EllipticCurvePublicKey) and isinstance(key.curve, SECP256R1):
        return key
    raise ConfigError(
        "CloudFront accepts public keys of RSA with 2048 bits and of ECDSA on P-256 only: create a "
        "new key pair."
    )


def decode(text: str) -> bytes:
    """Decode CloudFront's base64, which has `-_~` for `+=/`. Raises ValueError.

    Each value has one spelling: no white space, no missing padding, no bits left over.
    """
    if not ENCODED.fullmatch(text):
        raise ValueError("it has characters other than A-Z a-z 0-9 - ~ _")
    plain = text.translate(TO_STANDARD)
    decoded = base64.b64decode(plain, validate=True)  # binascii.Error is a ValueError
    if base64.b64encode(decoded).decode() != plain:
        raise ValueError("its last character has unused bits that are set")
    return decoded


def is_signed_by(key: PublicKey, message: bytes, signature: bytes, *, hash_name: str) -> bool:
    """Whether the signature of the message is the key's; `hash_name` is one of HASHES.

    RSA with PKCS #1 v1.5 padding, ECDSA in DER form: what `openssl dgst -sign` makes.
    """
    chosen = HASHES[hash_name]
    try:
        if isinstance(key, RSAPublicKey):
            key.verify(signature, message, PKCS1v15(), chosen)
        else:
            key.verify(signature, message, ECDSA(chosen))
    except InvalidSignature:
        return False
    return True
