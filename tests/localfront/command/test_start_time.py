"""The imports of a start: each library takes tenths of a second."""

import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

HEAVY = (
    "aiohttp", "asyncio", "boto3", "botocore", "cryptography", "h2", "quickjs", "s3transfer", "ssl",
    "tree_sitter", "urllib3", "yaml",
)  # fmt: skip
BEHAVIOR = {
    "target_origin_id": "site",
    "viewer_protocol_policy": "allow-all",
    "allowed_methods": ["GET", "HEAD"],
    "cached_methods": ["GET", "HEAD"],
    "cache_policy_id": "658327ea-f89d-4fab-a63d-7e88639e58f6",
}
CONNECTION = {
    "http_port": 8000,
    "https_port": 443,
    "origin_protocol_policy": "http-only",
    "origin_ssl_protocols": ["TLSv1.2"],
}
SITE = {
    "enabled": True,
    "origin": [
        {"origin_id": "site", "domain_name": "localhost", "custom_origin_config": [CONNECTION]}
    ],
    "default_cache_behavior": [BEHAVIOR],
    "restrictions": [{"geo_restriction": [{"restriction_type": "none"}]}],
    "viewer_certificate": [{"cloudfront_default_certificate": True}],
}
RESOURCE = {
    "address": "aws_cloudfront_distribution.site",
    "mode": "managed",
    "type": "aws_cloudfront_distribution",
    "name": "site",
    "values": SITE,
}
PLAN = {"format_version": "1.2", "planned_values": {"root_module": {"resources": [RESOURCE]}}}
PATIENCE = 120  # seconds
LOADED = """
import json, sys
from localfront.__main__ import main
try:
    main(sys.argv[1:])
except SystemExit:
    pass
loaded = [name for name in %r if name in sys.modules]
if "aiohttp" in loaded:
    made = sys.modules["aiohttp.connector"]
    if made._SSL_CONTEXT_VERIFIED.get_ca_certs() or made._SSL_CONTEXT_UNVERIFIED.get_ca_certs():
        loaded.append("the system's authorities")
sys.stdout.write("\\n" + json.dumps(loaded))
""" % (HEAVY,)  # noqa: UP031 -- braces are the program's


def loaded_by(*arguments: str, env: dict[str, str] | None = None) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", LOADED, *arguments],
        env=env,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=True,
    )
    found: list[str] = json.loads(done.stdout.splitlines()[-1])
    return found


@pytest.mark.parametrize(
    "arguments",
    [["--help"], ["--version"], ["serve", "--help"], ["serve", "--http-port", "x"]],
    ids=" ".join,
)
def test_help_and_a_mistyped_option_import_no_library(arguments: list[str]) -> None:
    assert loaded_by(*arguments) == []


def test_the_inspectors_api_is_imported_after_the_start() -> None:
    program = (
        "import sys, localfront.command.serving\n"
        "print([n for n in sys.modules if n.startswith('localfront.inspector.') and 'api' in n])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=True,
    )

    assert done.stdout == "[]\n"


@pytest.fixture
def plan(tmp_path: Path) -> str:
    """A site without functions, behind an origin of its own."""
    file = tmp_path / "plan.json"
    file.write_text(json.dumps(PLAN))
    return str(file)


def alone(home: Path) -> dict[str, str]:
    """An environment without an AWS account."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return {**kept, "HOME": str(home), "PYTHONUNBUFFERED": "1"}


def test_a_plan_is_checked_without_a_server_and_without_an_account(
    tmp_path: Path, plan: str
) -> None:
    assert set(loaded_by("check", plan, env=alone(tmp_path))) <= {"ssl"}


def test_a_plan_is_served_without_what_needs_an_account(tmp_path: Path, plan: str) -> None:
    options = ["--http-port", "0", "--https-port", "0", "--ca-dir", str(tmp_path)]
    process = subprocess.Popen(
        [sys.executable, "-c", LOADED, "serve", plan, *options],
        env=alone(tmp_path),
        stdout=subprocess.PIPE,
        text=True,
    )
    late = threading.Timer(PATIENCE, process.kill)
    late.start()
    assert process.stdout is not None
    for line in process.stdout:
        if "localfront ready" in line:
            process.send_signal(signal.SIGINT)
            break
    output = process.stdout.read()
    process.stdout.close()
    process.wait(timeout=PATIENCE)
    late.cancel()

    assert set(json.loads(output.splitlines()[-1])) <= {"aiohttp", "asyncio", "cryptography", "ssl"}
