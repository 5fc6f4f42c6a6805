"""Requests to origins with an override."""

from __future__ import annotations

from pathlib import Path

import pytest

from localfront.http_messages.bodies import read_whole
from localfront.origins.addresses import Endpoints
from localfront.origins.client import OriginClient
from localfront.origins.fetch import Origins
from localfront.origins.overrides import AnotherAddress, Folder, Override
from tests.localfront.emulated import (
    CREDENTIALS,
    LISTABLE,
    READABLE,
    fetch,
    is_access_denied,
    reason,
    to_api,
    to_s3,
)
from tests.localfront.factories import (
    API_DOMAIN,
    BUCKET_DOMAIN,
    a_request,
    an_api_origin,
    an_origin,
)
from tests.localfront.origin_server import OriginServer


def overridden(client: OriginClient, **overrides: Override) -> Origins:
    return Origins(
        client=client,
        endpoints=Endpoints(overrides=overrides),
        credentials=CREDENTIALS,
    )


@pytest.fixture
def pages(tmp_path: Path) -> Folder:
    (tmp_path / "home.html").write_bytes(b"home")
    return Folder(tmp_path)


async def test_an_override_gets_the_origin_path_and_its_own_host(
    client: OriginClient,
) -> None:
    async with OriginServer() as server:
        origins = overridden(client, api=AnotherAddress(base=server.url))
        response = await fetch(origins, to_api("/prod/api/logs?x=%20"), an_api_origin())

    assert response.status == 200
    (received,) = server.received
    assert received.target == "/prod/api/logs?x=%20"
    assert received.headers.get_all("host") == (API_DOMAIN,)


async def test_an_overrides_host_option_sets_the_host_header(client: OriginClient) -> None:
    async with OriginServer() as server:
        address = AnotherAddress(base=f"{server.url}/base", host="dev.test:3000")
        await fetch(overridden(client, api=address), to_api("/prod/x"), an_api_origin())

    (received,) = server.received
    assert received.target == "/base/prod/x"
    assert received.headers.get_all("host") == ("dev.test:3000",)


async def test_an_override_may_name_an_origin_by_its_domain(
    client: OriginClient,
) -> None:
    async with OriginServer() as server:
        origins = overridden(client, **{API_DOMAIN: AnotherAddress(base=server.url)})
        await fetch(origins, to_api(), an_api_origin(id="another"))

    assert len(server.received) == 1


@pytest.mark.proves("AG-001")
async def test_an_overridden_api_still_requires_its_own_host(
    client: OriginClient,
) -> None:
    async with OriginServer() as server:
        origins = overridden(client, api=AnotherAddress(base=server.url))
        response = await fetch(origins, to_api(host="logs.example.com"), an_api_origin())

    assert response.status == 403
    assert server.received == []


async def test_an_overridden_bucket_gets_no_signature(
    client: OriginClient,
) -> None:
    async with OriginServer() as server:
        origins = overridden(client, pages=AnotherAddress(base=server.url))
        await fetch(origins, to_s3("/home.html"), an_origin())

    (received,) = server.received
    assert "authorization" not in received.headers
    assert received.headers.get("host") == BUCKET_DOMAIN


async def test_a_folder_override_serves_its_files(client: OriginClient, pages: Folder) -> None:
    response = await fetch(overridden(client, pages=pages), to_s3("/home.html"), an_origin())

    assert await read_whole(response.body) == b"home"


@pytest.mark.proves("S3-018")
async def test_a_plus_in_a_buckets_path_is_decoded_as_a_space(
    client: OriginClient, pages: Folder
) -> None:
    (pages.path / "a b").write_bytes(b"blank")
    (pages.path / "a+b").write_bytes(b"plus")
    origins = overridden(client, pages=pages)

    for target, held in (("/a+b", b"blank"), ("/a%20b", b"blank"), ("/a%2Bb", b"plus")):
        response = await fetch(origins, to_s3(target), an_origin())
        assert await read_whole(response.body) == held


@pytest.mark.proves("S3-003")
async def test_a_missing_file_is_403_as_from_a_bucket_without_list_permission(
    client: OriginClient, pages: Folder
) -> None:
    response = await fetch(overridden(client, pages=pages), to_s3("/none.html"), an_origin())

    assert is_access_denied(response)
    assert "may not list the bucket" in reason(response)


@pytest.mark.parametrize("target", ["/", "/?list-type=2", "/home.html?acl"])
async def test_a_folder_is_not_listed_and_reveals_nothing_else(
    target: str, client: OriginClient, pages: Folder
) -> None:
    response = await fetch(overridden(client, pages=pages), to_s3(target), an_origin())

    assert is_access_denied(response)


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE", "PATCH", "OPTIONS"])
async def test_a_folder_is_read_only(method: str, client: OriginClient, pages: Folder) -> None:
    origins = overridden(client, pages=pages)
    response = await fetch(origins, to_s3("/home.html", method=method), an_origin(), b"x")

    assert is_access_denied(response)
    assert (pages.path / "home.html").read_bytes() == b"home"


@pytest.mark.proves("S3-002")
@pytest.mark.parametrize(
    ("statements", "target", "status"),
    [
        ([READABLE], "/home.html", 200),
        ([READABLE], "/none", 403),
        ([READABLE, LISTABLE], "/none", 404),
        ([], "/home.html", 403),
    ],
)
async def test_a_buckets_known_policy_applies_to_its_folder(
    statements: list[object],
    target: str,
    status: int,
    client: OriginClient,
    pages: Folder,
) -> None:
    origins = Origins(
        client=client,
        endpoints=Endpoints(overrides={"pages": pages}),
        bucket_policies={"pages": {"Statement": statements}},
    )

    response = await fetch(origins, to_s3(target), an_origin())

    assert response.status == status
    await read_whole(response.body)


@pytest.mark.parametrize("scheme", ["http", "https"])
async def test_a_bucket_whose_name_is_known_after_apply_is_not_a_website(
    scheme: str, pages: Folder, client: OriginClient
) -> None:
    (pages.path / "docs").mkdir()
    (pages.path / "docs" / "index.html").write_bytes(b"docs")
    origin = an_origin(domain_name="abc.known-after-apply.invalid")
    host = [("Host", origin.domain_name)]
    origins = overridden(client, pages=pages)

    page, folder = [
        await fetch(origins, a_request(uri, headers=host, scheme=scheme), origin)
        for uri in ("/home.html", "/docs/")
    ]

    assert (page.status, await read_whole(page.body)) == (200, b"home")
    assert folder.status == 403
