"""The parts of a cache key, each with the setting that includes it, and what is not in the key.

Source: CloudFront Developer Guide, "Understand the cache key", "Control origin requests with a
policy" (CA-001..009, PO-001).
"""

from __future__ import annotations

from collections.abc import Iterator

from localfront.cache.key import cache_key
from localfront.cache.selections import parse_cookies
from localfront.config.distribution import CacheBehavior
from localfront.config.policies import CachePolicy, Mode, OriginRequestPolicy, Selection
from localfront.http_messages.messages import Request
from localfront.inspector.stations import KeyPart

NOTHING = Selection()


def key_parts(request: Request, behavior: CacheBehavior, distribution_id: str) -> list[KeyPart]:
    """The parts in order: path, query string, headers, cookies, Accept-Encoding."""
    policy = behavior.cache_policy
    key = cache_key(request, distribution_id, policy)
    where = policy_name(policy)
    parts = [
        KeyPart("Distribution", "field", distribution_id, "always", "CA-001"),
        KeyPart("Path", "field", key.uri, "always", "CA-001"),
    ]
    if key.querystring:
        setting = f"{where}: query strings {selected(policy.query_strings)}"
        parts.append(KeyPart("Query string", "field", key.querystring, setting, "CA-002"))
    for name, values in key.headers:
        text = "\n".join(values) if values else "(not sent)"
        parts.append(KeyPart(name, "header", text, f"{where}: headers listed", "CA-002"))
    setting = f"{where}: cookies {selected(policy.cookies)}"
    for pair in filter(None, key.cookies.split("; ")):
        name, _, value = pair.partition("=")
        parts.append(KeyPart(name, "cookie", value, setting, "CA-002"))
    if policy.gzip or policy.brotli:
        names = " and ".join(
            n for n, on in (("Gzip", policy.gzip), ("Brotli", policy.brotli)) if on
        )
        value = key.accept_encoding or "(no supported encoding)"
        setting = f"{where}: compression with {names}, normalised"
        parts.append(KeyPart("Accept-Encoding", "field", value, setting, "CM-007"))
    if key.options:
        parts.append(KeyPart("Method", "field", "OPTIONS", "always, for OPTIONS", "CA-004"))
    return parts


def outside_the_key(request: Request, behavior: CacheBehavior) -> list[KeyPart]:
    """The parts of a request that are not in the key: forwarded to the origin, or dropped."""
    return [*_parameters(request, behavior), *_headers(request, behavior)]


def _parameters(request: Request, behavior: CacheBehavior) -> Iterator[KeyPart]:
    policy, extra = behavior.cache_policy, behavior.origin_request_policy
    pairs = [part.partition("=") for part in request.querystring.split("&") if part]
    for name, _, value in pairs:
        if not policy.query_strings.takes(name):
            setting, rule = _fate(name, extra, extra.query_strings if extra else NOTHING)
            yield KeyPart(f"?{name}", "field", value, setting, rule)
    for name, value in parse_cookies(request.headers):
        if not policy.cookies.takes(name):
            setting, rule = _fate(name, extra, extra.cookies if extra else NOTHING)
            yield KeyPart(name, "cookie", value, setting, rule)


def _headers(request: Request, behavior: CacheBehavior) -> Iterator[KeyPart]:
    policy, extra = behavior.cache_policy, behavior.origin_request_policy
    for name, value in request.headers:
        low = name.lower()
        if low in ("cookie", "accept-encoding") or policy.headers.takes(low):
            continue
        setting, rule = _fate(low, extra, extra.headers if extra else NOTHING)
        yield KeyPart(name, "header", value, setting, rule)


def _fate(name: str, extra: OriginRequestPolicy | None, selection: Selection) -> tuple[str, str]:
    if extra is not None and selection.takes(name):
        return f"sent to the origin by origin request policy {extra.id}", "PO-001"
    return "no policy forwards it", "PO-001"


def policy_name(policy: CachePolicy) -> str:
    return "legacy settings (ForwardedValues)" if policy.legacy else f"cache policy {policy.id}"


def selected(selection: Selection) -> str:
    names = ", ".join(sorted(selection.names))
    match selection.mode:
        case Mode.ALL:
            return "all"
        case Mode.LISTED:
            return f"listed ({names})"
        case Mode.ALL_EXCEPT:
            return f"all except {names}"
        case Mode.NONE:
            return "none"
