"""AWS::Lambda::Permission → resource-based permissions of functions.

Source: CloudFormation Template Reference, AWS::Lambda::Permission.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from localfront.config.function_permissions import Permission, Permissions
from localfront.sources.cloudformation.identities import StackResource

PERMISSION = "AWS::Lambda::Permission"


def function_permissions(
    resources: Iterable[StackResource], function_of: Callable[[Any], str | None]
) -> Permissions:
    """The permissions in these resources.

    `function_of` finds the ARN of the function that a value names.
    """
    found = []
    for resource in resources:
        arn = function_of(resource.value("FunctionName"))
        found.append(
            Permission.of(
                arn, principal=resource.value("Principal"), action=resource.value("Action")
            )
        )
    return Permissions(kind=PERMISSION, all=tuple(found))
