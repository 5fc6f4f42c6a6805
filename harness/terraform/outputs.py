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
    def parse(cls, document: Mapping[str, Any]) -> "Outputs":
        """Read `terraform output -json`: {NAME: {"value": VALUE, ...}}.

        Raises ProvisioningError naming the output that is missing.
        """
        try:
            return cls(
                distribution_id=document["distribution_id"]["value"],
                distribution_domain_name=document["distribution_domain_name"]["value"],
                site_url=document["site_url"]["value"],
                bucket=document["bucket"]["value"],
                api_id=document["api_id"]["value"],
                edge_function_name=document["edge_function_name"]["value"],
                function_names=tuple(document["function_names"]["value"]),
                function_alias=document["function_alias"]["value"],
                sessions_table=document["sessions_table"]["value"],
                logs_table=document["logs_table"]["value"],
                secret_prefix=document["secret_prefix"]["value"],
            )
        except KeyError as missing:
            raise ProvisioningError(
                f"Terraform gave no output {missing}: add it to terraform/outputs.tf, or "
                "remove it from harness/terraform/outputs.py."
            ) from None
