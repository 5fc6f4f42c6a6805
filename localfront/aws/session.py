"""The AWS settings and session of this process, from its environment and the shared configuration."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

import boto3
import botocore.session

from localfront.aws.settings import Settings


def load_settings() -> Settings:
    """Raises ConfigError, and botocore's error for a profile that there is not."""
    return Settings.load(os.environ, _shared_profile())


def open_session(settings: Settings) -> boto3.Session:
    """The user's AWS session. An emulator takes any credentials, so none need be set for one, and
    where AWS was not chosen none are looked for.
    """
    if settings.endpoints.aws or settings.emulated:
        session = boto3.Session(region_name=settings.region)
        if session.get_credentials() is not None or not settings.emulated:
            return session
    return boto3.Session(
        region_name=settings.region,
        aws_access_key_id="test",
        aws_secret_access_key="test",  # noqa: S106 -- no secret: any will do
    )


def _shared_profile() -> Mapping[str, Any]:
    """The profile in force, with its section of services in place of that section's name."""
    session = botocore.session.get_session()
    profile: dict[str, Any] = dict(session.get_scoped_config())
    services = session.full_config.get("services", {})
    return profile | {"services": services.get(profile.get("services"), {})}
