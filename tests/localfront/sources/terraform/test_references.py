"""Following references, in plans written by hand."""

from __future__ import annotations

from typing import Any

import pytest

from localfront.sources.terraform.blocks import Block
from localfront.sources.terraform.references import References, whole
from localfront.sources.terraform.show import Module, Resource


def a_resource(address: str, *, module: Module | None = None, **changes: Any) -> Resource:
    kind, _, rest = address.partition(".")
    name, _, key = rest.partition("[")
    index = key.strip('"]') if key else None
    return Resource(
        address=address,
        module=module or Module(),
        mode="managed",
        type=kind,
        name=name,
        index=int(index) if index and index.isdecimal() else index,
        **changes,
    )


def behind(referrer: Resource, others: list[Resource], *references: str) -> list[str]:
    found = References([referrer, *others]).of(referrer, {"references": list(references)})
    return [f"{m.resource.address}|{m.attribute}" for m in found]


def test_shorter_forms_of_the_same_reference_are_dropped() -> None:
    references = ['a.b["c"].id', 'a.b["c"]', "a.b", "each.key", "a.bc.id", "a.bc"]

    assert whole(references) == ['a.b["c"].id', "each.key", "a.bc.id"]


@pytest.mark.parametrize(
    ("reference", "found"),
    [
        ("b.x[1].id", ["b.x[1]|id"]),
        ("b.x", ["b.x[0]|", "b.x[1]|"]),
        ("b.y.arn", ["b.y|arn"]),
        ("b.none.id", []),
        ("local.b", []),
        ("path.module", []),
        ("data.b.y.arn", []),
    ],
)
def test_a_reference_resolves_to_one_instance_or_all(reference: str, found: list[str]) -> None:
    others = [a_resource("b.x[0]"), a_resource("b.x[1]"), a_resource("b.y")]

    assert behind(a_resource("a.one"), others, reference) == found


def test_each_key_resolves_to_the_instance_with_the_same_key() -> None:
    others = [a_resource('b.x["red"]'), a_resource('b.x["blue"]')]

    assert behind(a_resource('a.one["blue"]'), others, "b.x", "each.key") == ['b.x["blue"]|']


def test_each_value_depends_on_what_for_each_depends_on() -> None:
    referrer = a_resource('a.one["blue"]', for_each={"references": ["b.x"]})
    others = [a_resource('b.x["red"]'), a_resource('b.x["blue"]')]

    assert behind(referrer, others, "each.value") == ['b.x["blue"]|']


def test_a_root_variable_depends_on_no_resource() -> None:
    assert behind(a_resource("a.one"), [], "var.name", "module.none.id", "module.none") == []


def test_circular_references_with_many_paths_are_resolved_quickly() -> None:
    """Each additional cycle doubled the time: fuzzing found a plan that would take `check` years."""
    ring: dict[str, Any] = {"expression": {"references": ["module.ring.id", "module.ring.other"]}}
    root: dict[str, Any] = {"module_calls": {}}
    root["module_calls"]["ring"] = {"module": {"outputs": {"id": ring, "other": ring}, **root}}
    referrer = a_resource("a.one", module=Module(configuration=root))
    each: dict[str, Any] = {"references": ["each.value.a", "each.value.b", "each.value.c"]}
    turning = a_resource('a.two["k"]', for_each=each)

    assert behind(referrer, [], "module.ring.id", "module.ring.other") == []
    assert behind(turning, [], "each.value.a") == []


def test_modules_that_reference_each_other_are_resolved_in_finite_time() -> None:
    ring: dict[str, Any] = {"expression": {"references": ["module.ring.id"]}}
    root: dict[str, Any] = {"module_calls": {}}
    root["module_calls"]["ring"] = {"module": {"outputs": {"id": ring}, **root}}
    referrer = a_resource("a.one", module=Module(configuration=root))

    assert behind(referrer, [], "module.ring.id") == []


def an_origin(**values: Any) -> dict[str, Any]:
    return {"custom_origin_config": [], **values}


def blocks(values: list[Any], expressions: list[Any]) -> list[object]:
    """The expressions used for each `origin` with an unknown domain_name."""
    resource = a_resource(
        "d.site",
        values={"origin": values},
        unknown={"origin": [{"domain_name": True} for _ in values]},
        expressions={"origin": expressions},
    )
    return [block.expression("domain_name") for block in Block.of(resource).blocks("origin")]


def written(domain: str, origin_id: Any, **more: Any) -> dict[str, Any]:
    return {"domain_name": {"references": [domain]}, "origin_id": origin_id, **more}


def test_blocks_of_a_set_are_matched_by_their_constants() -> None:
    expressions = [
        written("b.one", {"constant_value": "one"}),
        written("b.two", {"constant_value": "two"}),
    ]

    assert blocks([an_origin(origin_id="two"), an_origin(origin_id="one")], expressions) == [
        {"references": ["b.two"]},
        {"references": ["b.one"]},
    ]


def test_a_block_that_matches_only_one_is_assigned_first() -> None:
    hidden = {"references": ["local.name"]}
    expressions = [
        written("b.one", hidden),
        written("b.two", hidden, custom_origin_config=[{}]),
    ]
    values = [
        {"origin_id": "two", "custom_origin_config": [{"http_port": 80}]},
        an_origin(origin_id="one"),
    ]

    assert blocks(values, expressions) == [
        {"references": ["b.two"]},
        {"references": ["b.one"]},
    ]


def test_for_two_indistinguishable_blocks_no_expression_is_used() -> None:
    hidden = {"references": ["local.name"]}
    expressions = [written("b.one", hidden), written("b.two", hidden)]

    assert blocks([an_origin(origin_id="two"), an_origin(origin_id="one")], expressions) == [
        None,
        None,
    ]
