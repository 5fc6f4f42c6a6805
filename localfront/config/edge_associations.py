"""Parse a behavior's function associations: Lambda@Edge and CloudFront Functions.

Sources: CloudFront API Reference, LambdaFunctionAssociation and FunctionAssociation; Developer
Guide, "Restrictions on all edge functions" (LA-004, LA-005) and "Access the request body by
choosing the include body option" (LA-013). That a function is a numbered version in us-east-1 is
checked when it is loaded (LA-001, LA-002).
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from localfront.config.distribution import (
    FunctionAssociation,
    LambdaFunctionAssociation,
)
from localfront.config.fields import Fields

VIEWER_EVENTS = ("viewer-request", "viewer-response")
EVENTS = ("viewer-request", "origin-request", "origin-response", "viewer-response")
FUNCTION_ARN = re.compile(r"arn:aws[a-z-]*:cloudfront::[0-9]{12}:function/[A-Za-z0-9_-]{1,64}")


def parse_lambda_associations(
    behavior: Fields,
) -> tuple[LambdaFunctionAssociation, ...]:
    """Parse a behavior's LambdaFunctionAssociations. Raises ConfigError."""
    associations = [
        _lambda_association(member) for member in behavior.parts("LambdaFunctionAssociations")
    ]
    _check_one_an_event(
        behavior,
        "LambdaFunctionAssociations",
        [association.event_type for association in associations],
    )
    return tuple(associations)


def parse_function_associations(behavior: Fields) -> tuple[FunctionAssociation, ...]:
    """Parse FunctionAssociations. Raises ConfigError, also if Lambda@Edge has a viewer event."""
    associations = [
        _function_association(member) for member in behavior.parts("FunctionAssociations")
    ]
    _check_one_an_event(
        behavior,
        "FunctionAssociations",
        [association.event_type for association in associations],
    )
    if associations:
        for other in behavior.parts("LambdaFunctionAssociations"):
            if other.text("EventType") in VIEWER_EVENTS:
                raise behavior.wrong(
                    "FunctionAssociations",
                    f"is set together with a Lambda@Edge function at {other.text('EventType')} "
                    "(LA-005)",
                    "A behavior can have CloudFront Functions or Lambda@Edge functions at its "
                    "viewer events, not both: move the other to an origin event.",
                )
    return tuple(associations)


def _lambda_association(member: Fields) -> LambdaFunctionAssociation:
    member.only(["LambdaFunctionARN", "EventType", "IncludeBody"])
    event_type = member.choice("EventType", EVENTS)
    include_body = member.flag("IncludeBody", False)
    if include_body and not event_type.endswith("-request"):
        raise member.wrong(
            "IncludeBody",
            f"is set for {event_type}: only viewer-request and origin-request can include a body "
            "(LA-013)",
            "Leave it out.",
        )
    return LambdaFunctionAssociation(
        event_type=event_type,
        lambda_function_arn=member.text("LambdaFunctionARN"),
        include_body=include_body,
    )


def _function_association(member: Fields) -> FunctionAssociation:
    member.only(["FunctionARN", "EventType"])
    arn = member.text("FunctionARN")
    if not FUNCTION_ARN.fullmatch(arn):
        raise member.wrong(
            "FunctionARN",
            "is not the ARN of a CloudFront Function",
            "Write arn:aws:cloudfront::ACCOUNT:function/NAME.",
        )
    event_type = member.choice("EventType", EVENTS)
    if event_type not in VIEWER_EVENTS:
        raise member.wrong(
            "EventType",
            "is not an event of a CloudFront Function (FN-001)",
            "Use viewer-request or viewer-response, or Lambda@Edge for origin events.",
        )
    return FunctionAssociation(event_type=event_type, function_arn=arn)


def _check_one_an_event(behavior: Fields, field: str, events: Iterable[str]) -> None:
    """Allow one function per event, and so at most four per behavior."""
    seen: set[str] = set()
    for event in events:
        if event in seen:
            raise behavior.wrong(
                field,
                f"has two functions at {event} (LA-004)",
                "Keep one, and move the other's code into it.",
            )
        seen.add(event)
