"""Output of the AWS CLI, seldom complete, served over a socket."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.localfront.command.log_lines import LogLines
from tests.localfront.command.test_serve_code_origins import send
from tests.localfront.command.test_serve_files import (
    get,
    serving_command,
    wait_for,
    wait_until,
)
from tests.localfront.factories import (
    a_behavior_description,
    a_distribution_config,
    an_s3_origin_description,
    listing,
)
from tests.localfront.warm_start.command import localfront

POLICY = "11111111-2222-3333-4444-555555555555"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "index.html").write_text("home")
    return tmp_path


def a_distribution(name: str, **changes: Any) -> dict[str, Any]:
    """As get-distribution prints it, with a policy and an access control of its own."""
    behavior = a_behavior_description(
        ViewerProtocolPolicy="allow-all",
        CachePolicyId=POLICY,
        ResponseHeadersPolicyId=POLICY,
    )
    config = a_distribution_config(
        Aliases={"Quantity": 0},
        CallerReference="by hand",
        DefaultRootObject="index.html",
        Origins=listing(an_s3_origin_description(OriginAccessControlId="E0AC")),
        DefaultCacheBehavior=behavior,
    )
    return {
        "ETag": "E3TAG",
        "Distribution": {
            "Id": name,
            "ARN": f"arn:aws:cloudfront::123456789012:distribution/{name}",
            "Status": "Deployed",
            "DomainName": f"{name.lower()}.cloudfront.net",
            "DistributionConfig": {**config, **changes},
        },
    }


def a_list(*distributions: dict[str, Any]) -> dict[str, Any]:
    """As list-distributions prints it: summaries, which have no default root object."""
    summaries = []
    for raw in distributions:
        whole = raw["Distribution"]
        config = dict(whole["DistributionConfig"])
        for name in ("CallerReference", "DefaultRootObject"):
            config.pop(name)
        top = {k: v for k, v in whole.items() if k != "DistributionConfig"}
        summaries.append({**top, **config, "LastModifiedTime": "2026-01-01T00:00:00Z"})
    return {"DistributionList": {"Quantity": len(summaries), "Items": summaries}}


@contextmanager
def serving(folder: Path, *texts: str) -> Iterator[tuple[int, LogLines]]:
    options = []
    for number, text in enumerate(texts):
        (folder / f"{number}.json").write_text(text)
        options += ["--config", str(folder / f"{number}.json")]
    command = [
        *localfront("serve", "--http-port", "0"),
        *("--https-port", "0", "--ca-dir", str(folder / "ca"), *options),
        *("--origin-override", f"pages={folder / 'pages'}"),
    ]
    environment = {"PATH": os.environ["PATH"], "HOME": "/nonexistent"}
    with serving_command(command, environment) as served:
        yield served


def test_missing_resources_are_reported_with_the_command_that_describes_them(
    folder: Path,
) -> None:
    with serving(folder, json.dumps(a_distribution("E1"))) as (port, log):
        log_text = wait_until(log, "certificate authority")
        assert get(port, "/") == (200, b"home")

    assert f"`aws cloudfront get-cache-policy --id {POLICY} > FILE`" in log_text
    assert f"`aws cloudfront get-response-headers-policy --id {POLICY} > FILE`" in log_text
    assert "`aws cloudfront get-origin-access-control --id E0AC > FILE`" in log_text
    assert " API " not in log_text


def test_list_distributions_is_served_without_its_default_root_object(
    folder: Path,
) -> None:
    both = a_list(a_distribution("E1"), a_distribution("E2"))

    with serving(folder, json.dumps(both)) as (port, log):
        log_text = wait_for(log, "DefaultRootObject")
        assert "`aws cloudfront get-distribution --id E1`" in log_text
        assert get(port, "/index.html", "e1.cloudfront.net") == (200, b"home")
        assert get(port, "/index.html", "e2.cloudfront.net") == (200, b"home")
        assert get(port, "/", "e2.cloudfront.net")[0] == 403


@pytest.mark.parametrize("form", ["one after the other", "a list"])
def test_one_file_may_hold_several_outputs_of_get_distribution(form: str, folder: Path) -> None:
    outputs = [a_distribution("E1"), a_distribution("E2")]
    text = "\n".join(map(json.dumps, outputs))

    with serving(folder, text if form != "a list" else json.dumps(outputs)) as (
        port,
        _,
    ):
        for name in ("e1", "e2"):
            assert get(port, "/", f"{name}.cloudfront.net") == (200, b"home")


def test_a_distribution_is_served_once_however_often_it_is_given(folder: Path) -> None:
    one = a_distribution("E1")

    with serving(folder, json.dumps(one), json.dumps(a_list(one))) as (port, log):
        assert "DefaultRootObject" not in wait_until(log, "certificate authority")
        assert get(port, "/") == (200, b"home")


@pytest.mark.proves("PL-001")
def test_a_web_acl_and_the_sets_that_its_rules_reference_are_read(folder: Path) -> None:
    arn = "arn:aws:wafv2:us-east-1:123456789012:global"
    names = {"PositionalConstraint": "CONTAINS", "FieldToMatch": {"UriPath": {}}}
    plain = [{"Priority": 0, "Type": "NONE"}]
    search = {"SearchString": "YWRtaW4=", "TextTransformations": plain, **names}  # admin
    statements = {
        "admin": {"ByteMatchStatement": search},
        "address": {"IPSetReferenceStatement": {"ARN": f"{arn}/ipset/bad/1"}},
    }
    rules = [
        {"Name": name, "Priority": place, "Statement": statement, "Action": {"Block": {}}}
        for place, (name, statement) in enumerate(statements.items())
    ]
    web_acl = {"ARN": f"{arn}/webacl/mine/1", "Name": "mine", "Id": "1", "Rules": rules}
    document = {"WebACL": {**web_acl, "DefaultAction": {"Allow": {}}}, "LockToken": "t"}
    addresses = {"IPSet": {"ARN": f"{arn}/ipset/bad/1", "Addresses": ["198.51.100.0/24"]}}
    site = a_distribution("E1", WebACLId=f"{arn}/webacl/mine/1")

    with serving(folder, *map(json.dumps, (site, document, addresses))) as (port, log):
        assert get(port, "/")[0] == 200
        assert get(port, "/admin")[0] == 403
        assert send(port, "GET", "/", X_Localfront_Viewer="address=198.51.100.7")[0] == 403
        assert "WebACLId" not in wait_until(log, "/admin")

    with serving(folder, json.dumps(site)) as (port, log):
        assert "get-web-acl --scope CLOUDFRONT" in wait_for(log, "WebACLId")


def test_a_web_acl_with_invalid_base64_is_refused(folder: Path) -> None:
    rule = {"Statement": {"ByteMatchStatement": {"SearchString": "/admin"}}}
    document = {"WebACL": {"ARN": "arn:aws:wafv2:x", "Rules": [rule]}}

    with (
        pytest.raises(AssertionError, match="SearchString is not base64"),
        serving(folder, json.dumps(a_distribution("E1")), json.dumps(document)),
    ):
        pass
