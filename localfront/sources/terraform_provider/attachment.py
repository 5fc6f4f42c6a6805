"""How Terraform attaches to a provider that runs already: the value of TF_REATTACH_PROVIDERS.

Source: Terraform plugin development, "Debugging providers".
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

VARIABLE = "TF_REATTACH_PROVIDERS"


@dataclass(frozen=True, slots=True)
class Attachment:
    """One provider on a Unix socket. `source` is its address, such as `HOST/hashicorp/aws`."""

    source: str
    details: Mapping[str, Any]

    @property
    def socket(self) -> str:
        return str(self.details["Addr"]["String"])

    def at(self, socket: Path) -> Attachment:
        address = {"Network": "unix", "String": str(socket)}
        return Attachment(self.source, {**self.details, "Addr": address})

    def __str__(self) -> str:
        return json.dumps({self.source: dict(self.details)})


def parse_attachment(text: str) -> Attachment | None:
    """Parse the variable; None unless it names one provider, on a Unix socket."""
    try:
        ((source, details),) = json.loads(text).items()
        is_supported = details["Protocol"] == "grpc" and details["Addr"]["Network"] == "unix"
        is_supported = is_supported and isinstance(details["Addr"]["String"], str)
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    return Attachment(source, details) if is_supported else None
