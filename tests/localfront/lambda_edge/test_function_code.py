import base64
import hashlib
import os
import stat
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from localfront.errors import ConfigError
from localfront.lambda_edge.archive import discard
from localfront.lambda_edge.function import (
    EdgeFunction,
    parse_function,
    parse_function_arn,
)
from localfront.lambda_edge.function_code import (
    directory_revision,
    load_function,
    with_local_code,
)
from tests.localfront.factories import EDGE_ARN
from tests.localfront.lambda_edge.archives import zipped

HANDLER = b"def handler(event, context):\n    return event\n"


def described(location: str, archive: bytes, **configuration: Any) -> dict[str, Any]:
    """The parts of GetFunction's response that localfront reads."""
    sha256 = base64.b64encode(hashlib.sha256(archive).digest()).decode()
    return {
        "Configuration": {
            "Runtime": "python3.13",
            "Handler": "viewer_request.handler",
            "CodeSha256": sha256,
        }
        | configuration,
        "Code": {"Location": location},
    }


class ArchiveServer(ThreadingHTTPServer):
    """Serves one archive at any path, and counts."""

    archive = b""
    downloads = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/code?X-Amz-Signature=secret"


class _Download(BaseHTTPRequestHandler):
    server: ArchiveServer

    def do_GET(self) -> None:
        self.server.downloads += 1
        self.send_response(200 if self.server.archive else 404)
        self.end_headers()
        self.wfile.write(self.server.archive)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - inherited
        pass


@pytest.fixture
def server() -> Iterator[ArchiveServer]:
    with ArchiveServer(("127.0.0.1", 0), _Download) as listening:
        thread = Thread(target=listening.serve_forever, args=(0.01,))
        thread.start()
        yield listening
        listening.shutdown()
        thread.join()


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "cache"
    discard(tmp_path / "cache")


def load(server: ArchiveServer, cache: Path, archive: bytes | None = None) -> EdgeFunction:
    description = described(server.url, archive or server.archive)
    return load_function(description, function=parsed(description), cache=cache)


def parsed(description: dict[str, Any]) -> EdgeFunction:
    arn = parse_function_arn(EDGE_ARN)
    return parse_function(description, arn=arn, code=Path("/nowhere"))


def test_the_code_of_a_version_is_fetched_and_unpacked(server: ArchiveServer, cache: Path) -> None:
    server.archive = zipped(("viewer_request.py", HANDLER), ("package/data.txt", b"data"))

    function = load(server, cache)

    assert (function.code / "viewer_request.py").read_bytes() == HANDLER
    assert (function.code / "package/data.txt").read_bytes() == b"data"
    assert function.code.parent == cache


def test_unpacked_code_is_read_only(server: ArchiveServer, cache: Path) -> None:
    server.archive = zipped(("package/viewer_request.py", HANDLER))

    function = load(server, cache)

    modes = {stat.S_IMODE(path.stat().st_mode) for path in function.code.rglob("*")}
    assert modes == {0o444, 0o555}


def test_cached_code_is_not_fetched_again(server: ArchiveServer, cache: Path) -> None:
    server.archive = zipped(("viewer_request.py", HANDLER))

    first = load(server, cache)
    second = load(server, cache)

    assert first == second
    assert server.downloads == 1


def test_different_code_gets_a_different_directory_and_revision(
    server: ArchiveServer, cache: Path
) -> None:
    server.archive = zipped(("viewer_request.py", HANDLER))
    first = load(server, cache)
    server.archive = zipped(("viewer_request.py", HANDLER + b"# changed\n"))

    second = load(server, cache)

    assert first.code != second.code
    assert first.revision != second.revision


def test_an_archive_of_another_version_is_refused(server: ArchiveServer, cache: Path) -> None:
    server.archive = zipped(("viewer_request.py", b"# newer"))

    with pytest.raises(ConfigError, match="CodeSha256"):
        load(server, cache, archive=zipped(("viewer_request.py", HANDLER)))

    assert not cache.exists()


def test_an_error_for_a_failed_download_omits_the_urls_signature(
    server: ArchiveServer, cache: Path
) -> None:
    with pytest.raises(ConfigError, match=r"edge:3 from http://127.0.0.1:\d+/code: ") as error:
        load(server, cache, archive=HANDLER)

    assert "secret" not in str(error.value)


def test_only_http_urls_are_fetched(cache: Path) -> None:
    description = described("file:///etc/passwd", b"")

    with pytest.raises(ConfigError, match="not a web address"):
        load_function(description, function=parsed(description), cache=cache)


@pytest.mark.parametrize("digest", [None, "", "!", "AAAA", "é"])
def test_a_version_without_a_hash_of_its_code_is_refused_by_name(
    digest: str | None, server: ArchiveServer, cache: Path
) -> None:
    description = described(server.url, b"", CodeSha256=digest)

    with pytest.raises(ConfigError, match=r"edge:3: Configuration\.CodeSha256.*--edge edge=DIR"):
        load_function(description, function=parsed(description), cache=cache)

    assert server.downloads == 0


# A local directory in place of a version


def a_function(code: Path) -> EdgeFunction:
    return EdgeFunction(
        arn=parse_function_arn(EDGE_ARN),
        handler="viewer_request.handler",
        runtime="python3.13",
        memory_mb=128,
        timeout=5,
        code=code,
        revision="published",
    )


def test_a_local_directory_replaces_the_code(tmp_path: Path) -> None:
    function = with_local_code(a_function(Path("/published")), tmp_path)

    assert function.code == tmp_path.resolve()
    assert function.revision == directory_revision(tmp_path)


def test_a_missing_directory_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="nowhere"):
        with_local_code(a_function(tmp_path), tmp_path / "nowhere")


def test_the_revision_of_a_directory_changes_with_its_files(tmp_path: Path) -> None:
    file = tmp_path / "package" / "handler.py"
    file.parent.mkdir()
    file.write_bytes(HANDLER)
    before = directory_revision(tmp_path)

    os.utime(file, ns=(0, 1))
    touched = directory_revision(tmp_path)
    (tmp_path / "new.py").touch()
    added = directory_revision(tmp_path)

    assert len({before, touched, added}) == 3
    assert directory_revision(tmp_path) == added


def test_bytecode_does_not_change_the_revision(tmp_path: Path) -> None:
    before = directory_revision(tmp_path)

    (tmp_path / "__pycache__").mkdir()
    (tmp_path / "__pycache__" / "handler.pyc").touch()

    assert directory_revision(tmp_path) == before


def test_node_modules_are_compared_by_npms_lock_file(tmp_path: Path) -> None:
    package = tmp_path / "node_modules" / "package"
    package.mkdir(parents=True)
    before = directory_revision(tmp_path)
    (package / "index.js").touch()
    same = directory_revision(tmp_path)

    (tmp_path / "node_modules" / ".package-lock.json").touch()

    assert before == same
    assert directory_revision(tmp_path) != before
