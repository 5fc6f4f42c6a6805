"""Evidence for `check` from files of the AWS CLI, besides a distribution."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from localfront.check.evidence.evidence_files import read_files
from tests.localfront.factories import a_distribution_config

CERTIFICATE = "arn:aws:acm:us-east-1:123456789012:certificate/c"


@pytest.mark.parametrize(
    ("others", "names"),
    [
        (["a.example.com", "b.example.com"], ("a.example.com", "b.example.com")),
        (None, ("a.example.com",)),
        (True, ("a.example.com",)),
        ("a.example.com", ("a.example.com",)),
    ],
)
def test_a_certificate_has_the_names_that_its_file_lists(
    others: Any, names: tuple[str, ...], tmp_path: Path
) -> None:
    site, certificate = tmp_path / "site.json", tmp_path / "certificate.json"
    viewer = {"ACMCertificateArn": CERTIFICATE, "SSLSupportMethod": "sni-only"}
    config = a_distribution_config(ViewerCertificate=viewer)
    site.write_text(json.dumps({"Distribution": {"Id": "E1", "DistributionConfig": config}}))
    described = {
        "CertificateArn": CERTIFICATE,
        "DomainName": "a.example.com",
        "SubjectAlternativeNames": others,
    }
    certificate.write_text(json.dumps({"Certificate": described}))

    _, found = read_files([site, certificate])

    assert found["certificates"] == {"E1": names}
