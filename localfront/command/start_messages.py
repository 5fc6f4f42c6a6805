"""Messages at the start: what is served, whether browsers trust it, and that it is ready."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from pathlib import Path

from localfront.command.banner import Banner, local_host
from localfront.command.clock_setup import log_clock
from localfront.command.log_options import LogOptions
from localfront.command.unused_options import used_folders
from localfront.config.distribution import Distribution
from localfront.exchange.clock import MovableClock
from localfront.origins.addresses import Endpoints
from localfront.server.certificates import uncovered
from localfront.server.http_server import HttpServer
from localfront.sources.configuration import Configuration
from localfront.trust.authority import Authority
from localfront.trust.files import CERTIFICATE, trust_command

LOG = logging.getLogger("localfront")


def print_banner(
    log: LogOptions,
    server: HttpServer,
    configuration: Configuration,
    *,
    endpoints: Endpoints,
    code_files: Mapping[str, Path],
    clock: MovableClock,
) -> None:
    """Print each distribution with its behaviors, and the project folders used for buckets."""
    banner = Banner(
        configuration=configuration,
        endpoints=configuration.completed(endpoints),
        edge=code_files,
        http_port=server.http_port,
        https_port=server.https_port,
        palette=log.palette,
        width=log.width,
    )
    log.print(banner.lines())
    if clock.setting.is_moved:
        log_clock(clock)
    for line in used_folders(configuration, endpoints):
        LOG.info("%s", line)


def log_trust(
    ca_dir: Path,
    distributions: Sequence[Distribution],
    authorities: Sequence[Authority],
) -> None:
    """Print how to make browsers trust the certificates, and the names that stay untrusted."""
    LOG.info(
        "the local certificate authority: %s; to make browsers trust it, run `%s`",
        ca_dir / CERTIFICATE,
        trust_command(ca_dir),
    )
    aliases = [alias for d in distributions for alias in d.aliases]
    if names := uncovered(aliases, authorities):
        LOG.warning(
            "no browser will trust the certificates for %s: the authority is for localhost only. "
            "To create one for this name, run `%s`",
            ", ".join(names),
            trust_command(ca_dir, names[0]),
        )


def site_address(server: HttpServer, distributions: Sequence[Distribution]) -> str:
    """The address of the first enabled distribution, for a browser."""
    first = next((d for d in distributions if d.enabled and not d.is_staging), None)
    host = local_host(first, alone=len(distributions) == 1) if first else "localhost"
    return f"https://{host}:{server.https_port}/"


def ready(server: HttpServer, distributions: Sequence[Distribution]) -> str:
    """The readiness line, which scripts wait for."""
    names = [alias for d in distributions for alias in d.aliases]
    also = f" ({', '.join(names)})" if names else ""
    return (
        f"localfront ready https://localhost:{server.https_port}/ "
        f"http://localhost:{server.http_port}/{also}"
    )
