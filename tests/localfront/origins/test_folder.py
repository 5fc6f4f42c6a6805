"""A folder instead of a bucket: what it serves, and that nothing outside it is served."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localfront.errors import OriginError
from localfront.http_messages.bodies import read_whole
from localfront.http_messages.messages import Response
from localfront.origins.folder import PIECE, object_in_folder
from tests.localfront.factories import a_request


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder `pages`, with a secret file beside it."""
    pages = tmp_path / "pages"
    (pages / "docs").mkdir(parents=True)
    (pages / "index.html").write_bytes(b"<p>home</p>")
    (pages / "docs" / "a b+c.txt").write_bytes(b"spaced")
    (tmp_path / "secret.txt").write_bytes(b"secret")
    (tmp_path / "pages-too").mkdir()
    (tmp_path / "pages-too" / "x").write_bytes(b"secret")
    return pages


def ask(folder: Path, target: str, **changes: Any) -> Response:
    return object_in_folder(folder, a_request(target, **changes))


async def test_a_file_is_served_with_its_metadata(folder: Path) -> None:
    os.utime(folder / "index.html", (1_800_000_000, 1_800_000_000))

    response = ask(folder, "/index.html")

    assert response.status == 200
    assert await read_whole(response.body) == b"<p>home</p>"
    assert response.headers.get("content-type") == "text/html"
    assert response.headers.get("content-length") == "11"
    assert response.headers.get("last-modified") == "Fri, 15 Jan 2027 08:00:00 GMT"


@pytest.mark.parametrize(
    ("target", "status", "body", "message"),
    [
        ("bytes=3-6", 206, b"home", "bytes 3-6/11"),
        ("bytes=-4", 206, b"</p>", "bytes 7-10/11"),
        ("bytes=7-999", 206, b"</p>", "bytes 7-10/11"),
        ("bytes=0-0,2-2", 200, b"<p>home</p>", None),
        ("bytes=11-", 416, b"", "bytes */11"),
        ("lines=1-2", 200, b"<p>home</p>", None),
    ],
)
async def test_a_range_of_a_file_is_served_as_by_s3(
    target: str, status: int, body: bytes, message: str | None, folder: Path
) -> None:
    response = ask(folder, "/index.html", headers=[("Range", target)])

    assert (response.status, await read_whole(response.body)) == (status, body)
    assert response.headers.get("content-range") == message
    if status < 400:
        assert response.headers.get("accept-ranges") == "bytes"
        assert response.headers.get("content-length") == str(len(body))


async def test_if_range_with_another_etag_gets_the_whole_file(folder: Path) -> None:
    lines = [("Range", "bytes=0-1"), ("If-Range", '"another"')]

    assert (await read_whole(ask(folder, "/index.html", headers=lines).body)) == b"<p>home</p>"


def test_head_has_the_headers_and_no_body(folder: Path) -> None:
    response = ask(folder, "/index.html", method="HEAD")

    assert (response.status, response.body) == (200, b"")
    assert response.headers.get("content-length") == "11"


async def test_a_key_is_percent_decoded_once(folder: Path) -> None:
    assert await read_whole(ask(folder, "/docs/a%20b+c.txt").body) == b"spaced"
    assert ask(folder, "/docs/a%2520b+c.txt").status == 404


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a.js", "text/javascript"),
        ("a.css", "text/css"),
        ("a.svg", "image/svg+xml"),
        ("a.woff2", "font/woff2"),
        ("a.webmanifest", "application/manifest+json"),
        ("a.tar.gz", "binary/octet-stream"),
        ("a.unknown", "binary/octet-stream"),
        ("LICENSE", "binary/octet-stream"),
        (".html", "binary/octet-stream"),
        ("data:,x", "binary/octet-stream"),
    ],
)
def test_the_content_type_follows_from_the_extension(name: str, kind: str, folder: Path) -> None:
    (folder / name).touch()

    assert ask(folder, f"/{name}").headers.get("content-type") == kind


def test_a_current_copy_gets_304(folder: Path) -> None:
    tag = ask(folder, "/index.html", method="HEAD").headers.get("etag") or ""

    same = ask(folder, "/index.html", headers=[("If-None-Match", tag)])
    (folder / "index.html").write_bytes(b"<p>another</p>")
    changed = ask(folder, "/index.html", method="HEAD", headers=[("If-None-Match", tag)])

    assert (same.status, same.body) == (304, b"")
    assert changed.status == 200


@pytest.mark.parametrize(
    ("name", "value", "status"),
    [
        ("If-Match", '"another"', 412),
        ("If-Match", "*", 200),
        ("If-Unmodified-Since", "Thu, 01 Jan 1970 00:00:00 GMT", 412),
        ("If-Unmodified-Since", "Fri, 31 Dec 9999 00:00:00 GMT", 200),
        ("If-Unmodified-Since", "soon", 200),
        ("If-Modified-Since", "Fri, 31 Dec 9999 00:00:00 GMT", 304),
    ],
)
def test_conditions_are_evaluated_as_by_s3(
    name: str, value: str, status: int, folder: Path
) -> None:
    assert ask(folder, "/index.html", method="HEAD", headers=[(name, value)]).status == status


@pytest.mark.parametrize(
    "target",
    [
        "/",
        "//",
        "/none",
        "/docs",
        "/docs/",
        "/index.html/",
        "//index.html",
        "/docs//a%20b+c.txt",
        "/./index.html",
        "/docs/../index.html",
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/%2E%2E%2Fsecret.txt",
        "/docs/..%2f..%2fsecret.txt",
        "/..%5csecret.txt",
        "/%252e%252e/secret.txt",
        "/../pages-too/x",
        "/index.html%00.txt",
        "/%00",
        "/%ff%fe",
        "/" + "a" * 5000,
        "/" + "a/" * 3000,
        "/etc/passwd",
        "//etc/passwd",
        "/%2fetc/passwd",
    ],
)
def test_a_path_that_is_not_a_file_of_the_folder_is_missing(target: str, folder: Path) -> None:
    response = ask(folder, target)

    assert response.status == 404
    assert b"NoSuchKey" in response.held


@pytest.mark.parametrize(
    "link", ["../secret.txt", "/etc/hostname", "ring", "../pages-too/x", "gone"]
)
def test_a_link_out_of_the_folder_is_missing(link: str, folder: Path) -> None:
    (folder / "ring").symlink_to(link)

    assert ask(folder, "/ring").status == 404


def test_a_linked_folder_outside_is_missing(folder: Path) -> None:
    (folder / "out").symlink_to("..")

    assert ask(folder, "/out/secret.txt").status == 404
    assert ask(folder, "/out/pages/index.html", method="HEAD").status == 200


async def test_a_link_within_the_folder_is_followed(folder: Path) -> None:
    (folder / "start.html").symlink_to("index.html")

    assert await read_whole(ask(folder, "/start.html").body) == b"<p>home</p>"


def test_a_named_pipe_is_missing_and_does_not_block(folder: Path) -> None:
    os.mkfifo(folder / "pipe")

    assert ask(folder, "/pipe").status == 404


async def test_a_large_file_is_read_in_chunks(folder: Path) -> None:
    content = os.urandom(2 * PIECE + 1)
    (folder / "large").write_bytes(content)

    body = ask(folder, "/large").body
    assert not isinstance(body, bytes)
    assert body.length == len(content)
    pieces = [piece async for piece in body]
    await body.aclose()
    await body.aclose()

    assert b"".join(pieces) == content
    assert max(map(len, pieces)) <= PIECE


async def test_a_file_truncated_during_the_transfer_aborts_it(folder: Path) -> None:
    (folder / "large").write_bytes(bytes(2 * PIECE))
    body = ask(folder, "/large").body
    os.truncate(folder / "large", 10)

    with pytest.raises(OriginError, match="was truncated while it was read"):
        await read_whole(body)


async def test_a_file_that_grows_during_the_transfer_is_sent_at_its_declared_length(
    folder: Path,
) -> None:
    body = ask(folder, "/index.html").body
    with (folder / "index.html").open("ab") as file:
        file.write(b"more")

    assert await read_whole(body) == b"<p>home</p>"


@given(
    key=st.lists(
        st.sampled_from(
            ["..", ".", "%2e%2e", "docs", "pages", "out", "secret.txt", "%2f", "", "x"]
        ),
        max_size=8,
    )
)
def test_no_path_leaves_the_folder(
    key: list[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    place = tmp_path_factory.getbasetemp() / "outside"
    if not place.exists():
        (place / "pages" / "docs").mkdir(parents=True)
        (place / "secret.txt").write_bytes(b"secret")
        (place / "x").write_bytes(b"secret")
        (place / "pages" / "out").symlink_to("..")

    assert ask(place / "pages", "/" + "/".join(key)).status == 404
