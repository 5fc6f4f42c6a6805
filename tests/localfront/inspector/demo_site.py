"""A site with something at every station, served by the command, for browsers and screenshots.

A page in a folder for a bucket, an API on this machine, a Lambda@Edge function that guards it and
one that adds a header, a custom error page, policies, and a key value store.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from tests.localfront.command.log_lines import LogLines
from tests.localfront.factories import (
    a_behavior_description,
    a_custom_origin_description,
    a_distribution_config,
    an_s3_origin_description,
    listing,
)
from tests.localfront.warm_start.command import localfront

REPOSITORY = Path(__file__).parents[3]
GUARD = "arn:aws:lambda:us-east-1:123456789012:function:guard:7"
STAMP = "arn:aws:cloudfront::123456789012:function/stamp"
STORE_ID = "11111111-2222-3333-4444-555555555555"
STORE = f"arn:aws:cloudfront::123456789012:key-value-store/{STORE_ID}"
SECURITY_HEADERS = "67f7725c-6f97-4210-82d7-5512b31e9d03"  # AWS's managed policy
CACHING_DISABLED = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
ALL_VIEWER_EXCEPT_HOST = "b689b0a8-53d0-40ab-baf2-68738e2966ac"
POLICY = "22222222-2222-3333-4444-555555555555"

GUARD_CODE = """\
def handler(event, context):
    request = event["Records"][0]["cf"]["request"]
    if request["uri"] == "/broken":
        raise KeyError("session")
    cookies = "; ".join(line["value"] for line in request["headers"].get("cookie", []))
    print("cookies:", len(cookies), "characters")
    if request["uri"].startswith("/log") and "session-id" not in cookies:
        location = [{"key": "Location", "value": "/login?reason=missing"}]
        return {"status": "302", "statusDescription": "Found", "headers": {"location": location}}
    if request["uri"].endswith("/"):
        request["uri"] += "index.html"
    request["headers"]["x-guarded"] = [{"key": "X-Guarded", "value": "yes"}]
    return request
"""
STAMP_CODE = """\
import cf from 'cloudfront';
const store = cf.kvs();
async function handler(event) {
  const response = event.response;
  response.headers['x-greeting'] = { value: await store.get('greeting') };
  console.log('stamped ' + event.request.uri);
  return response;
}
"""


@dataclass(frozen=True, slots=True)
class Demo:
    """The addresses of the site and of its inspector, with the token; `pid` is the process."""

    site: str
    inspector: str
    log: LogLines
    pid: int


class _Api(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        body = json.dumps({"entries": ["All well."]}).encode()
        self.send_response(200)
        for name, value in (("Content-Type", "application/json"), ("Content-Length", len(body))):
            self.send_header(name, str(value))
        self.send_header("Set-Cookie", "seen=1; Path=/; HttpOnly")
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        self.do_GET()

    def log_message(self, *_: Any) -> None:
        """Nothing."""


@contextmanager
def demo(folder: Path, *options: str, program: Sequence[str] = ()) -> Iterator[Demo]:
    """`program` is what runs the command; most often one whose imports are done."""
    api = ThreadingHTTPServer(("127.0.0.1", 0), _Api)
    threading.Thread(target=api.serve_forever, daemon=True).start()
    write(folder, api_port=api.server_address[1])
    configs = [f"--config={file}" for file in sorted(folder.glob("*.json"))]
    command = [
        *(program or localfront()),
        *("serve", "--http-port=0", "--https-port=0"),
        *configs,
        f"--origin-override=pages={folder / 'pages'}",
        f"--edge=guard={folder / 'guard'}",
        f"--kvs={STORE_ID}={folder / 'stores' / 'words.json'}",
        f"--ca-dir={folder / 'ca'}",
        *options,
    ]
    process = subprocess.Popen(
        command,
        cwd=REPOSITORY,
        env={"PATH": os.environ["PATH"], "HOME": str(folder)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    log = LogLines(process.stderr)
    try:
        inspector = ""
        for line in log:
            if found := re.search(r"http://localhost:\d+/#[\w-]+", line):
                inspector = found[0]
                break
        ready = process.stdout.readline()
        site = re.search(r"http://localhost:\d+", ready)
        assert site is not None, ready
        yield Demo(site[0], inspector, log, process.pid)
    finally:
        process.terminate()
        process.wait(30)
        process.stdout.close()
        log.close()
        api.shutdown()
        api.server_close()


def write(folder: Path, *, api_port: int) -> None:
    """The files that the command is given."""
    for name in ("pages", "guard", "stores", "ca"):
        (folder / name).mkdir()
    for name in ("index.html", "login", "error.html", "log"):
        (folder / "pages" / name).write_text(f"<!doctype html><title>{name}</title>")
    (folder / "pages" / "style.css").write_text("body { color: navy }")
    (folder / "guard" / "guard.py").write_text(GUARD_CODE)
    (folder / "stores" / "words.json").write_text(json.dumps({"greeting": "Ahoy"}))
    (folder / "stamp.js").write_text(STAMP_CODE)
    documents = {
        "distribution.json": _distribution(api_port),
        "guard.json": _guard(),
        "stamp.json": _stamp(),
        "policy.json": _policy(),
    }
    for name, document in documents.items():
        (folder / name).write_text(json.dumps(document))


def _distribution(api_port: int) -> dict[str, Any]:
    api = a_custom_origin_description(DomainName="localhost", OriginPath="")
    api["CustomOriginConfig"] |= {"HTTPPort": api_port, "OriginProtocolPolicy": "http-only"}
    secret = {"HeaderName": "X-Origin-Verify", "HeaderValue": "hunter2"}
    api["CustomHeaders"] = listing(secret)
    methods = listing("GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE")
    entries = a_behavior_description(
        PathPattern="/api/*",
        TargetOriginId="api",
        ViewerProtocolPolicy="allow-all",
        CachePolicyId=CACHING_DISABLED,
        OriginRequestPolicyId=ALL_VIEWER_EXCEPT_HOST,
        AllowedMethods={**methods, "CachedMethods": listing("HEAD", "GET")},
    )
    guard = {"EventType": "viewer-request", "LambdaFunctionARN": GUARD, "IncludeBody": False}
    stamp = {"EventType": "viewer-response", "FunctionARN": STAMP}
    pages = a_behavior_description(
        ViewerProtocolPolicy="allow-all",
        CachePolicyId=POLICY,
        ResponseHeadersPolicyId=SECURITY_HEADERS,
        LambdaFunctionAssociations=listing(guard),
    )
    login = a_behavior_description(
        PathPattern="/login*",
        ViewerProtocolPolicy="allow-all",
        CachePolicyId=POLICY,
        FunctionAssociations=listing(stamp),
    )
    page = {"ErrorCode": 403, "ResponsePagePath": "/error.html", "ResponseCode": "404"}
    return {
        "DistributionConfig": a_distribution_config(
            Aliases={"Quantity": 0},
            Origins=listing(an_s3_origin_description(OriginAccessControlId=""), api),
            DefaultCacheBehavior=pages,
            CacheBehaviors=listing(entries, login),
            CustomErrorResponses=listing({**page, "ErrorCachingMinTTL": 5}),
        )
    }


def _guard() -> dict[str, Any]:
    return {
        "Configuration": {
            "FunctionName": "guard",
            "FunctionArn": GUARD,
            "Version": "7",
            "Runtime": "python3.13",
            "Handler": "guard.handler",
            "MemorySize": 128,
            "Timeout": 5,
            "CodeSha256": "",
            "Role": "arn:aws:iam::123456789012:role/guard",
        }
    }


def _stamp() -> dict[str, Any]:
    stores = listing({"KeyValueStoreARN": STORE})
    config = {"Comment": "", "Runtime": "cloudfront-js-2.0", "KeyValueStoreAssociations": stores}
    meta = {"FunctionARN": STAMP, "Stage": "LIVE"}
    summary = {"Name": "stamp", "FunctionConfig": config, "FunctionMetadata": meta}
    return {"ETag": "E1", "FunctionSummary": summary}


def _policy() -> dict[str, Any]:
    listed = {"QueryStringBehavior": "whitelist", "QueryStrings": listing("page")}
    config = {
        "Name": "pages",
        "MinTTL": 0,
        "DefaultTTL": 300,
        "MaxTTL": 3600,
        "ParametersInCacheKeyAndForwardedToOrigin": {
            "EnableAcceptEncodingGzip": True,
            "EnableAcceptEncodingBrotli": True,
            "HeadersConfig": {"HeaderBehavior": "none"},
            "CookiesConfig": {
                "CookieBehavior": "whitelist",
                "Cookies": listing("theme"),
            },
            "QueryStringsConfig": listed,
        },
    }
    return {"CachePolicy": {"Id": POLICY, "CachePolicyConfig": config}}
