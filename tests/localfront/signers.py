"""Key pairs, and signed URLs and cookies made with them."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from botocore.signers import CloudFrontSigner
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from localfront.access.signed_requests import check_signature
from localfront.config.distribution import CacheBehavior, TrustedKey
from localfront.exchange.refusal import Refusal
from localfront.http_messages.messages import Request
from tests.localfront.factories import HOST, a_behavior, a_request

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
KEY_ID = "K2JCJMDEHXQW5F"
NOW = 1_767_290_400  # 1 January 2026, 18:00 UTC
EXPIRES = NOW + 60
URL = f"https://{HOST}/films/warp.mp4"


@cache
def rsa_key(name: str = "ours", *, bits: int = 2048) -> rsa.RSAPrivateKey:
    """A key of that name, the same at each call."""
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


@cache
def ecdsa_key(name: str = "ours") -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def pem(key: PrivateKey) -> str:
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def trusting(*keys: PrivateKey, **changes: Any) -> CacheBehavior:
    """A behavior that trusts keys; the first has the id KEY_ID."""
    ids = (KEY_ID, "K3D5EWEUDCCXON")
    trusted = tuple(TrustedKey(id=i, pem=pem(k)) for i, k in zip(ids, keys, strict=False))
    return a_behavior(restricted=True, trusted_keys=trusted, **changes)


def sign(key: PrivateKey, message: bytes, hash_name: str = "SHA1") -> bytes:
    chosen = {"SHA1": hashes.SHA1(), "SHA256": hashes.SHA256()}[hash_name]  # noqa: S303 - signed URLs are signed with SHA-1
    if isinstance(key, rsa.RSAPrivateKey):
        return key.sign(message, PKCS1v15(), chosen)
    return key.sign(message, ec.ECDSA(chosen))


def encode(data: bytes) -> str:
    return base64.b64encode(data).decode().translate(str.maketrans("+=/", "-_~"))


def request_for(url: str, **changes: Any) -> Request:
    """A viewer's request for a URL."""
    parts = urlsplit(url)
    target = parts.path + (f"?{parts.query}" if parts.query else "")
    headers = [("Host", parts.netloc), *changes.pop("headers", ())]
    return a_request(target, headers=headers, scheme=parts.scheme, **changes)


def botocore_signer(key: PrivateKey | None = None) -> CloudFrontSigner:
    """botocore's signer, as an application uses it."""
    chosen = rsa_key() if key is None else key
    signer: Callable[[bytes], bytes] = lambda message: sign(chosen, message)  # noqa: E731 - a default for one place
    return CloudFrontSigner(KEY_ID, signer)


def canned(url: str = URL, *, expires: int = EXPIRES, **how: Any) -> Request:
    """A request with a canned policy's URL, made by botocore."""
    signed = botocore_signer(**how).generate_presigned_url(
        url, date_less_than=datetime.fromtimestamp(expires, UTC)
    )
    return request_for(signed)


def a_policy(resource: str | None = URL, **condition: Any) -> dict[str, Any]:
    statement: dict[str, Any] = {"Resource": resource} if resource else {}
    expires = {"DateLessThan": {"AWS:EpochTime": EXPIRES}}
    statement["Condition"] = {**expires, **condition}
    return {"Statement": [statement]}


def custom(
    policy: object,
    url: str = URL,
    *,
    key: PrivateKey | None = None,
    key_id: str = KEY_ID,
    **request: Any,
) -> Request:
    """A request with a custom policy, a value or its text."""
    text = policy if isinstance(policy, bytes) else json.dumps(policy).encode()
    mark = "&" if "?" in url else "?"
    signature = sign(key or rsa_key(), text)
    return request_for(
        f"{url}{mark}Policy={encode(text)}&Signature={encode(signature)}&Key-Pair-Id={key_id}",
        **request,
    )


def verdict(
    request: Request, behavior: CacheBehavior | None = None, *, now: float = NOW
) -> Refusal | None:
    return check_signature(request, behavior or trusting(rsa_key()), now=now)


def refused(request: Request, behavior: CacheBehavior | None = None, *, now: float = NOW) -> str:
    """The reason of the refusal."""
    refusal = verdict(request, behavior, now=now)
    assert refusal is not None
    assert (refusal.status, refusal.rule) == (403, "SG-001")
    return refusal.message


def with_query(request: Request, querystring: str) -> Request:
    return replace(request, querystring=querystring)


def changed(request: Request, old: str, new: str) -> Request:
    assert old in request.querystring
    return with_query(request, request.querystring.replace(old, new))
