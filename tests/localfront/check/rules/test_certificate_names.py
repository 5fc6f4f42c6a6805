from __future__ import annotations

from dataclasses import replace

import pytest

from localfront.check.rules.all_rules import check
from localfront.check.rules.certificate_names import covers_name
from tests.localfront.check.checking import (
    described,
    evidence,
    finding,
    findings,
    report,
    unchecked,
)
from tests.localfront.factories import DISTRIBUTION_ID, HOST, listing


@pytest.mark.proves("HO-008")
def test_an_alias_that_the_certificate_does_not_cover_is_found() -> None:
    facts = evidence(certificates={DISTRIBUTION_ID: ("www.example.com",)})

    found = finding("HO-008", facts)

    assert HOST in found.message
    assert "www.example.com" in found.message
    assert findings("HO-008") == ()


@pytest.mark.proves("HO-008")
@pytest.mark.parametrize(
    ("name", "alias", "covered"),
    [
        ("*.example.com", "logs.example.com", True),
        ("*.Example.com", "logs.example.com", True),
        ("*.example.com", "*.example.com", True),
        ("*.example.com", "a.logs.example.com", False),
        ("*.example.com", "example.com", False),
        ("example.com", "logs.example.com", False),
    ],
)
def test_a_wildcard_certificate_covers_one_level(name: str, alias: str, covered: bool) -> None:
    assert covers_name(name, alias) is covered


@pytest.mark.proves("HO-008")
def test_aliases_with_the_default_certificate_are_found() -> None:
    own = {"CloudFrontDefaultCertificate": True}

    assert "cloudfront.net" in finding("HO-008", ViewerCertificate=own).message


def test_an_unknown_certificate_causes_no_finding() -> None:
    facts = evidence(certificates={})

    assert report(facts).findings == ()
    assert "whether a certificate covers its aliases" in unchecked(facts)
    assert "certificate" not in unchecked(facts, Aliases=listing())


@pytest.mark.proves("HO-007")
def test_an_alias_on_two_distributions_is_found() -> None:
    one = described()
    (raw,) = one.distributions
    facts = evidence(certificates={DISTRIBUTION_ID: (HOST,), "E2": (HOST,)})
    two = replace(one, distributions=(raw, {**raw, "Id": "E2"}))

    found = [f for f in check(two, facts).findings if f.rule == "HO-007"]

    assert [f.resource for f in found] == ["Distribution E2, aliases"]
