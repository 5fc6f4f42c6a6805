"""Responses of a website endpoint, from a folder's files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from localfront.config.website import Website, parse_website
from localfront.errors import ConfigError, OriginError
from localfront.http_messages.messages import Headers, Request, Response
from localfront.origins.addresses import Endpoints
from localfront.origins.client import OriginClient
from localfront.origins.fetch import Origins
from localfront.origins.overrides import Folder
from tests.localfront.emulated import public
from tests.localfront.factories import a_request, an_origin
from tests.localfront.origin_server import OriginServer, saying

HOST = "site.s3-website-us-east-1.amazonaws.com"
OPEN = {"Statement": [public("arn:aws:s3:::site/open/*")]}
RULES = {
    "IndexDocument": {"Suffix": "index.html"},
    "ErrorDocument": {"Key": "error.html"},
    "RoutingRules": [
        {
            "Condition": {"KeyPrefixEquals": "docs/"},
            "Redirect": {"ReplaceKeyPrefixWith": "documents/"},
        },
        {
            "Condition": {
                "HttpErrorCodeReturnedEquals": "404",
                "KeyPrefixEquals": "x/",
            },
            "Redirect": {
                "HostName": "example.com",
                "Protocol": "https",
                "HttpRedirectCode": "302",
                "ReplaceKeyWith": "lost",
            },
        },
    ],
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("index.html", "sub/index.html", "error.html", "a b", "open/page"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name)
    return tmp_path


async def ask(
    folder: Path,
    target: str,
    *,
    policy: Any = None,
    website: Website | None = None,
    protocol: str = "http-only",
    scheme: str = "https",
    method: str = "GET",
    host: str = HOST,
    **headers: str,
) -> Response:
    path, _, query = target.partition("?")
    lines = [("Host", host), *((n.replace("_", "-"), v) for n, v in headers.items())]
    request: Request = a_request(
        uri=path,
        querystring=query,
        method=method,
        scheme=scheme,
        headers=Headers.of(lines),
    )
    async with OriginClient() as client:
        origins = Origins(
            client=client,
            endpoints=Endpoints(overrides={"site": Folder(folder)}),
            bucket_policies={} if policy is None else {"site": policy},
            websites={"site": website or parse_website("site", RULES)},
        )
        return await origins.fetch(
            request,
            b"",
            origin=an_origin(domain_name=HOST, protocol_policy=protocol),
            distribution_arn="arn:aws:cloudfront::1:distribution/E1",
        )


async def text(response: Response) -> str:
    if isinstance(response.body, bytes):
        return response.body.decode()
    return b"".join([piece async for piece in response.body]).decode()


@pytest.mark.proves("S3-015")
@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("/", "index.html"),
        ("/sub/", "sub/index.html"),
        ("/index.html", "index.html"),
        ("/a+b", "a b"),
        ("/a%20b", "a b"),
    ],
)
async def test_a_key_and_an_index_document_are_found(
    target: str, expected: str, folder: Path
) -> None:
    response = await ask(folder, target)

    assert (response.status, await text(response)) == (200, expected)


@pytest.mark.proves("S3-015")
async def test_a_folder_without_its_slash_is_a_redirect(folder: Path) -> None:
    response = await ask(folder, "/sub", if_none_match="*")

    assert (response.status, response.headers.get("location")) == (302, "/sub/")


@pytest.mark.proves("S3-016")
async def test_a_missing_key_is_the_error_document_with_404(folder: Path) -> None:
    response = await ask(folder, "/none", if_none_match="*")

    assert (response.status, await text(response)) == (404, "error.html")
    assert response.headers.get("x-amz-error-code") == "NoSuchKey"


@pytest.mark.proves("S3-016")
@pytest.mark.parametrize(
    ("target", "status"), [("/index.html", 403), ("/none", 404), ("/open/page", 200)]
)
async def test_a_private_object_is_403_and_a_missing_one_404(
    target: str, status: int, folder: Path
) -> None:
    response = await ask(folder, target, policy=OPEN, website=Website())

    assert response.status == status


@pytest.mark.proves("S3-017")
async def test_routing_rules_redirect_by_prefix_and_by_status(folder: Path) -> None:
    by_prefix = await ask(folder, "/docs/a?b=c")
    by_status = await ask(folder, "/x/none")

    assert by_prefix.status == 301
    assert by_prefix.headers.get("location") == f"http://{HOST}/documents/a?b=c"
    assert by_status.status == 302
    assert by_status.headers.get("location") == "https://example.com/lost"


@pytest.mark.proves("S3-017")
async def test_all_requests_may_be_redirected(folder: Path) -> None:
    everything = {"RedirectAllRequestsTo": {"HostName": "example.org"}}
    website = parse_website("site", everything)

    response = await ask(folder, "/a%2Fb?c=d", website=website)

    assert response.status == 301
    assert response.headers.get("location") == "http://example.org/a/b?c=d"


@pytest.mark.proves("S3-005")
@pytest.mark.parametrize("protocol", ["https-only", "match-viewer"])
async def test_a_website_endpoint_accepts_only_http(protocol: str, folder: Path) -> None:
    with pytest.raises(OriginError, match="only HTTP") as caught:
        await ask(folder, "/", protocol=protocol)

    assert caught.value.status == 504


@pytest.mark.proves("S3-014")
async def test_a_website_endpoint_accepts_get_and_head_for_its_own_host(folder: Path) -> None:
    posted = await ask(folder, "/", method="POST")
    elsewhere = await ask(folder, "/", host="www.example.com")
    head = await ask(folder, "/none", method="HEAD", website=Website())

    assert posted.status == 405
    assert elsewhere.status == 404
    assert (head.status, head.body) == (404, b"")


@pytest.mark.parametrize("target", ["/../secret", "/%2e%2e/secret", "/..%2fsecret"])
async def test_no_key_leads_out_of_the_folder(target: str, folder: Path) -> None:
    (folder.parent / "secret").write_text("secret")

    response = await ask(folder, target, website=Website())

    assert response.status == 404


@pytest.mark.proves("S3-015")
async def test_an_emulated_bucket_can_be_a_website_too() -> None:
    missing = saying(b"", status=b"404 Not Found")
    async with OriginClient() as client, OriginServer(missing, saying(b"index")) as server:
        origins = Origins(client=client, endpoints=Endpoints(s3=f"http://127.0.0.1:{server.port}"))
        request = a_request(
            uri="/sub", scheme="http", headers=Headers.of([("Host", HOST), ("X-Amz-Target", "x")])
        )
        response = await origins.fetch(
            request,
            b"",
            origin=an_origin(domain_name=HOST, protocol_policy="http-only"),
            distribution_arn="arn:aws:cloudfront::1:distribution/E1",
        )

    assert (response.status, response.headers.get("location")) == (302, "/sub/")
    assert [r.target for r in server.received] == ["/site/sub", "/site/sub/index.html"]
    assert "x-amz-target" not in server.received[0].headers


def test_an_error_for_an_invalid_routing_rule_names_the_bucket_and_the_field() -> None:
    rule = {"Redirect": {"HttpRedirectCode": "moved"}}

    with pytest.raises(ConfigError, match=r"bucket site.*HttpRedirectCode 'moved'"):
        parse_website("site", {"RoutingRules": [rule]})
