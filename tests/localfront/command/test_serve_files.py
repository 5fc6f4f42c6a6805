"""A distribution from a file: no emulator, no account, and edits are live."""

from __future__ import annotations

import http.client
import json
import os
import socket
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from harness.processes.ports import reserved_port
from localfront.trust.files import load_or_make
from tests.localfront.command.log_lines import PATIENCE, LogLines
from tests.localfront.factories import (
    a_behavior_description,
    a_distribution_config,
    an_s3_origin_description,
    listing,
)
from tests.localfront.warm_start.command import localfront
from tests.trusting import trusting_only

REPOSITORY = Path(__file__).parents[3]


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A folder with two pages, and the configuration that serves the first of them at `/`."""
    (tmp_path / "pages").mkdir()
    for name in ("one", "two"):
        (tmp_path / "pages" / f"{name}.html").write_text(name)
    write(tmp_path, DefaultRootObject="one.html")
    return tmp_path


def write(site: Path, **changes: Any) -> None:
    changes = {"Aliases": {"Quantity": 0}, **changes}
    config = a_distribution_config(
        Origins=listing(an_s3_origin_description(OriginAccessControlId="")),
        DefaultCacheBehavior=a_behavior_description(ViewerProtocolPolicy="allow-all"),
        **changes,
    )
    (site / "site.json").write_text(json.dumps({"DistributionConfig": config}))


@contextmanager
def serving(site: Path, *options: str) -> Iterator[tuple[int, LogLines]]:
    """Run the command; yields its HTTP port and its growing log."""
    command = [
        *localfront("serve", "--http-port", "0"),
        *("--https-port", "0", "--config", str(site / "site.json")),
        *("--origin-override", f"pages={site / 'pages'}", "--ca-dir", str(site / "ca")),
        *options,
    ]
    environment = {"PATH": os.environ["PATH"], "HOME": str(site)}
    with serving_command(command, environment) as served:
        yield served


@contextmanager
def serving_command(
    command: list[str], environment: dict[str, str]
) -> Iterator[tuple[int, LogLines]]:
    """Run any serving command; yields its HTTP port and its growing log."""
    process = subprocess.Popen(
        command,
        cwd=REPOSITORY,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    log = LogLines(process.stderr)
    try:
        ready = process.stdout.readline()
        assert ready.startswith("localfront ready"), "".join(log)
        yield urlsplit(ready.split()[3]).port or 0, log
    finally:
        process.terminate()
        try:
            process.wait(PATIENCE)
        finally:
            process.kill()
            process.wait(240)
            process.stdout.close()
            log.close()


def get(port: int, target: str, host: str = "localhost") -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("localhost", port, timeout=PATIENCE)
    try:
        connection.request("GET", target, headers={"Host": host})
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()


def wait_for(log: LogLines, text: str) -> str:
    """The next log line that contains the text."""
    for line in log:
        if text in line:
            return line
    raise AssertionError(f"the log ended before {text!r}")


def wait_until(log: LogLines, text: str) -> str:
    """The log up to the next line that contains the text."""
    read = ""
    for line in log:
        read += line
        if text in line:
            return read
    raise AssertionError(f"the log ended before {text!r}")


@pytest.mark.proves("S3-003")
def test_a_folder_is_served_and_the_file_followed(site: Path) -> None:
    with serving(site) as (port, log):
        assert get(port, "/") == (200, b"one")
        assert get(port, "/none.html")[0] == 403

        write(site, DefaultRootObject="two.html")
        wait_for(log, "configuration changed")
        assert get(port, "/") == (200, b"two")


def test_an_invalid_file_leaves_the_last_good_one_served_and_is_reported(
    site: Path,
) -> None:
    with serving(site) as (port, log):
        write(site, DefaultRootObject="/two.html")
        log_text = wait_for(log, "still serving the last good configuration")
        assert "DefaultRootObject" in log_text
        assert "site.json" in log_text
        assert get(port, "/") == (200, b"one")

        write(site, DefaultRootObject="two.html")
        wait_for(log, "configuration changed")
        assert get(port, "/") == (200, b"two")


def test_an_alias_without_a_trusted_certificate_is_reported_at_the_start(site: Path) -> None:
    write(
        site,
        Aliases=listing("www.example.com", "logs.localhost"),
        ViewerCertificate={"ACMCertificateArn": "arn:aws:acm:us-east-1:1:certificate/1"},
    )

    with serving(site) as (_, log):
        log_text = wait_for(log, "no browser will trust")

    assert "certificates for www.example.com: " in log_text
    assert f"`localfront trust --name www.example.com --ca-dir {site / 'ca'}`" in log_text


@pytest.mark.parametrize("name", [b"\xff.localhost", b"xn--\xc3\xa9.localhost"])
def test_a_server_name_that_is_not_ascii_only_fails_its_own_handshake(
    name: bytes, site: Path
) -> None:
    with (
        reserved_port() as port,
        serving(site, "--https-port", str(port)) as (http_port, log),
    ):
        with socket.create_connection(("127.0.0.1", port), PATIENCE) as viewer:
            viewer.sendall(client_hello("x" * len(name)).replace(b"x" * len(name), name))
            response = viewer.recv(1)
        get(http_port, "/")
        log_text = wait_until(log, "GET")

    assert response in (b"", b"\x15")  # an alert
    assert "Traceback" not in log_text


def client_hello(name: str) -> bytes:
    response, question = ssl.MemoryBIO(), ssl.MemoryBIO()
    with suppress(ssl.SSLWantReadError):
        trusting_only().wrap_bio(response, question, server_hostname=name).do_handshake()
    return question.read()


def test_a_damaged_certificate_authority_is_a_one_line_error(site: Path) -> None:
    load_or_make(site / "ca")
    key = site / "ca" / "ca-key.pem"
    key.write_bytes(key.read_bytes()[:100])

    run = subprocess.run(
        [
            *localfront("serve", "--http-port", "0"),
            *("--https-port", "0", "--config", str(site / "site.json")),
            *("--ca-dir", str(site / "ca")),
        ],
        cwd=REPOSITORY,
        env={"PATH": os.environ["PATH"], "HOME": str(site)},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )

    assert run.returncode == 1
    (line,) = run.stderr.splitlines()
    assert f"{key} is damaged" in line


def test_a_web_acl_is_reported_once_and_the_site_served(site: Path) -> None:
    write(site, DefaultRootObject="one.html", WebACLId="arn:aws:wafv2:x")

    with serving(site) as (port, log):
        assert get(port, "/") == (200, b"one")
        log_text = wait_for(log, "WebACLId")
        assert "names an AWS WAF web ACL" in log_text
        assert "Here none of its rules are applied" in log_text

        write(site, DefaultRootObject="two.html", WebACLId="arn:aws:wafv2:x")
        assert "WebACLId" not in wait_until(log, "configuration changed")


def test_strict_refuses_what_is_otherwise_only_reported(site: Path) -> None:
    write(
        site,
        WebACLId="arn:aws:wafv2:x",
        DefaultCacheBehaviour={"Compress": True},
    )

    with (
        pytest.raises(AssertionError, match="2 problems must be fixed") as refused,
        serving(site, "--strict"),
    ):
        pass
    assert "WebACLId" in str(refused.value)
    assert "DefaultCacheBehaviour" in str(refused.value)
    assert "Leave out --strict" in str(refused.value)


def test_options_that_refer_to_nothing_are_reported(site: Path) -> None:
    arn = "arn:aws:cloudfront::123456789012:function/blog-guard"
    association = {"EventType": "viewer-request", "FunctionARN": arn}
    config = json.loads((site / "site.json").read_text())
    behavior = config["DistributionConfig"]["DefaultCacheBehavior"]
    behavior["FunctionAssociations"] = listing(association)
    (site / "site.json").write_text(json.dumps(config))
    described = {
        "Name": "blog-guard",
        "FunctionConfig": {"Runtime": "cloudfront-js-2.0"},
        "FunctionMetadata": {"FunctionARN": arn},
    }
    (site / "function.json").write_text(json.dumps({"FunctionSummary": described}))
    code = site / "blog-guard.js"
    code.write_text("function handler(event) { return event.request; }")
    options = ["--config", str(site / "function.json"), "--edge", f"blog-gaurd={code}"]
    options += ["--origin-override", f"page={site / 'pages'}"]
    options += ["--origin-override", "chosen.example.com=http://localhost:1"]

    with serving(site, *options) as (_, log):
        log_text = wait_until(log, "certificate authority")

    assert "--edge blog-gaurd: no served behavior" in log_text
    assert "Did you mean 'blog-guard'?" in log_text
    assert "--origin-override page: no distribution has such an origin" in log_text
    assert "Did you mean 'pages'?" in log_text
    assert "chosen.example.com" not in log_text  # a function may choose it
