"""Mistakes in files and options: refused in one line that names them, or tolerated."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.localfront.command.log_lines import PATIENCE
from tests.localfront.command.test_serve_files import (
    REPOSITORY,
    get,
    serving,
    serving_command,
    site,
    wait_for,
)
from tests.localfront.factories import (
    EDGE_ARN,
    a_behavior_description,
    a_distribution_config,
    an_s3_origin_description,
    listing,
)
from tests.localfront.warm_start.command import localfront

__all__ = ["site"]

FULL = Path("/dev/full")  # writing to it fails with "no space left"
on_a_full_disk = pytest.mark.skipif(not FULL.exists(), reason="there is no /dev/full")


def command(site: Path, *options: str) -> list[str]:
    return [
        *localfront("serve", "--http-port", "0"),
        *("--https-port", "0", "--config", str(site / "site.json")),
        *("--origin-override", f"pages={site / 'pages'}", *options),
    ]


def refusal(site: Path, *options: str) -> str:
    """The only line of output with which the command fails."""
    run = subprocess.run(
        command(site, *options),
        cwd=REPOSITORY,
        env={"PATH": os.environ["PATH"], "HOME": str(site)},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert run.returncode == 1
    assert run.stdout == ""
    (line,) = run.stderr.splitlines()
    return line


def behave(site: Path, **behavior: Any) -> None:
    config = a_distribution_config(
        Aliases={"Quantity": 0},
        Origins=listing(an_s3_origin_description(OriginAccessControlId="")),
        DefaultCacheBehavior=a_behavior_description(**behavior),
    )
    (site / "site.json").write_text(json.dumps({"DistributionConfig": config}))


def test_a_headers_policy_without_override_is_refused_by_name(site: Path) -> None:
    behave(site, ResponseHeadersPolicyId="rh1")
    policy = site / "policy.json"
    policy.write_text(
        '{"ResponseHeadersPolicy": {"Id": "rh1", "ResponseHeadersPolicyConfig": {"Name": "n", '
        '"SecurityHeadersConfig": {"FrameOptions": {"FrameOption": "DENY"}}}}}'
    )

    line = refusal(site, "--ca-dir", str(site / "ca"), "--config", str(policy))

    assert "policy rh1: SecurityHeadersConfig.FrameOptions.Override is missing" in line


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"Handler": None}, "Function edge:3: Configuration.Handler is missing"),
        ({"Timeout": "5"}, "Function edge:3: Configuration.Timeout '5' is not a number"),
        ({"MemorySize": {}}, "Function edge:3: Configuration.MemorySize (a structure)"),
    ],
)
def test_a_function_that_is_not_described_is_refused_by_name(
    changes: dict[str, Any], message: str, site: Path
) -> None:
    assert message in refusal(site, *with_function(site, changes))


def test_a_function_without_a_hash_is_served_from_a_directory(site: Path) -> None:
    with serving(site, *with_function(site, {}, ca=False)) as (port, _):
        assert get(port, "/") == (200, b"one")


def with_function(site: Path, changes: dict[str, Any], *, ca: bool = True) -> list[str]:
    """The options for a function in a folder; its description has no CodeSha256."""
    association = {"LambdaFunctionARN": EDGE_ARN, "EventType": "viewer-request"}
    behave(
        site,
        LambdaFunctionAssociations=listing({**association, "IncludeBody": False}),
        ViewerProtocolPolicy="allow-all",
    )
    document = json.loads((site / "site.json").read_text())
    document["DistributionConfig"]["DefaultRootObject"] = "one.html"
    (site / "site.json").write_text(json.dumps(document))
    described = {
        "FunctionArn": EDGE_ARN,
        "Version": "3",
        "Runtime": f"python3.{sys.version_info.minor}",
        "Handler": "edge.handler",
        **changes,
    }
    (site / "function.json").write_text(json.dumps({"Configuration": described}))
    (site / "code").mkdir()
    (site / "code" / "edge.py").write_text(
        "def handler(event, context):\n    return event['Records'][0]['cf']['request']\n"
    )
    authority = ["--ca-dir", str(site / "ca")] if ca else []
    files = ["--config", str(site / "function.json"), "--edge", f"edge={site / 'code'}"]
    return [*files, *authority]


@pytest.mark.parametrize("option", ["--ca-dir", "--log-dir"])
def test_an_unwritable_folder_is_an_error_that_names_the_option(option: str, site: Path) -> None:
    in_the_way = site / "file"
    in_the_way.touch()
    fine = ["--ca-dir", str(site / "ca")] if option == "--log-dir" else []

    line = refusal(site, *fine, option, str(in_the_way / "folder"))

    assert str(in_the_way) in line
    assert "Not a directory" in line
    assert option in line


@on_a_full_disk
def test_a_full_disk_is_logged_once_with_the_number_of_missing_lines(
    site: Path,
) -> None:
    logs = site / "logs"
    logs.mkdir()
    moment = datetime.now(UTC)
    name = this_distribution(site)
    links = [logs / f"{name}.{moment + timedelta(hours=hours):%Y-%m-%d-%H}.log" for hours in (0, 1)]
    for link in links:
        link.symlink_to(FULL)

    with serving(site, "--log-dir", str(logs)) as (port, log):
        assert [get(port, "/one.html")[0] for _ in range(3)] == [200] * 3
        message = wait_for(log, "can't be written")
        for link in links:
            link.unlink()
        assert get(port, "/one.html")[0] == 200
        after = wait_for(log, "is written again")

    assert str(logs) in message
    assert "No space left on device" in message
    (file,) = logs.glob("*.log")
    _, _, *lines = file.read_text().splitlines()
    missing = int(after.rpartition("requests missing: ")[2])
    # A line is written after its response: the last one may have had enough space.
    assert missing in (2, 3)
    assert missing + len(lines) == 4


def this_distribution(site: Path) -> str:
    """The distribution's id in the names of log files."""
    with serving(site, "--log-dir", str(site / "first")) as (port, _):
        get(port, "/one.html")
    (file,) = (site / "first").glob("*.log")
    return file.name.split(".")[0]


@on_a_full_disk
def test_a_request_log_that_cannot_be_written_fails_no_request(site: Path) -> None:
    quiet = [
        *("sh", "-c", 'exec "$@" 2>/dev/full', "sh"),
        *command(site, "--ca-dir", str(site / "ca")),
    ]
    environment = {"PATH": os.environ["PATH"], "HOME": str(site)}

    with serving_command(quiet, environment) as (port, _):
        assert [get(port, "/one.html") for _ in range(3)] == [(200, b"one")] * 3
