"""`terraform test -json -verbose` output of a run → the document of `terraform show -json`.

A state is complete. A plan has only its changes, without configuration or planned values.

Source: Terraform documentation, "JSON Output Format"; Terraform's own `internal/command/views`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from localfront.sources.terraform.show import MODULE_STEP


def document_of_state(state: Mapping[str, Any]) -> dict[str, Any]:
    root = state.get("root_module") or {}
    return {"format_version": "1.0", "values": {"root_module": root}}


def document_of_plan(plan: Mapping[str, Any]) -> dict[str, Any]:
    root: dict[str, Any] = {}
    changes = plan.get("resource_changes") or []
    for change in changes:
        after = (change.get("change") or {}).get("after")
        if after is not None:
            module = _module(root, str(change.get("module_address") or ""))
            module.setdefault("resources", []).append({**change, "values": after})
    return {
        "format_version": "1.0",
        "planned_values": {"root_module": root},
        "resource_changes": changes,
    }


def _module(root: dict[str, Any], address: str) -> dict[str, Any]:
    """The module with this address, created with its parents if missing."""
    found, so_far = root, ""
    for step in MODULE_STEP.finditer(address):
        so_far = f"{so_far}.{step[0]}" if so_far else step[0]
        children = found.setdefault("child_modules", [])
        inner = next((c for c in children if c["address"] == so_far), None)
        if inner is None:
            inner = {"address": so_far}
            children.append(inner)
        found = inner
    return found
