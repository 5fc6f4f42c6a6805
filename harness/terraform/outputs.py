"""Terraform's outputs, by name."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from harness.errors import ProvisioningError


@dataclass(frozen=True, slots=True, kw_only=True)
class Outputs:
    """The outputs of terraform/outputs.tf, which describes them."""

    distribution_id: str
    distribution_domain_name: str
    site_url: str
    bucket: str
    api_id: str
    edge_function_name: str
    function_names: tuple[str, ...]
    function_alias: str
    sessions_table: str
    logs_table: str
    secret_prefix: str

    @classmethod
    def parse(cls, said: Mapping[str, Any]) -> "Outputs":
        """Read `terraform output -json`: {NAME: {"value": VALUE, ...}}.

        Raises ProvisioningError naming the output that is missing.
        """
        try:
            return cls(
                distribution_id=said["distribution_id"]["value"],
                distribution_domain_name=said["distribution_domain_name"]["value"],
                site_url=said["site_url"]["value"],
                bucket=said["bucket"]["value"],
                api_id=said["api_id"]["value"],
                edge_function_name=said["edge_function_name"]["value"],
                function_names=tuple(said["function_names"]["value"]),
                function_alias=said["function_alias"]["value"],
                sessions_table=said["sessions_table"]["value"],
                logs_table=said["logs_table"]["value"],
                secret_prefix=said["secret_prefix"]["value"],
            )
        except KeyError as missing:
            raise ProvisioningError(
                f"Terraform gave no output {missing}: add it to terraform/outputs.tf, or "
                "remove it from harness/terraform/outputs.py."
            ) from None
