"""A loopback stub of AWS's APIs for the provider, so that no request leaves this machine.

STS returns the caller's identity; CloudFront lists AWS's managed policies by name and id; S3 has an
owner but no buckets. Every other request gets 501, with a notice. The stub is also the run's proxy:
HTTP and HTTPS requests to other hosts end here.

Sources: STS API Reference, GetCallerIdentity; S3 API Reference, ListBuckets; CloudFront API Reference, ListCachePolicies,
GetCachePolicy and their like.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

from localfront.sources import placeholder_ids
from localfront.sources.terraform_folder.managed_names import MANAGED_NAMES

CLOUDFRONT = "http://cloudfront.amazonaws.com/doc/2020-05-31/"
KINDS = {
    "cache-policy": "CachePolicy",
    "origin-request-policy": "OriginRequestPolicy",
    "response-headers-policy": "ResponseHeadersPolicy",
}
PATH = re.compile(r"/2020-05-31/(?P<kind>[a-z-]+)(?:/(?P<id>[0-9a-f-]+))?")
CALLER = (
    '<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">'
    "<GetCallerIdentityResult><Arn>arn:aws:iam::{0}:root</Arn><UserId>{0}</UserId>"
    "<Account>{0}</Account></GetCallerIdentityResult></GetCallerIdentityResponse>"
)
CANONICAL_USER = "0" * 64  # hexadecimal
BUCKETS = (
    '<ListAllMyBucketsResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Owner><ID>{}</ID>'
    "</Owner><Buckets></Buckets></ListAllMyBucketsResult>"
)
NO_KEYS = {
    "CachePolicy": (
        "<MinTTL>0</MinTTL><ParametersInCacheKeyAndForwardedToOrigin>"
        "<EnableAcceptEncodingGzip>false</EnableAcceptEncodingGzip>"
        "<HeadersConfig><HeaderBehavior>none</HeaderBehavior></HeadersConfig>"
        "<CookiesConfig><CookieBehavior>none</CookieBehavior></CookiesConfig>"
        "<QueryStringsConfig><QueryStringBehavior>none</QueryStringBehavior>"
        "</QueryStringsConfig></ParametersInCacheKeyAndForwardedToOrigin>"
    ),
    "OriginRequestPolicy": (
        "<HeadersConfig><HeaderBehavior>none</HeaderBehavior></HeadersConfig>"
        "<CookiesConfig><CookieBehavior>none</CookieBehavior></CookiesConfig>"
        "<QueryStringsConfig><QueryStringBehavior>none</QueryStringBehavior>"
        "</QueryStringsConfig>"
    ),
    "ResponseHeadersPolicy": "",
}


class AwsStub:
    """The stub. `requested` lists the requests that it could not answer, without duplicates."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self.requested: dict[str, None] = {}


@contextmanager
def aws_stub() -> Iterator[AwsStub]:
    """A stub that listens until the context ends."""

    class Handler(_Handler):
        pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Handler.stub = stub = AwsStub(server.server_port)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield stub
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    stub: AwsStub

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length).decode(errors="replace")
        if "Action=GetCallerIdentity" in body:
            self._respond(200, CALLER.format(placeholder_ids.ACCOUNT))
            return
        action = re.search(r"Action=(\w+)", body)
        target = self.headers.get("X-Amz-Target")
        self._unknown(action[1] if action else target or self.path)

    def do_GET(self) -> None:
        match = PATH.fullmatch(urlsplit(self.path).path)
        kind = KINDS.get(match["kind"]) if match else None
        if urlsplit(self.path).path == "/":  # ListBuckets, used for the canonical user id
            self._respond(200, BUCKETS.format(CANONICAL_USER))
        elif match is None or kind is None:
            self._unknown(self.path)
        elif match["id"] is None:
            self._respond(200, _listed(kind))
        else:
            found = MANAGED_NAMES[kind].get(match["id"])
            if found is None:
                self._respond(404, "<Error><Code>NoSuchPolicy</Code></Error>")
            else:
                self._respond(200, _policy(kind, match["id"], found, CLOUDFRONT))

    def do_CONNECT(self) -> None:
        self._unknown(self.path)

    def do_HEAD(self) -> None:
        self._unknown(self.path)

    def do_PUT(self) -> None:
        self._unknown(self.path)

    def _unknown(self, operation: str) -> None:
        self.stub.requested[f"{self.command} {operation}"] = None
        self._respond(501, "<Error><Code>NotImplemented</Code></Error>")

    def _respond(self, status: int, text: str) -> None:
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/xml")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("ETag", "E1")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 -- its name
        """Suppress the log."""


def _listed(kind: str) -> str:
    members = "".join(
        f"<{kind}Summary><Type>managed</Type>{_policy(kind, i, name, '')}</{kind}Summary>"
        for i, name in MANAGED_NAMES[kind].items()
    )
    number = len(MANAGED_NAMES[kind])
    return (
        f'<{kind}List xmlns="{CLOUDFRONT}"><MaxItems>100</MaxItems>'
        f"<Quantity>{number}</Quantity><Items>{members}</Items></{kind}List>"
    )


def _policy(kind: str, policy_id: str, name: str, space: str) -> str:
    xmlns = f' xmlns="{space}"' if space else ""
    return (
        f"<{kind}{xmlns}><Id>{policy_id}</Id>"
        f"<LastModifiedTime>2020-01-01T00:00:00Z</LastModifiedTime><{kind}Config>"
        f"<Name>{name}</Name>{NO_KEYS[kind]}</{kind}Config></{kind}>"
    )
