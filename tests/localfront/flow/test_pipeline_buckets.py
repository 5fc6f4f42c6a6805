"""Buckets and website endpoints in the whole pipeline, with folders for objects."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from botocore.credentials import Credentials

from localfront.config.distribution import Origin
from localfront.config.managed_policies import CACHING_DISABLED
from localfront.config.website import parse_website
from localfront.flow.pipeline import Pipeline
from localfront.http_messages.messages import Response
from localfront.origins.addresses import Endpoints
from localfront.origins.client import OriginClient
from localfront.origins.fetch import Origins
from localfront.origins.overrides import Folder
from tests.localfront.emulated import PUBLIC, READABLE, allowing, emulator, public
from tests.localfront.factories import (
    BUCKET_DOMAIN,
    a_behavior,
    a_distribution,
    a_request,
    a_trace,
    an_origin,
)
from tests.localfront.fakes import pipeline_of
from tests.localfront.origin_server import OriginServer, saying
from tests.localfront.streams import whole

WEBSITE = "site.s3-website-us-east-1.amazonaws.com"
METHODS = frozenset({"GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"})
RULES: dict[str, Any] = {
    "IndexDocument": {"Suffix": "index.html"},
    "ErrorDocument": {"Key": "error.html"},
    "RoutingRules": [
        {
            "Condition": {"KeyPrefixEquals": "docs/"},
            "Redirect": {"ReplaceKeyPrefixWith": "documents/"},
        }
    ],
}
OPEN = {"Statement": [public("arn:aws:s3:::site/open/*")]}


@pytest.fixture
async def client() -> AsyncIterator[OriginClient]:
    async with OriginClient() as client:
        yield client


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("index.html", "sub/index.html", "error.html", "a b", "a+b", "open/page"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name)
    return tmp_path


def serving(origins: Origins, origin: Origin) -> Pipeline:
    behavior = a_behavior(allowed_methods=METHODS, cache_policy=CACHING_DISABLED)
    served = a_distribution(origins=(origin,), cache_behaviors=(), default_cache_behavior=behavior)
    return pipeline_of(served, origins=origins, clock=time.time)


async def response_to(pipeline: Pipeline, target: str, **changes: Any) -> Response:
    return await whole(await pipeline.respond(a_request(target, **changes), b"", a_trace()))


def website(client: OriginClient, folder: Path, **more: Any) -> Pipeline:
    origins = Origins(
        client=client,
        endpoints=Endpoints(overrides={"site": Folder(folder)}),
        websites={"site": parse_website("site", RULES)},
        **more,
    )
    return serving(origins, an_origin(domain_name=WEBSITE, protocol_policy="http-only"))


@pytest.mark.parametrize(
    ("target", "held"),
    [("/", b"index.html"), ("/sub/", b"sub/index.html"), ("/a+b", b"a b"), ("/a%20b", b"a b")],
)
@pytest.mark.proves("S3-015")
async def test_a_website_has_index_documents(
    target: str, held: bytes, client: OriginClient, folder: Path
) -> None:
    response = await response_to(website(client, folder), target)

    assert (response.status, response.held) == (200, held)


@pytest.mark.parametrize(
    ("target", "status", "location"),
    [
        pytest.param("/sub", 302, "/sub/", marks=pytest.mark.proves("S3-015")),
        pytest.param("/docs/a?b=c", 301, f"http://{WEBSITE}/documents/a",
                     marks=pytest.mark.proves("S3-017")),
    ],
)  # fmt: skip
async def test_a_website_redirects(
    target: str, status: int, location: str, client: OriginClient, folder: Path
) -> None:
    response = await response_to(website(client, folder), target)

    assert (response.status, response.headers.get("location")) == (status, location)


@pytest.mark.proves("S3-014")
async def test_a_website_allows_only_get_and_head(client: OriginClient, folder: Path) -> None:
    response = await response_to(website(client, folder), "/", method="POST")

    assert response.status == 405
    assert (response.headers.get("content-type") or "").startswith("text/html")


@pytest.mark.parametrize(
    ("target", "status", "held"),
    [("/none", 404, None), ("/index.html", 403, None), ("/open/page", 200, b"open/page")],
)
@pytest.mark.proves("S3-016")
async def test_a_website_answers_404_for_missing_and_403_for_denied_objects(
    target: str, status: int, held: bytes | None, client: OriginClient, folder: Path
) -> None:
    response = await response_to(website(client, folder, bucket_policies={"site": OPEN}), target)

    assert response.status == status
    assert held is None or response.held == held


@pytest.mark.proves("S3-018")
async def test_a_plus_in_a_buckets_path_is_decoded_as_a_space(
    client: OriginClient, folder: Path
) -> None:
    origins = Origins(client=client, endpoints=Endpoints(overrides={"pages": Folder(folder)}))
    pipeline = serving(origins, an_origin())

    for target, held in (("/a+b", b"a b"), ("/a%20b", b"a b"), ("/a%2Bb", b"a+b")):
        assert (await response_to(pipeline, target)).held == held


@pytest.mark.parametrize("action", ["s3:PutObject", "s3:DeleteObject"])
@pytest.mark.proves("S3-008", "S3-013")
async def test_the_bucket_policy_decides_about_uploads(action: str, client: OriginClient) -> None:
    method = {"s3:PutObject": "PUT", "s3:DeleteObject": "DELETE"}[action]
    async with OriginServer(saying(b"")) as server:
        granted = serving(emulator(client, server, allowing(action)), an_origin())
        refused = serving(emulator(client, server, READABLE), an_origin())

        assert (await response_to(refused, "/a", method=method)).status == 403
        assert server.received == []
        assert (await response_to(granted, "/a", method=method)).status == 200

    [received] = server.received
    assert (received.method, received.target) == (method, "/pages/a")
    assert (received.headers.get("authorization") or "").startswith("AWS4-HMAC-SHA256")


@pytest.mark.parametrize(
    ("access_control", "scheme", "used_scheme"),
    [("always", "http", "https"), ("never", "http", "http"), ("never", "https", "https")],
)
@pytest.mark.proves("S3-010")
async def test_a_bucket_is_requested_over_the_viewers_scheme_unless_always_signed(
    access_control: str, scheme: str, used_scheme: str
) -> None:
    urls: list[str] = []

    class OfflineClient(OriginClient):
        """A client that does not connect: tests never call AWS itself."""

        async def send(self, url: str, *rest: Any, **more: Any) -> Response:
            urls.append(url)
            return Response(status=200)

    origins = Origins(
        client=OfflineClient(),
        endpoints=Endpoints(aws=True),
        credentials=Credentials("id", "secret"),
        bucket_policies={"pages": {"Statement": [READABLE, PUBLIC]}},
    )
    origin = an_origin(origin_access_control=access_control)
    await response_to(serving(origins, origin), "/a", scheme=scheme)

    assert urls == [f"{used_scheme}://{BUCKET_DOMAIN}/a"]
