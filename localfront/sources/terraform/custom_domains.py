"""aws_api_gateway_base_path_mapping, aws_apigatewayv2_api_mapping → APIs' custom domain names.

Source: Terraform AWS provider, both resources, and those of domain names.
"""

from __future__ import annotations

from collections.abc import Callable, Collection

from localfront.config.lambda_origins import Api, ApiMapping, CustomDomain, function_arns
from localfront.sources.terraform.blocks import Block
from localfront.sources.terraform.links import Links
from localfront.sources.terraform.show import Show

DOMAINS = ("aws_api_gateway_domain_name", "aws_apigatewayv2_domain_name")
STAGES = ("aws_api_gateway_stage", "aws_apigatewayv2_stage")
# The fields for API, stage and base path, by type of mapping.
FIELDS = {
    "aws_api_gateway_base_path_mapping": ("api_id", "stage_name", "base_path"),
    "aws_apigatewayv2_api_mapping": ("api_id", "stage", "api_mapping_key"),
}


def custom_domains(
    show: Show,
    links: Links,
    wanted: Collection[str],
    api_of: Callable[[Block, str], Api | None],
) -> dict[str, CustomDomain]:
    """The custom domains in `wanted` whose APIs invoke functions, by name.

    `api_of` reads the API that a mapping's field refers to.
    """
    found: dict[str, list[ApiMapping]] = {}
    for resource in show.of_type(*FIELDS):
        block = Block.of(resource)
        names = (
            [block.values.get("domain_name")]
            if block.values.get("domain_name")
            else [r.values.get("domain_name") for r in links.behind(block, "domain_name", DOMAINS)]
        )
        name = str(names[0]).lower() if len(names) == 1 else ""
        id_field, stage_field, path_field = FIELDS[resource.type]
        api = api_of(block, id_field) if name in wanted else None
        if api is not None:
            mapping = ApiMapping(
                base_path=str(block.values.get(path_field) or "").strip("/"),
                api=api,
                stage=_stage(block, stage_field, links),
            )
            found.setdefault(name, []).append(mapping)
    domains = {name: CustomDomain(mappings=tuple(mappings)) for name, mappings in found.items()}
    return {name: domain for name, domain in domains.items() if function_arns(domain)}


def _stage(block: Block, field: str, links: Links) -> str | None:
    value = block.values.get(field)
    if value:
        return str(value)
    behind = links.behind(block, field, STAGES)
    names = [r.values.get("stage_name") or r.values.get("name") for r in behind]
    return str(names[0]) if len(names) == 1 else None
