"""An origin's AWS name → where its requests really go.

With an endpoint (AWS_ENDPOINT_URL), S3 and API Gateway names become paths of the emulator, which
understands them without any DNS; without one the name itself is dialled. Other names under
amazonaws.com are refused while an endpoint is set, so that nothing local reaches AWS by accident.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from localfront.config.distribution import Origin
from localfront.errors import ConfigError

S3_NAME = re.compile(
    r"(?P<bucket>[a-z0-9][a-z0-9.-]{1,61}[a-z0-9])\.s3(?:[.-](?P<region>[a-z]{2}-[a-z-]+-\d))?"
    r"\.amazonaws\.com"
)  # S3-013
EXECUTE_API_NAME = re.compile(
    r"(?P<api_id>[a-z0-9]+)\.execute-api\.(?P<region>[a-z0-9-]+)\.amazonaws\.com"
)


class Service(Enum):
    S3 = "s3"
    API_GATEWAY = "execute-api"
    CUSTOM = "custom"


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where an origin's requests go: `base` + the origin request's path. `bucket` is S3's."""

    service: Service
    base: str
    bucket: str = ""
    region: str = "us-east-1"
    emulated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoints:
    """Base URLs of an emulator, None for AWS itself."""

    s3: str | None = None
    api_gateway: str | None = None


def resolve(origin: Origin, *, viewer_scheme: str, endpoints: Endpoints) -> Address:
    """Raises ConfigError for a name under amazonaws.com that an endpoint can't stand for."""
    if match := S3_NAME.fullmatch(origin.domain_name):
        bucket, region = match["bucket"], match["region"] or "us-east-1"
        base = (
            f"{endpoints.s3}/{bucket}"
            if endpoints.s3
            else f"https://{origin.domain_name}"
        )
        emulated = endpoints.s3 is not None
        return Address(
            service=Service.S3,
            base=base,
            bucket=bucket,
            region=region,
            emulated=emulated,
        )
    if match := EXECUTE_API_NAME.fullmatch(origin.domain_name):
        if endpoints.api_gateway is None:
            base = f"https://{origin.domain_name}"
        else:
            base = f"{endpoints.api_gateway}/_aws/execute-api/{match['api_id']}"
        return Address(
            service=Service.API_GATEWAY,
            base=base,
            region=match["region"],
            emulated=endpoints.api_gateway is not None,
        )
    if origin.domain_name.endswith(".amazonaws.com") and endpoints != Endpoints():
        raise ConfigError(
            f"Origin {origin.id!r} is {origin.domain_name}, and an endpoint is set: localfront "
            "maps S3 (BUCKET.s3.REGION.amazonaws.com) and API Gateway "
            "(ID.execute-api.REGION.amazonaws.com) to it, and dials no other name of AWS's."
        )
    return Address(service=Service.CUSTOM, base=_custom_base(origin, viewer_scheme))


def _custom_base(origin: Origin, viewer_scheme: str) -> str:
    """OR-015."""
    match origin.protocol_policy:
        case "http-only":
            scheme = "http"
        case "https-only":
            scheme = "https"
        case _:
            scheme = viewer_scheme
    port = origin.https_port if scheme == "https" else origin.http_port
    return f"{scheme}://{origin.domain_name}:{port}"
