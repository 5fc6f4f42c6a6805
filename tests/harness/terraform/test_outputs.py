from dataclasses import fields

import pytest

from harness.errors import ProvisioningError
from harness.terraform.outputs import Outputs


def all_outputs() -> dict[str, dict[str, object]]:
    names: dict[str, dict[str, object]] = {
        field.name: {"value": field.name} for field in fields(Outputs)
    }
    return {**names, "function_names": {"value": ["site-login", "site-logs"]}}


def test_every_output_is_read() -> None:
    outputs = Outputs.parse(all_outputs())

    assert outputs.bucket == "bucket"
    assert outputs.function_names == ("site-login", "site-logs")


def test_a_missing_output_is_named() -> None:
    incomplete = all_outputs()
    del incomplete["api_id"]

    with pytest.raises(ProvisioningError, match="no output 'api_id'"):
        Outputs.parse(incomplete)
