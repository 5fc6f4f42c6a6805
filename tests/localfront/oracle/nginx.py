"""A real nginx with `proxy_cache`, in a temporary folder, on a Unix socket, unprivileged."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from textwrap import dedent

PATIENCE = 10  # seconds

# /usr/sbin is on the path of administrators alone.
PROGRAM = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")

# `master_process off`: one process, ours to end, that changes to no other user.
# Bodies that nginx would write to files go to the folder too; else it wants /var.
CONFIGURATION = """
    daemon off;
    master_process off;
    pid nginx.pid;
    error_log error.log;
    events {}
    http {
        access_log off;
        client_body_temp_path body;
        proxy_temp_path proxy;
        fastcgi_temp_path fastcgi;
        uwsgi_temp_path uwsgi;
        scgi_temp_path scgi;
        proxy_cache_path cache keys_zone=judge:1m inactive=1h use_temp_path=off;
        server {
            listen unix:nginx.socket;
            location / {
                proxy_pass http://127.0.0.1:ORIGIN_PORT;
                proxy_http_version 1.1;
                proxy_set_header Connection "";
                proxy_cache judge;
                proxy_cache_key $request_uri;
                proxy_cache_revalidate on;
                add_header X-Judge $upstream_cache_status always;
            }
        }
    }
"""


@asynccontextmanager
async def nginx(origin_port: int) -> AsyncIterator[Path]:
    """Run nginx in front of a local origin; yields its socket."""
    assert PROGRAM is not None, "ask for PROGRAM first"
    with tempfile.TemporaryDirectory(prefix="judge-") as name:
        folder = Path(name)
        text = dedent(CONFIGURATION).replace("ORIGIN_PORT", str(origin_port))
        # A relative socket path would be resolved in the directory where nginx started.
        text = text.replace("unix:nginx.socket", f"unix:{folder}/nginx.socket")
        (folder / "nginx.conf").write_text(text)
        process = await asyncio.create_subprocess_exec(
            *(PROGRAM, "-p", name, "-c", "nginx.conf", "-e", "error.log")
        )
        try:
            await _ready(folder, process)
            yield folder / "nginx.socket"
        finally:
            if process.returncode is None:
                process.terminate()
            await process.wait()


async def _ready(folder: Path, process: asyncio.subprocess.Process) -> None:
    async with asyncio.timeout(PATIENCE):
        while process.returncode is None:
            try:
                _, writer = await asyncio.open_unix_connection(folder / "nginx.socket")
            except OSError:
                await asyncio.sleep(0.01)  # it listens within a moment
            else:
                writer.close()
                return
    raise AssertionError(f"nginx ended: {(folder / 'error.log').read_text()}")
