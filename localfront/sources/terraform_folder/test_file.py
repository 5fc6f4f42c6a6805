"""The generated Terraform test file, which overrides every resource.

Its providers replace the user's of the same name and alias, with their profiles and roles. If the
user has any provisioner, the run is a plan, because an apply would execute it.

Source: Terraform documentation, "Tests", "Mocks" and "Overrides" (`override_during` since 1.11).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from localfront.sources.terraform_folder.inventory import Inventory

Values = Mapping[str, Any]
# Read by the real provider, which computes them or asks the stub.
REAL_DATA = frozenset(
    {
        "archive_file",
        "aws_caller_identity",
        "aws_canonical_user_id",
        "aws_cloudfront_cache_policy",
        "aws_cloudfront_origin_request_policy",
        "aws_cloudfront_response_headers_policy",
        "aws_iam_policy_document",
        "aws_partition",
        "aws_region",
        "local_file",
        "template_file",
    }
)
# Providers without effects; all others except AWS's are mocked.
LOCAL = frozenset(
    {"archive", "aws", "external", "http", "local", "null", "random"}
    | {"template", "terraform", "time", "tls"}
)
# Values that other resources use in `for_each`, so the plan has to know them.
KNOWN_IN_PLANS = frozenset({"aws_acm_certificate"})
RUN = "localfront"


def write_test(
    inventory: Inventory,
    overrides: Mapping[str, Values],
    regions: Mapping[str, str],
    data: Mapping[str, Values],
    *,
    plans: bool,
) -> str:
    """The test file. `overrides` and `data` are values by address, `regions` by alias ("" by
    default).

    `plans`: nothing is applied, and all values are known in the plan.
    """
    planned = "  override_during = plan\n"
    during = planned if plans else ""
    parts = [*_providers(inventory, regions)]
    for address, values in overrides.items():
        known_early = KNOWN_IN_PLANS & {step.partition("[")[0] for step in address.split(".")}
        at = planned if known_early else during
        parts.append(_override("resource", address, values, at))
    for address, values in data.items():
        parts.append(_override("data", address, values, during))
    parts.append(write_run(plans=plans))
    return "\n".join(parts)


def _providers(inventory: Inventory, regions: Mapping[str, str]) -> Iterator[str]:
    for alias, region in regions.items():
        named = f"  alias = {json.dumps(alias)}\n" if alias else ""
        yield (
            f'provider "aws" {{\n{named}  region = {_text(region)}\n'
            '  access_key = "localfront"\n  secret_key = "localfront"\n'
            "  skip_credentials_validation = true\n  skip_metadata_api_check = true\n"
            "  skip_region_validation = true\n  skip_requesting_account_id = true\n"
            "  s3_use_path_style = true\n}\n"
        )
    yield from map(write_mocked_provider, mocked_names(inventory))


def mocked_names(inventory: Inventory) -> list[str]:
    """The providers other than AWS's that are not run, by their local names."""
    return sorted({r.type.partition("_")[0] for r in inventory.resources} - LOCAL)


def write_mocked_provider(name: str, *, alias: str = "", mocks: str = "") -> str:
    """A provider with `mocks`, whose values are known in the plan."""
    named = f"  alias = {json.dumps(alias)}\n" if alias else ""
    during = "  override_during = plan\n" if mocks else ""
    return f"mock_provider {json.dumps(name)} {{\n{named}{during}{mocks}}}\n"


def write_mock(kind: str, type_name: str, values: Values) -> str:
    """The values of all resources or data sources of a type."""
    return f"  mock_{kind} {json.dumps(type_name)} {{\n    defaults = {_text(values)}\n  }}\n"


def write_run(*, plans: bool) -> str:
    return f'run "{RUN}" {{\n  command = {"plan" if plans else "apply"}\n}}\n'


def _override(kind: str, address: str, values: Values, during: str) -> str:
    written = "".join(f"    {name} = {_text(v)}\n" for name, v in values.items())
    body = f"  values = {{\n{written}  }}\n" if written else ""
    return f"override_{kind} {{\n  target = {address}\n{during}{body}}}\n"


def _text(value: Any) -> str:
    """A value in Terraform's syntax, in which JSON is written as well."""
    return json.dumps(value).replace("${", "$${").replace("%{", "%%{")
