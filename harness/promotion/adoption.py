"""Adopt resources that a killed Terraform created but did not record, with import blocks.

Existing resources are adopted automatically only if the last run failed, or destroyed the
environment: every apply first checks for them, so they can only be from that run. Otherwise they may
be somebody else's, and adopting them needs `--adopt`.
Source: Terraform, "Import existing resources overview", import blocks.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import replace

from harness.errors import HarnessError
from harness.promotion import existing, leftovers
from harness.promotion.account import Account
from harness.promotion.deployment import PLAN_JSON, Deployment
from harness.promotion.existing import Found
from harness.promotion.history import LIVE, History
from harness.promotion.plan_summary import Summary

IMPORTS = "adopted.tf"
ROUNDS = 3  # the id from one import may be needed to find the next


def planned(
    deployment: Deployment,
    account: Account,
    promotions: History,
    *,
    may_adopt: bool,
    say: Callable[[str], None],
) -> Summary:
    """The plan with existing resources adopted. Raises HarnessError if they need `--adopt`."""
    summary = deployment.plan()
    adopted: dict[str, Found] = {}
    for _ in range(ROUNDS):
        plan = json.loads((deployment.directory / PLAN_JSON).read_text())
        found = [
            resource for resource in existing.look(account, plan) if resource.address not in adopted
        ]
        for resource in found:
            if resource.fault:
                say(f"cannot tell whether {resource.address} exists already: {resource.fault}")
        found = [resource for resource in found if resource.id]
        if not found:
            break
        if not may_adopt and not left_by_us(promotions):
            raise HarnessError(refusal(found))
        say(f"{len(found)} exist already, created by an unfinished run; adopting them")
        adopted |= {resource.address: resource for resource in found}
        (deployment.directory / IMPORTS).write_text(blocks(list(adopted.values())))
        summary = deployment.plan()
    plan = json.loads((deployment.directory / PLAN_JSON).read_text())
    return replace(summary, notes=tuple(leftovers.look(account, plan)))


def left_by_us(promotions: History) -> bool:
    return bool(promotions.entries) and promotions.entries[0].outcome != LIVE


def refusal(found: Sequence[Found]) -> str:
    named = "; ".join(f"{resource.address} ({resource.id})" for resource in found[:5])
    more = f", and {len(found) - 5} more" if len(found) > 5 else ""
    return (
        f"These exist already, and no recorded run created them: {named}{more}. If they belong to "
        "this stack, add --adopt; otherwise choose another --name. Nothing was changed."
    )


def blocks(found: Sequence[Found]) -> str:
    return "\n".join(
        f"import {{\n  to = {resource.address}\n  id = {quoted(resource.id)}\n}}\n"
        for resource in found
    )


def quoted(text: str) -> str:
    """An HCL string: a JSON string with template sequences escaped."""
    return json.dumps(text).replace("${", "$${").replace("%{", "%%{")
