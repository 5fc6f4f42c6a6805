"""The output of `terraform show -json`."""

from __future__ import annotations

from typing import Any

import pytest

from localfront.errors import ConfigError
from localfront.sources.terraform.show import parse_show


@pytest.mark.parametrize(
    "version", ["2.0", "", "x" * 50_000, None, 1.2, {"format_version": ["1.2"] * 10_000}]
)
def test_an_unsupported_format_version_is_a_one_line_error(version: Any) -> None:
    with pytest.raises(ConfigError) as refused:
        parse_show({"format_version": version, "planned_values": {}})

    message = str(refused.value)
    assert "format_version" in message
    assert "0.x and 1.x" in message
    assert len(message) < 200
