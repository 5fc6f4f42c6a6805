"""The functions of the configuration: their code, and their statistics."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from localfront.inspector.active_site import ActiveSite
from localfront.inspector.code_places import lambda_code, script_code
from localfront.inspector.function_runs import FunctionRuns


def functions_state(site: ActiveSite, runs: FunctionRuns) -> list[dict[str, Any]]:
    """The functions, Lambda@Edge first, each kind by name."""
    found = [_at_the_edge(arn, site) for arn in site.configuration.lambda_arns]
    also = [_of_cloudfront(arn, site) for arn in site.configuration.function_arns]
    by_name = sorted(found, key=_name) + sorted(also, key=_name)
    return [
        {**function, **_measured(function["arn"], runs), "at": list(_at(function["arn"], site))}
        for function in by_name
    ]


def _name(function: dict[str, Any]) -> str:
    return str(function["name"])


def _at_the_edge(arn: str, site: ActiveSite) -> dict[str, Any]:
    function = site.lambdas.loaded(arn)
    folder = site.lambdas.local_folder(function.name)
    fleet = site.lambdas.pool.fleet(str(function.arn))
    return {
        "name": f"{function.name}:{function.version}",
        "arn": arn,
        "kind": "Lambda@Edge",
        "runtime": function.runtime,
        "source": lambda_code(arn, site.configuration, folder),
        "workers": fleet.workers if fleet else 0,
        "idle": fleet.idle if fleet else 0,
        "coldStarts": fleet.starts if fleet else 0,
        "peakMb": fleet.peak_mb if fleet else None,
        "limitMb": function.memory_mb,
        "timeout": function.timeout,
    }


def _of_cloudfront(arn: str, site: ActiveSite) -> dict[str, Any]:
    function = site.functions.loaded(arn)
    return {
        "name": function.name,
        "arn": arn,
        "kind": "CloudFront Function",
        "runtime": function.runtime,
        "source": script_code(arn, site.configuration, site.file_of(arn)),
    }


def _measured(arn: str, runs: FunctionRuns) -> dict[str, Any]:
    of = runs.of(arn)
    return {
        "calls": of.calls,
        "errors": of.errors,
        "p50": of.percentile(50),
        "p99": of.percentile(99),
    }


def _at(arn: str, site: ActiveSite) -> Iterator[str]:
    """The behaviors and events that a function is associated with."""
    for distribution in site.configuration.distributions:
        for behavior in distribution.behaviors:
            for edge in behavior.lambda_function_associations:
                if edge.lambda_function_arn == arn:
                    yield f"{behavior.path_pattern} {edge.event_type}"
            for function in behavior.function_associations:
                if function.function_arn == arn:
                    yield f"{behavior.path_pattern} {function.event_type}"
