"""The standard AWS environment, read once.

An endpoint names an emulator. AWS itself has to be chosen: by a profile or an access key in the
environment, without an endpoint. Credentials that merely exist (a default profile, instance
metadata) choose nothing. Nothing here depends on whether it runs locally.

Source: AWS SDKs and Tools Reference Guide, "Service-specific endpoints".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from localfront.errors import ConfigError
from localfront.origins.addresses import Endpoints
from localfront.origins.overrides import is_base_url

DEFAULT_REGION = "us-east-1"  # where CloudFront's API and Lambda@Edge live (LA-002)
CHOOSING = ("AWS_PROFILE", "AWS_ACCESS_KEY_ID")
ENDPOINT = "AWS_ENDPOINT_URL"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """AWS settings. `service_endpoints` are the AWS_ENDPOINT_URL_* variables that are set."""

    endpoints: Endpoints
    service_endpoints: Mapping[str, str]
    region: str

    @classmethod
    def load(cls, environ: Mapping[str, str], profile: Mapping[str, Any] | None = None) -> Settings:
        """Read the settings.

        `profile` is the active profile of the shared configuration; the environment overrides it.
        Raises ConfigError naming what is malformed.
        """
        named = _endpoints_of(profile or {}) | {
            name: value for name, value in environ.items() if name.startswith(ENDPOINT) and value
        }
        if environ.get("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "").lower() == "true":
            named = {}
        named = {name: value.rstrip("/") for name, value in named.items()}
        for name, value in named.items():
            if not is_base_url(value):
                raise ConfigError(
                    f"{name} is {value!r}: it must be a URL such as http://127.0.0.1:4566."
                )
        general = named.get(ENDPOINT)
        region = environ.get("AWS_REGION") or environ.get("AWS_DEFAULT_REGION")
        return cls(
            endpoints=Endpoints(
                s3=named.get(f"{ENDPOINT}_S3", general),
                api_gateway=named.get(f"{ENDPOINT}_API_GATEWAY", general),
                aws=not named and any(environ.get(name) for name in CHOOSING),
            ),
            service_endpoints=named,
            region=region or DEFAULT_REGION,
        )

    @property
    def emulated(self) -> bool:
        return bool(self.service_endpoints)

    def reaches(self, service: str) -> bool:
        """Whether a service ("cloudfront") may be called: at an endpoint, or at AWS by choice."""
        own = f"{ENDPOINT}_{service.upper()}"
        return self.endpoints.aws or not {ENDPOINT, own}.isdisjoint(self.service_endpoints)


def _endpoints_of(profile: Mapping[str, Any]) -> dict[str, str]:
    """A profile's `endpoint_url`, and those of its `services` section, as the variables' names."""
    found = {
        f"{ENDPOINT}_{service.upper()}": str(settings["endpoint_url"])
        for service, settings in profile.get("services", {}).items()
        if isinstance(settings, Mapping) and settings.get("endpoint_url")
    }
    general = profile.get("endpoint_url")
    return found | ({ENDPOINT: str(general)} if general else {})
