"""Notices for features of function URLs and APIs that are not emulated.

Sources: API Gateway Developer Guide, "Control and manage access to REST APIs", "Control access to a
REST API with API Gateway resource policies", "Create and use API keys", "Configure CORS for HTTP APIs";
Lambda Developer Guide, "Cross-origin resource sharing (CORS)".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from localfront.config.distribution import Origin
from localfront.config.lambda_origins import FunctionUrl, LambdaOrigin
from localfront.config.notices import Notice

UNAUTHORIZED = frozenset({"None", "NONE", ""})


def route_notices(
    place: str, *, authorization: object = None, needs_key: object = None
) -> Iterator[Notice]:
    """Notices for a route or method; `authorization` is its type, `needs_key`: an API key."""
    if str(authorization) not in UNAUTHORIZED:
        yield Notice(
            field=f"{place}: authorization {str(authorization)[:100]!r}",
            on_aws="makes API Gateway authorize each request",
            here="every request passes, and the event has no authorizer",
        )
    if needs_key in (True, "true"):
        yield Notice(
            field=f"{place}: API key",
            on_aws="is required, and a request without a valid one gets 403",
            here="every request passes",
        )


def policy_notices(place: str, policy: object) -> Iterator[Notice]:
    """Notices for a REST API with a resource policy."""
    if policy:
        yield Notice(
            field=f"{place}: resource policy",
            on_aws="lets API Gateway refuse requests by their address, account or network",
            here="every request passes",
        )


def cors_notices(place: str, cors: object) -> Iterator[Notice]:
    """Notices for a function URL or an HTTP API with CORS settings."""
    if cors:
        yield Notice(
            field=f"{place}: CORS",
            on_aws="is answered before the function, preflights too, and replaces its headers",
            here="the function's own response is sent",
        )


def unsigned_notices(origins: Iterable[tuple[Origin, LambdaOrigin]]) -> Iterator[Notice]:
    """Notices for origins at function URLs with AWS_IAM, but without an access control."""
    for origin, url in origins:
        signs = origin.origin_access_control in ("always", "no-override")
        if isinstance(url, FunctionUrl) and url.signed_only and not signs:
            yield Notice(
                field=f"Origin {origin.id!r}",
                on_aws=(
                    "is a function URL that accepts only signed requests, and has no access "
                    "control that signs"
                ),
                here="a request that the viewer did not sign is 403, as on AWS",
            )
