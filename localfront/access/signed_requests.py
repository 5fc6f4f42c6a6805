"""Verify signed URLs and signed cookies on requests to a restricted behavior.

With a signature in the query string, cookies are ignored (SG-005). On AWS a site's address has no
port, but a local application signs URLs with one: a signature is valid for the viewer's URL with
the port of its Host header, and without it.

Undocumented cases get the stricter answer: a repeated value, Expires beside Policy, and any
undocumented spelling of a value are refused.

Sources: CloudFront Developer Guide, "Use signed URLs", "Use signed cookies", "Decide to use signed
URLs or signed cookies" (SG-001..007). The first sentence of a message is the one quoted by AWS
Knowledge Center, "How do I troubleshoot issues related to a signed URL or signed cookies in
CloudFront?".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from localfront.access.signature import (
    DEFAULT_HASH,
    HASHES,
    PublicKey,
    decode,
    is_signed_by,
    read_public_key,
)
from localfront.access.signed_policy import (
    Policy,
    PolicyError,
    canned_policy,
    read_policy,
    read_seconds,
)
from localfront.access.signed_resource import ANY, Url
from localfront.cache.selections import parse_cookies
from localfront.config.distribution import CacheBehavior
from localfront.errors import ConfigError
from localfront.exchange.refusal import Refusal
from localfront.http_messages.messages import Request

PARAMETERS = ("Expires", "Policy", "Signature", "Key-Pair-Id", "Hash-Algorithm")
COOKIE_PREFIX = "CloudFront-"

DENIED = "Access denied"
MISSING_KEY = "Missing Key-Pair-Id query parameter or cookie value"
UNKNOWN_KEY = "Unknown Key"


class _RefusedError(Exception):
    """AWS's message and ours, to be turned into a Refusal."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(f"{code}. {reason}")


def check_signature(request: Request, behavior: CacheBehavior, *, now: float) -> Refusal | None:
    """Refuse a request that none of the behavior's keys signed: 403 (SG-001). `now` in seconds."""
    if not behavior.is_signed:
        return None
    urls = _urls(request)
    try:
        values = _values(request)
        key = _public_key(values, behavior)
        policy = _signed_policy(values, urls, key)
    except _RefusedError as refused:
        return Refusal(status=403, rule="SG-001", message=str(refused))
    objection = policy.objection(urls, request.client_ip, now=now)
    if objection is None:
        return None
    return Refusal(status=403, rule="SG-001", message=f"{DENIED}. {objection}.")


def without_signature(querystring: str) -> str:
    """The viewer's query string without a signed URL's parameters; the rest byte for byte."""
    return "&".join(part for part in querystring.split("&") if _name(part) is None)


def _name(part: str) -> str | None:
    """The name of a parameter if it belongs to a signed URL."""
    name = part.partition("=")[0]
    return name if name in PARAMETERS else None


def _values(request: Request) -> Mapping[str, str]:
    """The signature's parameters in the request, by name. Raises _RefusedError."""
    parts = [p.partition("=") for p in request.querystring.split("&") if _name(p)]
    if parts:
        return _once((name, value) for name, _, value in parts)
    cookies = (
        (name.removeprefix(COOKIE_PREFIX), value)
        for name, value in parse_cookies(request.headers)
        if name.startswith(COOKIE_PREFIX)
    )
    return _once((name, value) for name, value in cookies if name in PARAMETERS)


def _once(pairs: Iterable[tuple[str, str]]) -> Mapping[str, str]:
    values: dict[str, str] = {}
    for name, value in pairs:
        if name in values:
            raise _RefusedError(DENIED, f"{name} occurs twice.")
        values[name] = value
    return values


def _urls(request: Request) -> tuple[Url, ...]:
    """The viewer's URL with the Host header's port, and without it."""
    host = request.headers.get("host") or ""
    name, colon, port = host.rpartition(":")
    hosts = [host, name] if colon and port.isdecimal() else [host]
    query = without_signature(request.querystring)
    return tuple(
        Url(scheme=request.scheme, host=host, path=request.uri, query=query) for host in hosts
    )


def _public_key(values: Mapping[str, str], behavior: CacheBehavior) -> PublicKey:
    key_id = values.get("Key-Pair-Id", "")
    if not key_id:
        raise _RefusedError(
            MISSING_KEY,
            f"Behavior {behavior.path_pattern!r} accepts only signed requests.",
        )
    for key in behavior.trusted_keys:
        if key.id == key_id:
            try:
                return read_public_key(key.pem)
            except ConfigError as error:
                raise _RefusedError(UNKNOWN_KEY, f"{key_id}: {error}") from error
    trusted = ", ".join(key.id for key in behavior.trusted_keys) or "none"
    raise _RefusedError(
        UNKNOWN_KEY,
        f"{key_id!r} is not a key of behavior {behavior.path_pattern!r}, which trusts: {trusted}.",
    )


def _signed_policy(values: Mapping[str, str], urls: Sequence[Url], key: PublicKey) -> Policy:
    """The signed policy. Raises _RefusedError."""
    if ("Expires" in values) == ("Policy" in values):
        raise _RefusedError(DENIED, "Send exactly one of Expires and Policy.")
    hash_name = values.get("Hash-Algorithm", DEFAULT_HASH)
    if hash_name not in HASHES:
        raise _RefusedError(DENIED, f"Hash-Algorithm must be one of {', '.join(HASHES)}.")
    signature = _decoded(values, "Signature")

    def is_signed(text: bytes) -> bool:
        return is_signed_by(key, text, signature, hash_name=hash_name)

    if "Policy" in values:
        text = _decoded(values, "Policy")
        if is_signed(text):
            return _read(text)
        raise _RefusedError(DENIED, _wrong("the policy", hash_name))
    expires = values["Expires"]
    seconds = read_seconds(expires)
    if seconds is None:
        raise _RefusedError(DENIED, "Expires is not a time in whole seconds since 1970.")
    if any(is_signed(canned_policy(url, expires)) for url in urls):
        return Policy(resource=ANY, expires=seconds)  # the URL was compared above
    raise _RefusedError(DENIED, _wrong(f"{urls[0]} until {expires}", hash_name))


def _read(text: bytes) -> Policy:
    try:
        return read_policy(text)
    except PolicyError as error:
        raise _RefusedError(DENIED, f"The policy {error}.") from error


def _decoded(values: Mapping[str, str], name: str) -> bytes:
    try:
        return decode(values.get(name, ""))
    except ValueError as error:
        raise _RefusedError(DENIED, f"{name} can't be decoded: {error}.") from error


def _wrong(signed: str, hash_name: str) -> str:
    return (
        f"The signature does not match {signed} with {hash_name} and this key. Check the URL "
        "(parameters added after signing?), the expiry time, the hash algorithm and the private "
        "key."
    )
