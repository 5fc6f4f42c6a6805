"""Apply a function's calls of `cf.updateRequestOrigin()` and its siblings.

AWS's page does not say how several calls combine: here each applies to the result of the one
before. An unknown origin id makes the result invalid.

Source: CloudFront Developer Guide, "Helper methods for origin modification" (FN-022, FN-027).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from localfront.cloudfront_functions.named_fields import refuse
from localfront.cloudfront_functions.origin_fields import RULE, overridden, updated
from localfront.config.distribution import Distribution, Origin
from localfront.exchange.origin_choice import OriginChoice, assigned
from localfront.http_messages.messages import Headers
from localfront.lambda_edge.contract.result import named, quoted
from localfront.origins.overrides import as_overridden


@dataclass(frozen=True, slots=True)
class WithOrigin:
    """A function's result and its calls of origin methods, each as `{method, given}`."""

    returned: object
    steps: tuple[Mapping[str, Any], ...]

    def as_json(self) -> dict[str, Any]:
        """The calls, as text for the trace."""
        return {"result": self.returned, "origin": [dict(step) for step in self.steps]}


def origin_choice(
    steps: Iterable[Mapping[str, Any]], target_id: str, distribution: Distribution, headers: Headers
) -> OriginChoice:
    """The chosen origin; `target_id` is the behavior's, `headers` the forwarded request's.

    Raises FunctionValidationError.
    """
    choice = assigned(distribution, target_id)
    for step in steps:
        arguments = [*step["given"], None, None]
        match step["method"]:
            case "updateRequestOrigin":
                moved = updated(choice.primary, arguments[0], headers)
                # An origin override does not apply to another domain.
                moved = as_overridden(moved, distribution=distribution)
                choice = replace(choice, primary=moved)
            case "selectRequestOriginById":
                origin = _by_id(distribution, arguments[0])
                choice = OriginChoice(primary=overridden(origin, arguments[1] or {}))
            case _:
                choice = _group(distribution, arguments[0])
    return choice


def _by_id(distribution: Distribution, wanted: object) -> Origin:
    for origin in distribution.origins:
        if origin.id == wanted:
            return origin
    names = ", ".join(origin.id for origin in distribution.origins)
    refuse(RULE, f"the distribution has no origin {quoted(wanted)}", f"Its origins are: {names}.")


def _group(distribution: Distribution, argument: object) -> OriginChoice:
    if not isinstance(argument, dict):
        refuse(
            RULE, f"createRequestOriginGroup() was called with {named(argument)}", "Pass an object."
        )
    ids = argument.get("originIds")
    if not isinstance(ids, list) or len(ids) != 2:
        refuse(RULE, f"originIds is {quoted(ids)}", "Pass two origin ids.")
    primary, secondary = (_member(distribution, entry) for entry in ids)
    criteria = argument.get("failoverCriteria")
    codes = criteria.get("statusCodes") if isinstance(criteria, dict) else None
    if not isinstance(codes, list) or not codes or not all(type(code) is int for code in codes):
        refuse(RULE, "failoverCriteria has no statusCodes", "Pass a list of whole numbers.")
    return OriginChoice(
        primary=primary, secondary=secondary, failover_status_codes=frozenset(codes)
    )


def _member(distribution: Distribution, entry: object) -> Origin:
    """An origin id: AWS's text has plain ids here, its example objects with an `originId`."""
    if not isinstance(entry, dict):
        return _by_id(distribution, entry)
    origin = _by_id(distribution, entry.get("originId"))
    return overridden(origin, entry.get("originOverrides", {}))
