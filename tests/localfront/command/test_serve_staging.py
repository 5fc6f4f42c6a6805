"""A primary distribution, its staging distribution and an account's key, as AWS CLI output."""

from __future__ import annotations

import http.client
import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.localfront.command.log_lines import PATIENCE
from tests.localfront.command.test_serve_cli_json import a_distribution
from tests.localfront.command.test_serve_files import serving_command, wait_until
from tests.localfront.factories import a_behavior_description, listing
from tests.localfront.signers import KEY_ID, botocore_signer, pem, rsa_key
from tests.localfront.warm_start.command import localfront

HEADER = "aws-cf-cd-next"
FAR = datetime(2037, 1, 1, tzinfo=UTC)  # a later time is more than 31 bits, which is refused


def a_policy() -> dict[str, Any]:
    single = {"Header": HEADER, "Value": "yes"}
    config = {
        "Enabled": True,
        "StagingDistributionDnsNames": listing("e2.cloudfront.net"),
        "TrafficConfig": {"Type": "SingleHeader", "SingleHeaderConfig": single},
    }
    return {"ContinuousDeploymentPolicy": {"Id": "P1", "ContinuousDeploymentPolicyConfig": config}}


def get(port: int, target: str, **headers: str) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request("GET", target, headers={"Host": "e1.cloudfront.net", **sent})
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()


@pytest.mark.proves("MI-005", "SG-001")
def test_the_header_routes_to_staging_and_an_accounts_key_grants_access(tmp_path: Path) -> None:
    signed = a_behavior_description(
        PathPattern="/private/*",
        ViewerProtocolPolicy="allow-all",
        TrustedSigners={"Enabled": True, **listing("self")},
    )
    for name in ("index", "next", "private/film"):
        (tmp_path / "pages" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "pages" / f"{name}.html").write_text(name)
    primary = a_distribution(
        "E1", ContinuousDeploymentPolicyId="P1", CacheBehaviors=listing(signed)
    )
    staging = a_distribution("E2", DefaultRootObject="next.html", Staging=True)
    (tmp_path / "site.json").write_text(json.dumps([primary, staging, a_policy()]))
    (tmp_path / "key.pem").write_text(pem(rsa_key()))
    command = [
        *localfront("serve", "--http-port", "0", "--https-port", "0"),
        *("--config", str(tmp_path / "site.json"), "--ca-dir", str(tmp_path / "ca")),
        *("--origin-override", f"pages={tmp_path / 'pages'}"),
        *("--signer", f"self/{KEY_ID}={tmp_path / 'key.pem'}"),
    ]
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}
    url = "http://e1.cloudfront.net/private/film.html"

    with serving_command(command, environment) as (port, log):
        assert get(port, "/") == (200, b"index")
        assert get(port, "/", aws_cf_cd_next="yes") == (200, b"next")
        assert get(port, "/", aws_cf_cd_next="no") == (200, b"index")
        assert get(port, "/private/film.html")[0] == 403
        signature = (
            botocore_signer().generate_presigned_url(url, date_less_than=FAR).partition("?")[2]
        )
        assert get(port, f"/private/film.html?{signature}") == (200, b"private/film")
        log_text = wait_until(log, "GET")
    assert "Staging" not in log_text
    assert "TrustedSigners" not in log_text
    assert "--signer" not in log_text
