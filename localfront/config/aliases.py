"""Alternate domain names: validation, and conflicts between distributions.

Source: CloudFront Developer Guide, "Use custom URLs by adding alternate domain names (CNAMEs)",
"Use wildcards in alternate domain names" and "Quotas" (HO-004, HO-005, HO-007, HO-008).
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from localfront.config.distribution import Distribution
from localfront.config.fields import Fields
from localfront.errors import ConfigError

MAX_ALIASES = 100  # HO-004
MAX_LENGTH = 253
LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
ALIAS = re.compile(rf"(?:\*\.)?{LABEL}(?:\.{LABEL})*")


def parse_aliases(config: Fields) -> tuple[str, ...]:
    """The aliases of a DistributionConfig. Raises ConfigError.

    Checks that there is a certificate, but not that it covers them (HO-008).
    """
    aliases = config.texts("Aliases")
    if len(aliases) > MAX_ALIASES:
        raise config.wrong(
            "Aliases",
            f"has {len(aliases)} names (HO-004)",
            f"CloudFront accepts at most {MAX_ALIASES}.",
        )
    for alias in aliases:
        _check_form(alias)
    certificate = config.part("ViewerCertificate")
    if aliases and certificate.flag("CloudFrontDefaultCertificate", False):
        raise certificate.wrong(
            "CloudFrontDefaultCertificate",
            f"is only for the cloudfront.net name, and {aliases[0]} is an alias (HO-008)",
            "Name a certificate that covers the aliases in ACMCertificateArn, or leave the aliases "
            "out.",
        )
    return aliases


def check_aliases(distributions: Iterable[Distribution]) -> None:
    """Raise ConfigError if an alias is on two distributions (HO-007).

    A wildcard may overlap with a name that it covers: the more specific one wins (HO-006).
    """
    owners: dict[str, Distribution] = {}
    for distribution in distributions:
        for alias in distribution.aliases:
            other = owners.setdefault(alias, distribution)
            if other is not distribution:
                raise ConfigError(
                    f"Aliases: {alias!r} is on distribution {other.id} and on {distribution.id}, "
                    "and CloudFront allows an alias on only one (HO-007). Remove it from one of "
                    "them."
                )


def _check_form(alias: str) -> None:
    if alias != alias.lower():
        raise ConfigError(
            f"Aliases: {alias!r} has upper-case letters, which CloudFront refuses (HO-004). "
            f"Write {alias.lower()!r}."
        )
    if "*" in alias.removeprefix("*."):
        raise ConfigError(
            f"Aliases: {alias!r} has a `*` that is not the whole first label (HO-005). "
            "A wildcard alias is `*.` and a domain name, such as *.example.com."
        )
    if len(alias) > MAX_LENGTH or not ALIAS.fullmatch(alias):
        raise ConfigError(
            f"Aliases: {alias!r:.300} is not a domain name (HO-005). Write only the name, without "
            "scheme, port and path."
        )
