"""Pins for different purposes agree, so that the tested versions are those that run."""

import re

import pytest

from harness.checkout import ROOT


def pins(name: str) -> dict[str, str]:
    text = (ROOT / "requirements" / f"{name}.txt").read_text()
    return dict(re.findall(r"^([a-z0-9._-]+)==(\S+)", text, re.MULTILINE))


@pytest.mark.parametrize("name", ["run", "lambdas"])
def test_deployed_packages_have_the_tested_versions(name: str) -> None:
    tested = pins("test")

    differing = {p: v for p, v in pins(name).items() if tested.get(p) != v}

    assert pins(name)
    assert differing == {}


def test_benchmarked_packages_have_the_deployed_versions() -> None:
    measured = pins("bench")

    assert {p: v for p, v in pins("run").items() if measured.get(p) != v} == {}
