"""What the start says of certificates, and the line that scripts wait for."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path

from localfront.config.distribution import Distribution
from localfront.server.certificates import uncovered
from localfront.server.http_server import HttpServer
from localfront.trust.authority import Authority
from localfront.trust.files import CERTIFICATE, trust_command

LOG = logging.getLogger("localfront")


def tell_of_trust(
    ca_dir: Path,
    distributions: Sequence[Distribution],
    authorities: Sequence[Authority],
) -> None:
    """Where the authority is, and which names no browser will trust."""
    LOG.info(
        "the local certificate authority: %s; browsers come to trust it by `%s`",
        ca_dir / CERTIFICATE,
        trust_command(ca_dir),
    )
    aliases = [alias for d in distributions for alias in d.aliases]
    if names := uncovered(aliases, authorities):
        LOG.warning(
            "no browser will trust the certificates for %s: the authority is for localhost alone. "
            "Another for a name: `%s`",
            ", ".join(names),
            trust_command(ca_dir, names[0]),
        )


def ready_line(server: HttpServer, distributions: Sequence[Distribution]) -> str:
    """What scripts wait for: it stays as it is, and comes last."""
    names = [alias for d in distributions for alias in d.aliases]
    also = f" ({', '.join(names)})" if names else ""
    return (
        f"localfront ready https://localhost:{server.https_port}/ "
        f"http://localhost:{server.http_port}/{also}"
    )
