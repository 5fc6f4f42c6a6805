"""A small application for rehearsals of promotion: a page with an asset, and the site.

    python -m tests.integration.promotion.rehearsal TREE RELEASES ENVIRONMENT

promotes in a process of its own, which a test can kill. The whole application would take minutes
for each step; what is rehearsed here is the way, and `./nox -s promote` goes the same.
"""

import json
import os
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import MappingProxyType
from typing import Any

from harness.checkout import ROOT
from harness.commands import command_line
from harness.processes import signals
from harness.progress import Progress
from harness.promotion import live_checks, release
from harness.promotion.account import Account, open_account
from harness.promotion.deployment import folder_for
from harness.promotion.live_checks import Site
from harness.promotion.live_flows import Browser
from harness.promotion.promote import Promotion
from harness.promotion.release import Release, ReleaseManifest
from harness.promotion.target import Target
from harness.terraform.domain import DOMAIN
from tests.harness.promotion.distributions import a_disabled_distribution

NUMBER = "000000000000"
ENVIRONMENT = "rehearsal"
SOON = 240  # seconds: Terraform starts slowly on a busy machine
# Without a provider, which would take seconds to start for each step. State and lock are in S3.
CONFIGURATION = """
variable "name" { type = string }
variable "domain" { type = string }
variable "site_host" { type = string }
variable "zone" { type = string }
variable "environment" { type = string }
variable "allowed_account_ids" { type = set(string) }
variable "wait_for_deployment" { type = bool }
variable "deletion_protection" {
  type    = bool
  default = true
}

resource "terraform_data" "assets" {
  triggers_replace = sort(fileset("../build/frontend/assets", "*"))

  provisioner "local-exec" {
    command = "rm -rf 'SITE/assets' && cp -r ../build/frontend/assets 'SITE/assets'"
  }
}

resource "terraform_data" "pages" {
  triggers_replace = filesha1("../build/frontend/login.html")

  provisioner "local-exec" {
    command = "ROLL_OUT && cp ../build/frontend/login.html 'SITE/login.html'"
  }

  depends_on = [terraform_data.assets]
}

output "distribution_id" { value = "DISTRIBUTION" }
OUTPUTS
"""
# The line that a run prints as each step begins.
STEPS = (
    *("plan of", "localfront check", "uploading the release", "apply ("),
    *("invalidating the pages", "live: the login page", "browser tests"),
)
STACKS = ("sessions_table", "logs_table", "secret_prefix")
WAITS = "until [ -e 'SITE/go' ]; do sleep 0.1; done"
FLOW = """
import json, os, pathlib, time
import boto3, pytest

@pytest.mark.live
def test_flow():
    given = json.loads(pathlib.Path(os.environ["E2E_STACK"]).read_text())
    BODY
"""
WORKS = '<script src="/assets/app.{name}.js"></script>'


def target(environment: str) -> Target:
    return Target(
        environment=environment,
        site=f"{environment}.{DOMAIN}",
        zone=DOMAIN,
        account=NUMBER,
        stack=f"{environment}-site",
        prerequisites="rehearsals",
    )


def with_buckets(account: Account, where: Target) -> Account:
    """Create the buckets that terraform/prerequisites would create."""
    for bucket in (where.state_bucket, where.releases_bucket):
        account.s3.create_bucket(Bucket=bucket)
        account.s3.put_bucket_versioning(
            Bucket=bucket, VersioningConfiguration={"Status": "Enabled"}
        )
    return account


def distribution(account: Account) -> str:
    """The id of a distribution; an enabled one would answer to `localhost` beside the stack's."""
    created = account.client("cloudfront").create_distribution(
        DistributionConfig=a_disabled_distribution("rehearsals")
    )
    return str(created["Distribution"]["Id"])


def make(
    releases: Path,
    name: str,
    *,
    distribution: str,
    site: Path,
    outputs: Mapping[str, str] = MappingProxyType({}),
    page: str = WORKS,
    roll_out: str = "true",
    flow: str = "",
    configuration: str = CONFIGURATION,
) -> Release:
    """A release whose tree and assets are named after `name`, twelve hex digits.

    `site` is where it goes, `outputs` are more of the stack that there is, `roll_out` is a shell
    command that the pages wait for, `flow` the body of a live flow in Python.
    """
    folder = releases / name.ljust(40, "0")
    built = folder / "build" / "frontend"
    (built / "assets").mkdir(parents=True)
    (folder / "terraform").mkdir()
    blocks = [f"output {json.dumps(n)} {{ value = {json.dumps(v)} }}" for n, v in outputs.items()]
    text = configuration.replace("OUTPUTS", "\n".join(blocks)).replace("ROLL_OUT", roll_out)
    text = text.replace("DISTRIBUTION", distribution)
    text = text.replace("SITE", str(site))
    (folder / "terraform" / "main.tf").write_text(text)
    (built / "assets" / f"app.{name}.js").write_text(f"// {name}\n")
    (built / "login.html").write_text(page.format(name=name))
    if flow:
        (folder / release.FLOWS).mkdir()
        (folder / release.FLOWS / "test_flow.py").write_text(FLOW.replace("BODY", flow))
    manifest = ReleaseManifest(
        commit=name, tree=folder.name, tools={}, files=release.hashes(folder)
    )
    (folder / release.MANIFEST).write_text(manifest.to_json())
    return release.read(folder)


def promotion(
    environment: str,
    root: Path,
    *,
    environ: Mapping[str, str],
    answered_by: Site | None = None,
    **more: Any,
) -> Promotion:
    where = target(environment)
    return Promotion(
        account=open_account(NUMBER, environ),
        target=where,
        folder=folder_for(where, root),
        environ=environ,
        progress=Progress(),
        confirm=lambda _question: True,
        check_plan=lambda _deployment: 0,
        answered_by=answered_by,
        browser=Browser(program=Path(sys.executable)),  # the flows here need none
        patience=0,
        **more,
    )


def promote(run: Promotion, made: Release) -> None:
    with run.alone() as promotions:
        run.promote(made, promotions)


@contextmanager
def rehearsed_site(folder: Path) -> Iterator[Site]:
    """Serve the site in `folder` as CloudFront and the edge function would."""

    class Rehearsed(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path == "/":
                self.respond(302, b"", Location="/login/")
            elif self.path == "/api/session":
                self.respond(401, b'{"error": {"code": "not_signed_in"}}')
            else:
                self.found("login.html" if self.path == "/login/" else self.path[1:])

        def found(self, key: str) -> None:
            if not (folder / key).is_file():
                self.respond(403, b"")
                return
            safe = dict.fromkeys(live_checks.expected_headers("http://localhost"), "x")
            self.respond(200, (folder / key).read_bytes(), **safe)

        def respond(self, status: int, body: bytes, **headers: str) -> None:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Rehearsed) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield Site(url=f"http://127.0.0.1:{server.server_port}", trust=ssl.create_default_context())
        server.shutdown()


def assets(folder: Path) -> set[str]:
    """The names of the releases whose assets exist."""
    return {path.name.split(".")[1] for path in (folder / "assets").glob("*")}


def in_a_process(
    made: Release, root: Path, environ: Mapping[str, str], *, environment: str = ENVIRONMENT
) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "tests.integration.promotion.rehearsal"]
    return subprocess.Popen(
        [*command, made.manifest.tree, root, environment],
        cwd=ROOT,
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def wait_until(happened: Callable[[], bool], *, by: "subprocess.Popen[str] | None" = None) -> None:
    """Wait for at most SOON, and not after the process `by`, which should cause it, has ended."""
    deadline = time.monotonic() + SOON
    while not happened():
        assert time.monotonic() < deadline
        ended = by is not None and by.poll() is not None
        if by is not None and ended and not happened():
            output, _ = by.communicate(timeout=SOON)
            raise AssertionError(f"it ended with {by.returncode} before: {output}")
        time.sleep(0.2)


if __name__ == "__main__":
    tree, releases, where = sys.argv[1:]
    root = Path(releases)
    url = os.environ.get("SITE")
    answered_by = Site(url=url, trust=ssl.create_default_context()) if url else None

    def run() -> int:
        of = promotion(where, root, environ=os.environ, answered_by=answered_by)
        promote(of, release.read(root / tree))
        return 0

    with signals.raised_as_interrupt():
        sys.exit(command_line.run(run))
