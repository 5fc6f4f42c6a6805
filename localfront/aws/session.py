"""The AWS settings and session, from the environment and the shared configuration.

boto3 takes as long to import as everything else together, so it is imported on first use.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from localfront.aws.settings import Settings

if TYPE_CHECKING:
    import boto3

    AwsSession: TypeAlias = "boto3.Session | LazySession"

_SHARED_FILES = {
    "AWS_CONFIG_FILE": "~/.aws/config",
    "AWS_SHARED_CREDENTIALS_FILE": "~/.aws/credentials",
}
_PROFILE = ("AWS_PROFILE", "AWS_DEFAULT_PROFILE")


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceholderCredentials:
    """Placeholder credentials, which an emulator accepts."""

    access_key: str = "test"
    secret_key: str = "test"  # noqa: S105 -- not a secret
    token: str | None = None

    def get_frozen_credentials(self) -> PlaceholderCredentials:
        return self


class LazySession:
    """A `boto3.Session` with placeholder credentials, opened for the first client."""

    def __init__(self, region: str) -> None:
        self._region = region

    def client(self, service: Any, **options: Any) -> Any:
        return self._session.client(service, **options)

    def get_credentials(self) -> PlaceholderCredentials:
        return PlaceholderCredentials()

    @property
    def events(self) -> Any:
        """The emitter of botocore's events, for clients that are made later."""
        return self._session.events

    @cached_property
    def _session(self) -> boto3.Session:
        import boto3

        any_will_do = PlaceholderCredentials()
        return boto3.Session(
            region_name=self._region,
            aws_access_key_id=any_will_do.access_key,
            aws_secret_access_key=any_will_do.secret_key,
        )


def load_settings(environ: Mapping[str, str]) -> Settings:
    """Read the settings. Raises ConfigError, and botocore's error for an unknown profile."""
    return Settings.load(environ, _shared_profile(environ))


def open_session(settings: Settings) -> AwsSession:
    """The user's AWS session.

    With an emulator any credentials do. They are only looked up where AWS was chosen.
    """
    if settings.endpoints.aws or settings.emulated:
        import boto3

        session = boto3.Session(region_name=settings.region)
        if session.get_credentials() is not None or not settings.emulated:
            return session
    return LazySession(settings.region)


def _shared_profile(environ: Mapping[str, str]) -> Mapping[str, Any]:
    """The active profile, with its `services` section resolved."""
    if not _is_anything_shared(environ):
        return {}
    import botocore.session

    session = botocore.session.get_session()
    profile: dict[str, Any] = dict(session.get_scoped_config())
    services = session.full_config.get("services", {})
    return profile | {"services": services.get(profile.get("services"), {})}


def _is_anything_shared(environ: Mapping[str, str]) -> bool:
    """Whether there is a shared file to read, or a profile for botocore to report as missing."""
    named = any(environ.get(name) for name in _PROFILE)
    files = (environ.get(name) or usual for name, usual in _SHARED_FILES.items())
    return named or any(Path(file).expanduser().exists() for file in files)
