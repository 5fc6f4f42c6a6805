"""The alias through which the API calls each function: read it, and point it back.

Source: Lambda Developer Guide, "Create an alias for a Lambda function".
"""

from collections.abc import Mapping
from typing import Any

from harness.promotion.account import Account


def versions(account: Account, outputs: Mapping[str, Any]) -> dict[str, str]:
    """The aliases' versions by function name; empty if the stack has none."""
    functions, alias = account.client("lambda"), outputs.get("function_alias")
    if alias is None:
        return {}
    return {
        name: functions.get_alias(FunctionName=name, Name=alias)["FunctionVersion"]
        for name in outputs["function_names"]
    }


def point_to(account: Account, outputs: Mapping[str, Any], wanted: Mapping[str, str]) -> list[str]:
    """Move the aliases of functions that are still there; return the names of those moved."""
    functions = account.client("lambda")
    moved = []
    for name, version in versions(account, outputs).items():
        if wanted.get(name, version) != version:
            functions.update_alias(
                FunctionName=name, Name=outputs["function_alias"], FunctionVersion=wanted[name]
            )
            moved.append(name)
    return moved
