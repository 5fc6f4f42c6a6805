"""Host → distribution.

Source: CloudFront Developer Guide, "Use custom URLs by adding alternate domain names (CNAMEs)"
(HO-001..006, HO-010). Locally a distribution also answers at `ID.cloudfront.localhost`, and at
`localhost` and loopback addresses when it is the only one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from localfront.config.distribution import Distribution

LOCAL_SUFFIX = ".cloudfront.localhost"
LOCAL_NAMES = frozenset({"localhost", "127.0.0.1", "[::1]"})
LABELS = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*")


def host_name(host: str) -> str:
    """A Host header's value without its port, in lower case."""
    name = host.strip().lower()
    if name.startswith("["):
        return name.partition("]")[0] + "]"
    return name.partition(":")[0]


def choose_distribution(
    host: str, distributions: Sequence[Distribution]
) -> Distribution | None:
    """The distribution that answers for a Host header, or None: CloudFront says 403 (HO-002).

    A disabled distribution accepts no requests (HO-010).
    """
    enabled = [distribution for distribution in distributions if distribution.enabled]
    name = host_name(host)
    for distribution in enabled:
        if name in (*distribution.aliases, distribution.domain_name.lower()):
            return distribution
        if name == distribution.id.lower() + LOCAL_SUFFIX:
            return distribution
    if name in LOCAL_NAMES:
        return enabled[0] if len(enabled) == 1 else None
    return _by_wildcard(name, enabled)


def _by_wildcard(
    name: str, distributions: Sequence[Distribution]
) -> Distribution | None:
    """The star stands for one or more labels (HO-005); the most specific alias wins (HO-006).

    Labels only: a name that goes on into a path or a user name leads a redirect elsewhere.
    """
    found = [
        (len(alias), distribution)
        for distribution in distributions
        for alias in distribution.aliases
        if alias.startswith("*.")
        and name.endswith(alias[1:])
        and LABELS.fullmatch(name.removesuffix(alias[1:]))
    ]
    return max(found, key=lambda candidate: candidate[0])[1] if found else None
