"""Peers from npm, pinned in requirements/node-peers: cdk-local, serverless-offline-edge-lambda.

Each runs the function that returns the request.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from bench.bare_server import SMALL
from bench.distribution import CACHED, IN_CLOUDFRONT, IN_NODE
from bench.errors import BenchError
from bench.peers import Opener, Peer
from bench.processes import running
from bench.served_site import Server, Site
from harness.checkout import ROOT
from harness.emulators import emulators
from harness.processes.ports import LOOPBACK

PACKAGES = ROOT / "requirements" / "node-peers" / "node_modules"
ON_LOOPBACK = Path(__file__).with_name("loopback.cjs")
STACK = "Bench"
MANIFEST = {  # a cloud assembly, as `cdk synth` writes it
    "version": "39.0.0",
    "artifacts": {
        STACK: {
            "type": "aws:cloudformation:stack",
            "environment": "aws://unknown-account/unknown-region",
            "properties": {"templateFile": "template.json"},
            "displayName": STACK,
        }
    },
}


def node_peers() -> dict[str, Opener]:
    """The installed peers, by name. Raises BenchError if they are missing."""
    node = shutil.which("node")
    if node is None:
        raise BenchError("--node-peers needs Node.js 20 or newer, with npm.")
    if not PACKAGES.exists():
        raise BenchError(f"cdk-local and its like are not installed in {PACKAGES.parent}.")
    return {
        "cdk-local": partial(with_cdk_local, node=node),
        "serverless-offline-edge-lambda": partial(with_serverless, node=node),
    }


@contextmanager
def with_cdk_local(site: Site, port: int, node: str) -> Iterator[Peer]:
    """cdk-local with a folder instead of a bucket, and CloudFront Functions; Lambda@Edge needs
    Docker.
    """
    folder = site.directory / "cdk-local"
    pages = folder / "pages"
    for place in (pages, pages / "js"):
        place.mkdir(parents=True)
        (place / "hit.html").write_bytes(SMALL)
    (folder / "manifest.json").write_text(json.dumps(MANIFEST))
    (folder / "template.json").write_text(json.dumps(template()))
    command: list[str | Path] = [
        node,
        PACKAGES / ".bin" / "cdkl",
        "start-cloudfront",
        f"{STACK}:Site",
    ]
    command += ["--app", str(folder), "--origin", f"origin={pages}", "--port", str(port)]
    with started(command, site, "cdk-local", folder, port) as server:
        yield Peer(
            title="cdk-local, a file, which has no cache",
            server=server,
            path="/hit.html",
            path_with_function="/js/hit.html",
            expect="HTTP/1.1 200",
        )


def template() -> dict[str, Any]:
    """A distribution with a bucket, and a function for /js/."""
    behavior = {
        "TargetOriginId": "origin",
        "ViewerProtocolPolicy": "allow-all",
        "CachePolicyId": CACHED,
    }
    origin = {
        "Id": "origin",
        "DomainName": {"Fn::GetAtt": ["Bucket", "RegionalDomainName"]},
        "S3OriginConfig": {"OriginAccessIdentity": ""},
    }
    function = {
        "Name": "bench",
        "AutoPublish": True,
        "FunctionCode": IN_CLOUDFRONT,
        "FunctionConfig": {"Comment": "", "Runtime": "cloudfront-js-2.0"},
    }
    association = {
        "EventType": "viewer-request",
        "FunctionARN": {"Fn::GetAtt": ["Function", "FunctionARN"]},
    }
    config = {
        "Enabled": True,
        "Origins": [origin],
        "DefaultCacheBehavior": behavior,
        "CacheBehaviors": [
            {**behavior, "PathPattern": "/js/*", "FunctionAssociations": [association]}
        ],
    }
    return {
        "Resources": {
            "Bucket": {"Type": "AWS::S3::Bucket"},
            "Function": {"Type": "AWS::CloudFront::Function", "Properties": function},
            "Site": {
                "Type": "AWS::CloudFront::Distribution",
                "Properties": {"DistributionConfig": config},
            },
        }
    }


@contextmanager
def with_serverless(site: Site, port: int, node: str) -> Iterator[Peer]:
    """serverless-offline-edge-lambda, which sends each request to the origin.

    Its cache stores responses but never serves them.
    """
    folder = site.directory / "serverless"
    folder.mkdir()
    (folder / "node_modules").symlink_to(PACKAGES)
    (folder / "edge.js").write_text(IN_NODE)
    # JSON is YAML.
    service = serverless_service(f"http://{LOOPBACK}:{site.origin.http_port}")
    (folder / "serverless.yml").write_text(json.dumps(service))
    command: list[str | Path] = [
        node,
        "--require",
        ON_LOOPBACK,
        PACKAGES / ".bin" / "serverless",
        "offline",
    ]
    command += ["start", f"--port={port}", "--cacheDir=cache", "--fileDir=files"]
    with started(command, site, "serverless-offline-edge-lambda", folder, port) as server:
        yield Peer(
            title="serverless-offline-edge-lambda, each request to the origin",
            server=server,
            path="/hit",
            path_with_function="/edge/hit",
            expect="HTTP/1.1 200",
        )


def serverless_service(origin: str) -> dict[str, Any]:
    at_the_edge = {
        "distribution": "Site",
        "eventType": "viewer-request",
        "pathPattern": "/edge/*",
    }
    behavior = {"TargetOriginId": "origin"}
    return {
        "service": "bench",
        "frameworkVersion": "3",
        "plugins": ["serverless-offline-edge-lambda"],
        "provider": {"name": "aws", "runtime": "nodejs18.x"},
        "custom": {
            "offlineEdgeLambda": {
                "originMap": [
                    {"pathPattern": pattern, "target": origin} for pattern in ("*", "/edge/*")
                ]
            }
        },
        "functions": {"edge": {"handler": "edge.handler", "lambdaAtEdge": at_the_edge}},
        "resources": {
            "Resources": {
                "Site": {
                    "Type": "AWS::CloudFront::Distribution",
                    "Properties": {"DistributionConfig": {"DefaultCacheBehavior": behavior}},
                }
            }
        },
    }


@contextmanager
def started(
    command: Sequence[str | Path], site: Site, name: str, folder: Path, port: int
) -> Iterator[Server]:
    """Start a peer at the port, with caches and settings in the run's folder, and without
    telemetry.
    """
    env = emulators.without_aws(os.environ) | {
        "AWS_REGION": emulators.REGION,
        "CDK_DISABLE_CLI_TELEMETRY": "true",
        "HOME": str(folder),
        "SLS_NOTIFICATIONS_MODE": "off",
        "SLS_TELEMETRY_DISABLED": "1",
        "SLS_TRACKING_DISABLED": "1",
    }
    log, cores = site.directory / "logs" / f"{name}.log", site.plan.server
    with running(command, log=log, cores=cores, env=env, cwd=folder) as process:
        process.wait_to_listen(port)
        yield Server(process=process, http_port=port, https_port=port)
