"""Other servers, if they are installed: nginx, MiniStack, LocalEmu. node_peers.py has npm's.

`docs/explanation/measurements.md` says what each can't do.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from bench import distribution
from bench.processes import Process, running
from bench.served_site import Server, Site
from harness.emulators import emulators
from harness.processes.ports import LOOPBACK

NGINX_CONFIG = """\
daemon off;
master_process off;
pid {folder}/nginx.pid;
error_log stderr;
events {{ worker_connections 256; }}
http {{
  access_log {folder}/access.log;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  proxy_cache_path {folder}/cache keys_zone=bench:10m;
  keepalive_requests 100000000;
  server {{
    listen {address};
    location / {{
      proxy_pass http://{origin};
      proxy_cache bench;
      proxy_cache_valid 200 1d;
      add_header X-Cache "$upstream_cache_status";
    }}
  }}
}}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """A server.

    Its responses at `path` must eventually have `expect` in their headers; the same holds for
    `path_with_function`, if it can run a function that returns the request.
    """

    title: str
    server: Server
    path: str
    expect: str
    path_with_function: str = ""


Opener = Callable[[Site, int], AbstractContextManager[Peer]]  # on this port


@contextmanager
def with_nginx(site: Site, port: int, program: Path) -> Iterator[Peer]:
    """nginx with one worker: a cache hit, as the upper limit."""
    folder = site.directory / "nginx"
    folder.mkdir()
    config = folder / "nginx.conf"
    config.write_text(
        NGINX_CONFIG.format(
            folder=folder,
            address=f"{LOOPBACK}:{port}",
            origin=f"{LOOPBACK}:{site.origin.http_port}",
        )
    )
    command: list[str | Path] = [program, "-p", folder, "-e", "stderr", "-c", config]
    with running(
        command,
        log=site.directory / "logs" / "nginx.log",
        cores=site.plan.server,
        env=emulators.without_aws(os.environ),
    ) as process:
        process.wait_to_listen(port)
        yield Peer(
            title="nginx, cache hit",
            server=_at(port, process),
            path="/hit",
            expect="X-Cache: HIT",
        )


@contextmanager
def with_ministack(site: Site, port: int) -> Iterator[Peer]:
    """MiniStack's own data plane. It has no cache, so each request goes to the origin."""
    env = emulators.ministack_environment(os.environ, port, files=site.directory / "peer-ministack")
    log = site.directory / "logs" / "peer-ministack.log"
    command, cores = [sys.executable, "-m", "bench.ministack"], site.plan.server
    with running(command, log=log, cores=cores, env=env) as process:
        process.wait_for(emulators.MINISTACK_READY)
        made = distribution.make(
            site.emulator.session(),
            f"http://{LOOPBACK}:{port}",
            origin_port=site.origin.http_port,
        )
        yield Peer(
            title="MiniStack, which has no cache",
            server=_at(port, process, host=made.domain_name),
            path="/hit",
            expect=" 200",
        )


@contextmanager
def with_localemu(site: Site, port: int, python: Path) -> Iterator[Peer]:
    """LocalEmu, in the virtual environment with this interpreter."""
    env = emulators.without_aws(os.environ) | {
        "GATEWAY_LISTEN": f"{LOOPBACK}:{port}",
        "HOME": str(site.directory),
        "OVERRIDE_IN_DOCKER": "0",  # else a container fills with its files
        "SERVICES": "cloudfront,iam,lambda,s3,sts",
        "TMPDIR": str(site.directory),
    }
    log = site.directory / "logs" / "localemu.log"
    command: list[str | Path] = [python, "-m", "bench.localemu"]
    cores = site.plan.server
    with running(command, log=log, cores=cores, env=env) as process:
        process.wait_for("Ready.")
        cloudfront: Any = site.emulator.session().client(
            "cloudfront", endpoint_url=f"http://{LOOPBACK}:{port}"
        )
        config = distribution.legacy_config(site.origin.http_port)
        made = cloudfront.create_distribution(DistributionConfig=config)
        made_id = made["Distribution"]["Id"]
        deployed = cloudfront.get_waiter("distribution_deployed")
        deployed.wait(Id=made_id, WaiterConfig={"Delay": 1, "MaxAttempts": 120})
        yield Peer(
            title="LocalEmu, cache hit",
            server=_at(port, process),
            path=f"/cloudfront/{made_id}/hit",
            expect="Hit from cloudfront",
        )


def installed(*, localemu: Path | None) -> dict[str, Opener]:
    """The installed peers, by name."""
    found: dict[str, Opener] = {"ministack": with_ministack}
    program = shutil.which("nginx", path=os.environ["PATH"] + ":/usr/sbin:/sbin")
    if program:
        found["nginx"] = partial(with_nginx, program=Path(program))
    if localemu:
        found["localemu"] = partial(with_localemu, python=localemu)
    return found


def _at(port: int, process: Process, *, host: str = "localhost") -> Server:
    return Server(process=process, http_port=port, https_port=port, host=host)
