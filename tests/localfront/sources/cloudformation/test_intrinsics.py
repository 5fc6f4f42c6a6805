"""Intrinsic functions, conditions and parameters, in their short and long forms."""

from __future__ import annotations

from typing import Any

import pytest

from localfront.errors import ConfigError
from localfront.sources.cloudformation import deployment
from tests.localfront.sources.cloudformation.templates import value_of

SECTIONS = """
Parameters:
  Name: {Type: String, Default: shop}
  Port: {Type: Number, Default: 8080}
  Zones: {Type: CommaDelimitedList, Default: 'a, b,c'}
  Domain: {Type: String}
Mappings:
  Hosts: {shop: {live: www.example.com}}
Conditions:
  IsShop: !Equals [!Ref Name, shop]
  IsBig: !And [!Condition IsShop, !Not [!Equals [!Ref Port, '80']]]
  HasDomain: !Not [!Equals [!Ref Domain, '']]
  IsMine: !Equals [!Ref Domain, mine.example.com]
  Whatever: !Or [!Condition IsMine, !Condition IsShop]
"""


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("!Ref Name", "shop"),
        ("{Ref: Port}", "8080"),
        ("!Ref Zones", ["a", "b", "c"]),
        ("!Sub '${Name}-${AWS::Region}-${!Name}'", "shop-us-east-1-${Name}"),
        ("!Sub ['${A}.${Name}', {A: !Ref Port}]", "8080.shop"),
        ("!Join ['/', [a, !Ref Name]]", "a/shop"),
        ("!Select [1, !Ref Zones]", "b"),
        ("!Select ['2', !Split ['/', 'https://host/path']]", "host"),
        ("!FindInMap [Hosts, !Ref Name, live]", "www.example.com"),
        ("{Fn::FindInMap: [Hosts, none, live, {DefaultValue: other}]}", "other"),
        ("!If [IsBig, yes-big, no]", "yes-big"),
        ("!If [HasDomain, has, none]", "has"),
        ("!If [Whatever, yes-too, no]", "yes-too"),
        ("[a, !If [IsShop, !Ref AWS::NoValue, b], c]", ["a", "c"]),
        ("{a: !Ref AWS::NoValue, b: 1}", {"b": 1}),
        ("!Base64 a", "YQ=="),
        ("{Fn::Length: !Ref Zones}", 3),
        ("{Fn::ToJsonString: {a: !Ref Name}}", '{"a":"shop"}'),
        ("2012-10-17", "2012-10-17"),
        ("012345678901", "012345678901"),
    ],
)
def test_an_intrinsic_function_has_its_value(written: str, value: Any) -> None:
    assert value_of(f"{SECTIONS}\nValue: {written}") == value


def test_a_given_parameter_replaces_its_default() -> None:
    assert (
        value_of(f"{SECTIONS}\nValue: !Sub '${{Name}}.${{Domain}}'", Name="a", Domain="b") == "a.b"
    )


def test_a_value_known_after_deployment_is_the_same_placeholder_everywhere() -> None:
    made = value_of(f"{SECTIONS}\nValue: [!Ref Domain, !Sub '${{Domain}}', !Ref Domain]")

    assert made[0].startswith("placeholder")
    assert made == [made[0]] * 3


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("{'Fn::ForEach::Buckets': [Name, [a], {}]}", "Fn::ForEach is not supported"),
        ("{'Fn::Unheard': 1}", "Fn::Unheard is not a supported intrinsic function"),
        ("!Ref Nothing", "'Nothing' is neither a parameter nor a resource"),
        ("!FindInMap [Hosts, none, live]", "Hosts has no none.live"),
        ("!Select [7, !Ref Zones]", "member 7 of 3"),
        ("!Join [a]", "Fn::Join is malformed"),
        ("!Select 1", "Fn::Select is malformed"),
        ("!If [Nowhere, a, b]", "no condition 'Nowhere'"),
        ("!Sub {a: b}", "Fn::Sub is malformed"),
        ("!Cidr [10.0.0.0/8, 10000000000, 8]", "Fn::Cidr is malformed"),
        ("!Cidr [10.0.0.0/8]", "Fn::Cidr is malformed"),
    ],
)
def test_an_unresolvable_value_is_a_one_line_error(written: str, message: str) -> None:
    with pytest.raises(ConfigError) as refused:
        value_of(f"{SECTIONS}\nValue: {written}")

    assert message in str(refused.value)
    assert "\n" not in str(refused.value)


def test_circular_conditions_are_refused() -> None:
    circle = "Conditions: {A: !Not [!Condition B], B: !Not [!Condition A]}"

    with pytest.raises(ConfigError, match=r"condition A → condition B → condition A .* cycle"):
        value_of(f"{circle}\nValue: !If [A, 1, 2]")


FIRST = "Resources:\n  B0: {Type: AWS::S3::Bucket, Properties: {BucketName: a}}\n"
DOUBLED = {
    "!Ref B30": "".join(
        f"  B{n}: {{Type: AWS::S3::Bucket, Properties: {{BucketName: !Sub '${{B{n - 1}}}${{B{n - 1}}}'}}}}\n"
        for n in range(1, 31)
    ),
    "!If [C30, a, b]": "Conditions:\n  C0: !Equals [a, a]\n"
    + "".join(f"  C{n}: !And [!Condition C{n - 1}, !Condition C{n - 1}]\n" for n in range(1, 31)),
    "!ImportValue e30": "Outputs:\n  O0: {Value: a, Export: {Name: e0}}\n"
    + "".join(
        f"  O{n}: {{Value: !Join ['', [!ImportValue e{n - 1}, !ImportValue e{n - 1}]],"
        f" Export: {{Name: e{n}}}}}\n"
        for n in range(1, 31)
    ),
}


@pytest.mark.parametrize("written", DOUBLED)
def test_exponentially_growing_values_are_refused(
    written: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deployment, "MOST_STEPS", 1000)
    text = DOUBLED[written]
    first = FIRST if written.startswith("!Ref") else "Resources: {}\n"

    with pytest.raises(ConfigError, match="more than 1,000 steps"):
        value_of(f"{first}{text}\nValue: {written}")


def test_a_text_that_doubles_repeatedly_is_bounded() -> None:
    with pytest.raises(ConfigError, match="more than 1000000 characters"):
        value_of(f"{SECTIONS}\nValue: !Sub ['${{A}}${{A}}', {{A: {'a' * 600_000}}}]")
