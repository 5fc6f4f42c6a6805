"""Warnings at the start about options that match nothing, most likely typing errors.

Also the lines about project folders that are used for buckets.
"""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from localfront.config.distribution import TrustedKey
from localfront.origins.addresses import Endpoints, names_of, unused_overrides
from localfront.sources.configuration import Configuration
from localfront.sources.source import KeyValueStoresApi

CHOOSES_ORIGINS = "origin-request"  # CloudFront Functions choose at viewer-request


def unused_options(
    configuration: Configuration,
    endpoints: Endpoints,
    stores: KeyValueStoresApi,
    edge: Mapping[str, Path],
    behind_origins: Collection[str],
    signers: Mapping[str, Sequence[TrustedKey]],
) -> Iterator[str]:
    """A line for each --origin-override, --kvs, --signer, --lambda and --edge that matches nothing.

    `behind_origins` are the functions that --lambda names.
    """
    distributions = configuration.distributions
    behaviors = [b for d in distributions for b in d.behaviors]
    chosen = any(b.function_for(CHOOSES_ORIGINS) or b.function_associations for b in behaviors)
    ids = [origin.id for d in distributions for origin in d.origins]
    for name in unused_overrides(distributions, endpoints):
        if not (chosen and "." in name):  # a function may still choose that domain
            yield _line("--origin-override", name, "no distribution has such an origin", ids)
    for name in stores.unused():
        yield _line("--kvs", name, "no served function has such a store", ())
    trusted = {key for d in distributions for b in d.behaviors for key in b.trusted_keys}
    for account, keys in signers.items():
        if trusted.isdisjoint(keys):
            yield _line("--signer", account, "no served behavior trusts such an account", ())
    lambdas = _names(configuration.lambda_arns, place=6)
    ordinary = _names(configuration.origin_function_arns, place=6)
    for name in sorted(set(behind_origins) - ordinary):
        problem = "no served function URL or API invokes such a function"
        yield _line("--lambda", name, problem, sorted(ordinary))
    functions = {arn.rpartition("/")[2] for arn in configuration.function_arns}
    for name, path in edge.items():
        names = lambdas if path.is_dir() else functions
        if name not in names:
            kind = "Lambda function" if path.is_dir() else "CloudFront Function"
            problem = f"no served behavior names such a {kind}"
            yield _line("--edge", name, problem, sorted(names))


def used_folders(configuration: Configuration, endpoints: Endpoints) -> Iterator[str]:
    """A line for each bucket that is served from a folder of the project by default."""
    complete = endpoints.with_folders(configuration.bucket_folders)
    found = {
        name: folder.path
        for distribution in configuration.distributions
        for origin in distribution.origins
        for name in names_of(origin)
        if (folder := complete.folders.get(name)) and complete.override_of(origin) is folder
    }
    for bucket, path in found.items():
        yield f"bucket {bucket}: replaced by {path}, which its deployment uploads"


def _names(arns: Iterable[str], *, place: int) -> frozenset[str]:
    parts = (arn.split(":") for arn in arns)
    return frozenset(part[place] for part in parts if len(part) > place)


def _line(option: str, name: str, problem: str, names: Collection[str]) -> str:
    close = difflib.get_close_matches(name, names, n=1)
    if close:
        return f"{option} {name}: {problem}. Did you mean {close[0]!r}?"
    listed = f" Known names: {', '.join(names)}." if names else ""
    return f"{option} {name}: {problem}.{listed}"
