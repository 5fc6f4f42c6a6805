"""aws_lambda_permission → resource-based permissions of functions.

Source: Terraform AWS provider, aws_lambda_permission; aws_lambda_function_url, which adds a permission
for everybody by itself where the authorization type is NONE.
"""

from __future__ import annotations

from collections.abc import Callable

from localfront.config.function_permissions import Permission, Permissions
from localfront.sources.terraform.blocks import Block
from localfront.sources.terraform.show import Show

PERMISSION = "aws_lambda_permission"


def function_permissions(
    show: Show, function_of: Callable[[Block, str], str | None]
) -> Permissions:
    """The permissions.

    `function_of` finds the ARN of the function that a block's field refers to.
    """
    found = []
    for resource in show.of_type(PERMISSION):
        arn = function_of(Block.of(resource), "function_name")
        found.append(
            Permission.of(
                arn,
                principal=resource.values.get("principal"),
                action=resource.values.get("action"),
            )
        )
    return Permissions(kind=PERMISSION, all=tuple(found), of_urls=True)
