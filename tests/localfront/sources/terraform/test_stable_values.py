"""Random values of an evaluation get stable names, derived from their place."""

from __future__ import annotations

from typing import Any

import pytest

from localfront.sources.terraform_folder.stable_values import stable


def a_document(*records: tuple[str, dict[str, Any]]) -> dict[str, Any]:
    resources = [
        {"address": f'aws_route53_record.validation["{key}"]', "index": key, "values": values}
        for key, values in records
    ]
    return {"values": {"root_module": {"resources": resources}}}


def values_of(document: dict[str, Any]) -> list[dict[str, Any]]:
    return [one["values"] for one in document["values"]["root_module"]["resources"]]


FIRST = a_document(("example.com", {"id": "first000", "name": "literals"}))


def test_values_that_differ_between_passes_are_replaced_by_stable_ones() -> None:
    one, another = (
        stable(FIRST, a_document(("example.com", {"id": random, "name": "literals"})))
        for random in ("random01", "random02")
    )

    assert one == another
    assert values_of(one)[0]["name"] == "literals"


def test_an_instance_only_in_the_second_pass_gets_its_own_names() -> None:
    def second(*random: str) -> dict[str, Any]:
        records = zip(("mine.example.com", "www.example.com"), random, strict=True)
        return a_document(*((key, {"id": own, "name": "literals"}) for key, own in records))

    one = stable(FIRST, second("random01", "random02"))
    another = stable(FIRST, second("random03", "random04"))

    assert one == another
    assert len({values["id"] for values in values_of(one)}) == 2
    assert {values["name"] for values in values_of(one)} == {"literals"}


def test_a_name_from_the_instances_key_is_not_random() -> None:
    second = a_document(("frontend", {"id": "random01", "name": "frontend"}))

    assert values_of(stable(FIRST, second))[0]["name"] == "frontend"


@pytest.mark.parametrize("random", [("random01", "zandom02"), ("zandom01", "random02")])
def test_a_set_of_random_values_keeps_its_order(random: tuple[str, str]) -> None:
    """Terraform writes a set in the order of its values."""
    records = [(key, {"id": own}) for key, own in zip("ab", random, strict=True)]
    second = {"names": [*sorted(random), "known"], **a_document(*records)}

    found = stable(FIRST, second)

    assert found["names"] == sorted([*(values["id"] for values in values_of(found)), "known"])
