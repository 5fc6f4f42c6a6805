"""Short descriptions of where an origin's requests go on this machine."""

from __future__ import annotations

from localfront.config.distribution import Origin
from localfront.errors import ConfigError
from localfront.origins.addresses import Endpoints, OriginService, resolve


def place_of(origin: Origin, endpoints: Endpoints) -> str:
    try:
        address = resolve(origin, viewer_scheme="https", endpoints=endpoints)
    except ConfigError:
        return "nowhere: no address is known here"
    if address.service is OriginService.LAMBDA:
        return "its function, on this machine"
    return f"the folder {address.folder}" if address.folder else address.base
