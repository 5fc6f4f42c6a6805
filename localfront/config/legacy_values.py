"""Convert ForwardedValues, the settings before policies, to equivalent policies.

Sources: CloudFront API Reference, ForwardedValues; Developer Guide, "Cache content based on query
string parameters", "... on cookies", "... on request headers", "Request and response behavior for
custom origins" and "Quotas".
"""

from __future__ import annotations

from localfront.config.fields import Fields
from localfront.config.policies import (
    CachePolicy,
    Mode,
    OriginRequestPolicy,
    Selection,
)
from localfront.config.policy_parsing import ttls

LEGACY = "ForwardedValues"  # the id of such policies
MAX_NAMES = 10  # cookies, headers and query strings of a behavior
MAX_COOKIE_BYTES = 512  # of all cookie names together, minus one for each
MAX_QUERY_STRING = 128  # characters of one name; 512 for all together
MAX_QUERY_STRINGS = 512
NEVER_IN_THE_KEY = frozenset({"connection", "cookie", "proxy-authorization", "te", "upgrade"})


def legacy_policies(
    behavior: Fields, *, is_s3: bool
) -> tuple[CachePolicy, OriginRequestPolicy | None]:
    """The policies equivalent to a behavior's ForwardedValues, MinTTL, DefaultTTL and MaxTTL.

    The origin request policy covers what is forwarded without being in the key: all headers (then
    nothing is cached), or all query strings with QueryStringCacheKeys. Cookie names may contain `*`
    and `?` (CA-007). Compression is gzip only (CM-001). Raises ConfigError.
    """
    values = behavior.part(LEGACY)
    values.only(["QueryString", "Cookies", "Headers", "QueryStringCacheKeys"])
    headers = _headers(values, is_s3=is_s3)
    bounds = ttls(behavior)
    in_key = _query_strings(values)
    sent = Selection(Mode.ALL) if in_key.takes_any else Selection()
    if headers.mode is Mode.ALL and bounds.minimum > 0:
        raise behavior.wrong(
            "MinTTL",
            "is more than 0 while ForwardedValues.Headers forwards all headers",
            "Then nothing is cached: write 0.",
        )
    all_headers = headers.mode is Mode.ALL
    cache = CachePolicy(
        id=LEGACY,
        legacy=True,
        min_ttl=bounds.minimum,
        default_ttl=0 if all_headers else bounds.default,
        max_ttl=0 if all_headers else bounds.maximum,
        headers=Selection() if all_headers else headers,
        cookies=_cookies(values),
        query_strings=in_key,
        # Accept-Encoding is normalised, unless it is forwarded as sent.
        gzip=not headers.takes("accept-encoding"),
    )
    if all_headers or in_key != sent:
        headers = headers if all_headers else Selection()
        return cache, OriginRequestPolicy(id=LEGACY, headers=headers, query_strings=sent)
    return cache, None


def _query_strings(values: Fields) -> Selection:
    """The query strings in the key; all of them are then forwarded."""
    keys = values.texts("QueryStringCacheKeys")
    if not values.flag("QueryString"):
        if keys:
            raise values.wrong(
                "QueryStringCacheKeys",
                "names query strings while QueryString is false",
                "Set QueryString to true, or leave the names out.",
            )
        return Selection()
    if not keys:
        return Selection(Mode.ALL)
    longest, length = max(map(len, keys)), sum(map(len, keys))
    if len(keys) > MAX_NAMES or longest > MAX_QUERY_STRING or length > MAX_QUERY_STRINGS:
        raise values.wrong(
            "QueryStringCacheKeys",
            f"has {len(keys)} names, the longest of {longest} characters, {length} in all",
            f"CloudFront accepts at most {MAX_NAMES} names of {MAX_QUERY_STRING} characters, "
            f"{MAX_QUERY_STRINGS} in all.",
        )
    return Selection(Mode.LISTED, frozenset(keys))


def _cookies(values: Fields) -> Selection:
    cookies = values.part("Cookies")
    forwarded = cookies.choice("Forward", ("none", "whitelist", "all"))
    if forwarded != "whitelist":
        return Selection(Mode(forwarded))
    names = cookies.texts("WhitelistedNames")
    if not names:
        raise cookies.wrong("WhitelistedNames", "names no cookie", "Name one.")
    length = sum(len(name.encode()) for name in names)
    if len(names) > MAX_NAMES or length > MAX_COOKIE_BYTES - len(names):
        raise cookies.wrong(
            "WhitelistedNames",
            f"has {len(names)} names of {length} bytes",
            f"CloudFront accepts at most {MAX_NAMES} names and {MAX_COOKIE_BYTES} bytes less one "
            "a name.",
        )
    return Selection(Mode.LISTED, frozenset(names), wildcards=True)


def _headers(values: Fields, *, is_s3: bool) -> Selection:
    names = tuple(name.lower() for name in values.texts("Headers"))
    if "*" in names and len(names) > 1:
        raise values.wrong("Headers", "names more than `*`", "`*` is all headers.")
    if is_s3 and not {"*", "host"}.isdisjoint(names):
        raise values.wrong(
            "Headers",
            f"lists {'*' if '*' in names else 'Host'}, and the origin is S3, which must be "
            "requested by its own host name (S3-004)",
            "List the headers that the bucket needs.",
        )
    refused = NEVER_IN_THE_KEY.intersection(names)
    if refused or len(names) > MAX_NAMES:
        raise values.wrong(
            "Headers",
            f"lists {', '.join(sorted(refused)) or len(names)}",
            f"CloudFront accepts at most {MAX_NAMES} names, and none of "
            f"{', '.join(sorted(NEVER_IN_THE_KEY))}.",
        )
    if names == ("*",):
        return Selection(Mode.ALL)
    return Selection(Mode.LISTED if names else Mode.NONE, frozenset(names))
