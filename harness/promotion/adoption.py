"""Adopt resources that a killed Terraform created but did not record, with import blocks.

Only where the last run did not end well, or was the environment's end: before every apply it is
looked for what is there already, so nobody else can have made it meanwhile but that run. Elsewhere
it may be somebody's, and the person says so with `--adopt`.
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
ROUNDS = 3  # an id that one import tells may be what the next is looked for by


def planned(
    deployment: Deployment,
    account: Account,
    known: History,
    *,
    may_adopt: bool,
    say: Callable[[str], None],
) -> Summary:
    """The plan, in which what is there already is adopted. Raises HarnessError where it may not."""
    summary = deployment.plan()
    adopted: dict[str, Found] = {}
    for _ in range(ROUNDS):
        plan = json.loads((deployment.directory / PLAN_JSON).read_text())
        found = [one for one in existing.look(account, plan) if one.address not in adopted]
        for one in found:
            if one.fault:
                say(f"whether {one.address} is there already is not known: {one.fault}")
        found = [one for one in found if one.id]
        if not found:
            break
        if not may_adopt and not left_by_us(known):
            raise HarnessError(refusal(found))
        say(f"there already: {len(found)}, which a run that did not end made; adopting them")
        adopted |= {one.address: one for one in found}
        (deployment.directory / IMPORTS).write_text(blocks(list(adopted.values())))
        summary = deployment.plan()
    plan = json.loads((deployment.directory / PLAN_JSON).read_text())
    return replace(summary, notes=tuple(leftovers.look(account, plan)))


def left_by_us(known: History) -> bool:
    return bool(known.entries) and known.entries[0].outcome != LIVE


def refusal(found: Sequence[Found]) -> str:
    named = "; ".join(f"{one.address} ({one.id})" for one in found[:5])
    more = f", and {len(found) - 5} more" if len(found) > 5 else ""
    return (
        f"There already, and no run that is known of made them: {named}{more}. If they are this "
        "stack's, --adopt takes them over; else give another --name. Nothing was changed."
    )


def blocks(found: Sequence[Found]) -> str:
    return "\n".join(
        f"import {{\n  to = {one.address}\n  id = {quoted(one.id)}\n}}\n" for one in found
    )


def quoted(text: str) -> str:
    """A string in HCL: JSON's, in which nothing is a template."""
    return json.dumps(text).replace("${", "$${").replace("%{", "%%{")
