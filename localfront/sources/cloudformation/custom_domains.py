"""AWS::ApiGateway::BasePathMapping, AWS::ApiGatewayV2::ApiMapping → APIs' custom domain names.

Source: CloudFormation Template Reference, both resources.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable

from localfront.config.lambda_origins import Api, ApiMapping, CustomDomain, function_arns
from localfront.sources.cloudformation.identities import StackResource

# The properties for API and base path, by type of mapping.
MAPPINGS = {
    "AWS::ApiGateway::BasePathMapping": ("RestApiId", "BasePath"),
    "AWS::ApiGatewayV2::ApiMapping": ("ApiId", "ApiMappingKey"),
}


def custom_domains(
    mappings: Iterable[StackResource], wanted: Collection[str], api_of: Callable[[str], Api | None]
) -> dict[str, CustomDomain]:
    """Custom domains of `wanted` whose APIs invoke functions, by name. `api_of` reads an API."""
    found: dict[str, list[ApiMapping]] = {}
    for mapping in mappings:
        name = (mapping.value("DomainName") or "").lower()
        id_property, path_property = MAPPINGS[mapping.resource.type]
        api = api_of(mapping.value(id_property) or "") if name in wanted else None
        if api is not None:
            mapped = ApiMapping(
                base_path=(mapping.value(path_property) or "").strip("/"),
                api=api,
                stage=mapping.value("Stage"),
            )
            found.setdefault(name, []).append(mapped)
    domains = {name: CustomDomain(mappings=tuple(mappings)) for name, mappings in found.items()}
    return {name: domain for name, domain in domains.items() if function_arns(domain)}
