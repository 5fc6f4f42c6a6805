"""Find the distribution for a Host.

Source: CloudFront Developer Guide, "Use custom URLs by adding alternate domain names (CNAMEs)"
(HO-001..006, HO-010). Locally a distribution also answers at `ID.cloudfront.localhost`, and at
`localhost` and loopback addresses when it is the only one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from localfront.config.distribution import Distribution

LOCAL_SUFFIX = ".cloudfront.localhost"
LOCAL_NAMES = ("localhost", "127.0.0.1", "[::1]")
LABELS = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*")


@lru_cache(maxsize=1024)
def host_name(host: str) -> str:
    """A Host header's value without its port, in lower case."""
    name = host.strip().lower()
    if name.startswith("["):
        return name.partition("]")[0] + "]"
    return name.partition(":")[0]


class Distributions:
    """The distributions by name.

    A disabled one accepts no requests (HO-010). A staging one, which on AWS is reached only through
    its primary (MI-005), also answers at its id here.
    """

    def __init__(self, distributions: Sequence[Distribution]) -> None:
        self._reachable = [d for d in distributions if d.enabled and not d.is_staging]
        staging = [d for d in distributions if d.enabled and d.is_staging]
        self._by_name = {**_at_their_ids(staging), **_by_name(self._reachable)}
        if len(staging) == 1 and not self._reachable:
            self._by_name.update((name, staging[0]) for name in LOCAL_NAMES)
        #: By domain name.
        self.staging = {d.domain_name.lower(): d for d in staging}
        #: All names, for messages.
        self.names = tuple(name for d in distributions for name in (*d.aliases, d.domain_name))

    def for_host(self, host: str) -> Distribution | None:
        """The distribution for a Host header, or None: CloudFront answers 403 (HO-002)."""
        name = host_name(host)
        return self._by_name.get(name) or self._by_wildcard(name)

    def _by_wildcard(self, name: str) -> Distribution | None:
        """`*` matches one or more labels (HO-005); the most specific alias wins (HO-006).

        Only labels: a name with a path or user name could redirect elsewhere.
        """
        found = [
            (len(alias), distribution)
            for distribution in self._reachable
            for alias in distribution.aliases
            if alias.startswith("*.")
            and name.endswith(alias[1:])
            and LABELS.fullmatch(name.removesuffix(alias[1:]))
        ]
        return max(found, key=lambda candidate: candidate[0])[1] if found else None


def _at_their_ids(staging: Sequence[Distribution]) -> dict[str, Distribution]:
    return {f"{d.id.lower()}{LOCAL_SUFFIX}": d for d in staging}


def _by_name(reachable: Sequence[Distribution]) -> dict[str, Distribution]:
    """Distributions by exact name; for a duplicate the first one wins."""
    found: dict[str, Distribution] = {}
    for distribution in reachable:
        own = f"{distribution.id.lower()}{LOCAL_SUFFIX}"
        for name in (*distribution.aliases, distribution.domain_name.lower(), own):
            if not name.startswith("*"):
                found.setdefault(name, distribution)
    if len(reachable) == 1:
        found.update((name, reachable[0]) for name in LOCAL_NAMES)
    return found
