"""The standard AWS environment, read once.

No endpoint set means AWS itself. Nothing here asks whether it runs locally.

Source: AWS SDKs and Tools Reference Guide, "Service-specific endpoints".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from localfront.errors import ConfigError
from localfront.origins.addresses import Endpoints

DEFAULT_REGION = "us-east-1"  # where CloudFront's API and Lambda@Edge live (LA-002)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """`service_endpoints` are the AWS_ENDPOINT_URL* variables as they are set."""

    endpoints: Endpoints
    service_endpoints: Mapping[str, str]
    region: str

    @classmethod
    def load(cls, environ: Mapping[str, str]) -> Settings:
        """Raises ConfigError naming the variable that is malformed."""
        named = {
            name: value.rstrip("/")
            for name, value in environ.items()
            if name.startswith("AWS_ENDPOINT_URL") and value
        }
        for name, value in named.items():
            if not _is_base_url(value):
                raise ConfigError(
                    f"{name} is {value!r}: give a URL such as http://127.0.0.1:4566."
                )
        general = named.get("AWS_ENDPOINT_URL")
        region = environ.get("AWS_REGION") or environ.get("AWS_DEFAULT_REGION")
        return cls(
            endpoints=Endpoints(
                s3=named.get("AWS_ENDPOINT_URL_S3", general),
                api_gateway=named.get("AWS_ENDPOINT_URL_API_GATEWAY", general),
            ),
            service_endpoints=named,
            region=region or DEFAULT_REGION,
        )

    @property
    def emulated(self) -> bool:
        return bool(self.service_endpoints)


def _is_base_url(value: str) -> bool:
    """Whether it names a scheme and a host, perhaps a port and a path, and nothing more."""
    try:
        parts = urlsplit(value)
        port = parts.port
    except ValueError:
        return False
    return (
        value.isprintable()
        and not {" ", "?", "#"} & set(value)
        and parts.scheme in ("http", "https")
        and bool(parts.hostname)
        and port != 0
    )
