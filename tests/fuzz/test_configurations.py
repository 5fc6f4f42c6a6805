"""Configurations through the readers of `serve` and `check`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from fuzz.budget import Budget
from fuzz.configurations import Configurations
from fuzz.documents import seeds, whole
from fuzz.findings import Findings
from fuzz.in_process_service import InProcessService
from localfront.errors import ConfigError

REFUSED_AS_THEY_ARE = {"Terraform, mistakes-plan", "Terraform, unresolved-plan"}


@pytest.mark.parametrize("kind", [kind for kind in seeds() if kind not in REFUSED_AS_THEY_ARE])
def test_a_broken_configuration_is_served_and_checked_if_it_still_parses(
    kind: str, tmp_path: Path
) -> None:
    """Otherwise the fuzzer would exercise only the error messages of the parser."""
    name, content = next(iter(whole(kind).items()))
    with InProcessService() as service:
        part = Configurations(service, tmp_path)

        assert part.replay(json.dumps({name: content.decode()}).encode()) is None

    assert part.outcomes == {"served": 1, "checked": 1}


def test_the_same_seed_tries_the_same_inputs(tmp_path: Path) -> None:
    counts = []
    for _ in range(2):
        findings = Findings(tmp_path)
        with InProcessService() as service:
            Configurations(service, tmp_path).run(Budget(inputs=15), findings, seed=7)
        counts.append((findings.inputs, findings.noted))

    assert counts[0] == counts[1]


def test_an_error_that_quotes_a_whole_file_is_a_finding(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def read(*_: object) -> None:
        raise ConfigError("x" * 5000)

    name, content = next(iter(whole("AWS CLI").items()))
    with InProcessService() as service:
        monkeypatch.setattr(service, "service", read)
        problem = Configurations(service, tmp_path).replay(
            json.dumps({name: content.decode()}).encode()
        )

    assert problem is not None
    assert problem.signature == "a refusal that quotes all"
