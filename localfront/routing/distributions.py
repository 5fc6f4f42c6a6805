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
    """All that are served, found by name. A disabled one accepts no requests (HO-010). A staging one,
    which on AWS is reached through its primary alone (MI-005), answers at its id here as well.
    """

    def __init__(self, distributions: Sequence[Distribution]) -> None:
        self._reachable = [d for d in distributions if d.enabled and not d.is_staging]
        staging = [d for d in distributions if d.enabled and d.is_staging]
        self._by_name = {**_at_their_ids(staging), **_by_name(self._reachable)}
        if len(staging) == 1 and not self._reachable:
            self._by_name.update((name, staging[0]) for name in LOCAL_NAMES)
        #: By domain name.
        self.staging = {d.domain_name.lower(): d for d in staging}
        #: Every name that is answered, for people.
        self.names = tuple(name for d in distributions for name in (*d.aliases, d.domain_name))

    def answering(self, host: str) -> Distribution | None:
        """The distribution that answers for a Host header, or None: CloudFront says 403 (HO-002)."""
        name = host_name(host)
        return self._by_name.get(name) or self._by_wildcard(name)

    def _by_wildcard(self, name: str) -> Distribution | None:
        """The star stands for one or more labels (HO-005); the most specific alias wins (HO-006).

        Labels only: a name that goes on into a path or a user name leads a redirect elsewhere.
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
    """The names without a wildcard. Where two have the same, the first one has it."""
    found: dict[str, Distribution] = {}
    for distribution in reachable:
        own = f"{distribution.id.lower()}{LOCAL_SUFFIX}"
        for name in (*distribution.aliases, distribution.domain_name.lower(), own):
            if not name.startswith("*"):
                found.setdefault(name, distribution)
    if len(reachable) == 1:
        found.update((name, reachable[0]) for name in LOCAL_NAMES)
    return found
