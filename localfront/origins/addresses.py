"""The address for an origin's requests: an override, an emulator, or the origin's own domain.

An override comes first. With an endpoint (AWS_ENDPOINT_URL), S3 and API Gateway names become paths
on the emulator, without DNS. AWS's names are connected to only if AWS was chosen explicitly, so
that local tests never reach it by accident.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from pathlib import Path

from localfront.config.distribution import Distribution, Origin
from localfront.errors import ConfigError
from localfront.http_messages.values import value
from localfront.origins.aws_names import (
    EXECUTE_API_NAME,
    FUNCTION_URL_NAME,
    S3_NAME,
    WEBSITE_NAME,
    code_name,
    is_aws_name,
    is_unknown,
)
from localfront.origins.overrides import AnotherAddress, Folder, Override


class OriginService(Enum):
    S3 = "s3"
    S3_WEBSITE = "s3-website"
    API_GATEWAY = "execute-api"
    LAMBDA = "lambda"
    CUSTOM = "custom"


BUCKETS = frozenset({OriginService.S3, OriginService.S3_WEBSITE})


@value(frozen=True, slots=True, kw_only=True)
class Address:
    """The address of an origin: `base` + the origin request's path. `bucket` is set for S3.

    `host` replaces the Host header. With a `folder` there is no connection; `beside` are more
    folders, each with the prefix of its keys.
    """

    service: OriginService
    base: str
    bucket: str = ""
    region: str = "us-east-1"
    emulated: bool = False
    host: str | None = None
    folder: Path | None = None
    beside: tuple[tuple[str, Path], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoints:
    """The addresses of services.

    Base URLs are an emulator's; `aws` says that AWS itself was chosen. Overrides are keyed by an
    origin's id, domain name, or bucket name. `folders` maps buckets to the folders that would be
    uploaded, if no emulator has them. `functions` are the function URLs and APIs that can run here,
    by id or custom domain name.
    """

    s3: str | None = None
    api_gateway: str | None = None
    aws: bool = False
    functions: frozenset[str] = frozenset()
    overrides: Mapping[str, Override] = field(default_factory=dict)
    folders: Mapping[str, Folder] = field(default_factory=dict)

    def override_of(self, origin: Origin) -> Override | None:
        names = names_of(origin)
        found = next((self.overrides[name] for name in names if name in self.overrides), None)
        if found is None and self.s3 is None:
            return next((self.folders[name] for name in names if name in self.folders), None)
        return found

    def with_folders(self, folders: Mapping[str, Folder]) -> Endpoints:
        return replace(self, folders=folders)


def names_of(origin: Origin) -> tuple[str, ...]:
    """The names by which an override may refer to the origin."""
    match = S3_NAME.fullmatch(origin.domain_name) or WEBSITE_NAME.fullmatch(origin.domain_name)
    bucket = (match["bucket"],) if match else ()
    return (origin.id, origin.domain_name, *bucket)


def resolve(origin: Origin, *, viewer_scheme: str, endpoints: Endpoints) -> Address:
    """An origin's address. Raises ConfigError for an AWS name without access, with remedies."""
    match endpoints.override_of(origin):
        case Folder() as folder:
            return replace(_in_folder(origin, folder.path), beside=folder.beside)
        case AnotherAddress() as another:
            service = _service(origin)
            # An overridden bucket is treated as a custom origin: its requests are not signed.
            return Address(
                service=OriginService.CUSTOM if service in BUCKETS else service,
                base=another.base,
                host=another.host,
            )
    if origin.is_private or is_unknown(origin.domain_name):
        raise ConfigError(needs_an_address([origin], endpoints))
    if runs_here(origin, endpoints):
        return Address(service=OriginService.LAMBDA, base="")
    match = WEBSITE_NAME.fullmatch(origin.domain_name)
    if match and endpoints.s3 is not None:
        return _website(match["bucket"], endpoints.s3)
    if match := S3_NAME.fullmatch(origin.domain_name):
        return _of_s3(origin, match, endpoints, viewer_scheme)
    if match := EXECUTE_API_NAME.fullmatch(origin.domain_name):
        return _of_api_gateway(origin, match, endpoints)
    if is_aws_name(origin.domain_name) and not endpoints.aws:
        raise ConfigError(needs_an_address([origin], endpoints))
    return Address(service=OriginService.CUSTOM, base=_custom_base(origin, viewer_scheme))


def check_addresses(distributions: Iterable[Distribution], endpoints: Endpoints) -> None:
    """Raise ConfigError that names every origin without an address, and what it needs."""
    homeless = {
        origin.id: origin
        for distribution in distributions
        for origin in distribution.origins
        if not _has_address(origin, endpoints)
    }
    if homeless:
        raise ConfigError(needs_an_address(list(homeless.values()), endpoints))
    for distribution in distributions:
        for origin in distribution.origins:
            resolve(origin, viewer_scheme="https", endpoints=endpoints)


def unused_overrides(distributions: Iterable[Distribution], endpoints: Endpoints) -> list[str]:
    """Overrides that match no origin, probably typing errors."""
    names = {
        name
        for distribution in distributions
        for origin in distribution.origins
        for name in names_of(origin)
    }
    return sorted(endpoints.overrides.keys() - names)


def runs_here(origin: Origin, endpoints: Endpoints) -> bool:
    """Whether localfront runs the origin's functions: it has no override, emulator or account."""
    name = origin.domain_name
    if code_name(name) not in endpoints.functions or endpoints.aws:
        return False
    if endpoints.api_gateway is not None and not FUNCTION_URL_NAME.fullmatch(name):
        return False
    return endpoints.override_of(origin) is None and not origin.is_private


def needs_an_address(origins: list[Origin], endpoints: Endpoints) -> str:
    """The message about origins without an address, with the options to set one."""
    named = ", ".join(f"{origin.id!r} ({origin.domain_name})" for origin in origins)
    plural, verb = ("s", "are") if len(origins) > 1 else ("", "is")
    options = " ".join(
        f"--origin-override {origin.id}="
        + ("DIR" if _service(origin) in BUCKETS else "http://localhost:PORT")
        for origin in origins
    )
    emulator = (
        "The endpoint that is set only serves S3 (BUCKET.s3.REGION.amazonaws.com) and API "
        "Gateway (ID.execute-api.REGION.amazonaws.com)."
        if endpoints.s3 or endpoints.api_gateway
        else "Or set AWS_ENDPOINT_URL to an emulator that has them, or use AWS itself with "
        "AWS_PROFILE or AWS_ACCESS_KEY_ID and no endpoint."
    )
    if any(is_unknown(origin.domain_name) for origin in origins):
        return (
            f"Origin{plural} {named}: no resource here has such a name, or it is known "
            f"only after the apply. Add {options} (a folder if it is a bucket's website). "
            f"{emulator}"
        )
    return (
        f"Origin{plural} {named} {verb} on AWS, and connections to AWS are off. Add "
        f"{options} to serve from this machine. {emulator}"
    )


def _has_address(origin: Origin, endpoints: Endpoints) -> bool:
    if endpoints.override_of(origin) is not None:
        return True
    if origin.is_private or is_unknown(origin.domain_name):
        return False
    if endpoints.aws or runs_here(origin, endpoints):
        return True
    match _service(origin):
        case OriginService.S3 | OriginService.S3_WEBSITE:
            return endpoints.s3 is not None
        case OriginService.API_GATEWAY:
            return endpoints.api_gateway is not None
        case _:
            return not is_aws_name(origin.domain_name)


def _service(origin: Origin) -> OriginService:
    if S3_NAME.fullmatch(origin.domain_name):
        return OriginService.S3
    if WEBSITE_NAME.fullmatch(origin.domain_name):
        return OriginService.S3_WEBSITE
    if EXECUTE_API_NAME.fullmatch(origin.domain_name):
        return OriginService.API_GATEWAY
    return OriginService.CUSTOM


def _in_folder(origin: Origin, folder: Path) -> Address:
    if is_unknown(origin.domain_name):  # a folder replaces a bucket
        service = OriginService.S3 if origin.is_s3 else OriginService.S3_WEBSITE
        return Address(service=service, base="", folder=folder)
    if match := WEBSITE_NAME.fullmatch(origin.domain_name):
        bucket = match["bucket"]
        return Address(service=OriginService.S3_WEBSITE, base="", bucket=bucket, folder=folder)
    match = S3_NAME.fullmatch(origin.domain_name)
    if match is None:
        raise ConfigError(
            f"--origin-override {origin.id}={folder}: origin {origin.id!r} is "
            f"{origin.domain_name}, not a bucket, and a folder can only replace a bucket. Use a "
            "URL."
        )
    return Address(service=OriginService.S3, base="", bucket=match["bucket"], folder=folder)


def _website(bucket: str, endpoint: str) -> Address:
    """The address of a website endpoint: objects in an emulator, served as a website here."""
    return Address(
        service=OriginService.S3_WEBSITE,
        base=f"{endpoint}/{bucket}",
        bucket=bucket,
        emulated=True,
    )


def _of_s3(
    origin: Origin, match: re.Match[str], endpoints: Endpoints, viewer_scheme: str
) -> Address:
    """An S3 address: the viewer's protocol (S3-010), unless requests are signed (S3-001)."""
    if endpoints.s3 is None and not endpoints.aws:
        raise ConfigError(needs_an_address([origin], endpoints))
    bucket = match["bucket"]
    always_signed = origin.origin_access_control == "always"
    scheme = "https" if always_signed else viewer_scheme
    base = f"{scheme}://{origin.domain_name}"
    return Address(
        service=OriginService.S3,
        base=f"{endpoints.s3}/{bucket}" if endpoints.s3 else base,
        bucket=bucket,
        region=match["region"] or "us-east-1",
        emulated=endpoints.s3 is not None,
    )


def _of_api_gateway(origin: Origin, match: re.Match[str], endpoints: Endpoints) -> Address:
    if endpoints.api_gateway is None and not endpoints.aws:
        raise ConfigError(needs_an_address([origin], endpoints))
    base = f"https://{origin.domain_name}"
    emulator = endpoints.api_gateway
    return Address(
        service=OriginService.API_GATEWAY,
        base=f"{emulator}/_aws/execute-api/{match['api_id']}" if emulator else base,
        region=match["region"],
        emulated=emulator is not None,
    )


def _custom_base(origin: Origin, viewer_scheme: str) -> str:
    """The base URL of a custom origin, by its origin protocol policy (OR-015)."""
    match origin.protocol_policy:
        case "http-only":
            scheme = "http"
        case "https-only":
            scheme = "https"
        case _:
            scheme = viewer_scheme
    port = origin.https_port if scheme == "https" else origin.http_port
    return f"{scheme}://{origin.domain_name}:{port}"
