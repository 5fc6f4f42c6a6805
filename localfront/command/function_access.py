"""The AWS endpoints that edge functions may call, and their credentials."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from localfront.aws.settings import Settings

if TYPE_CHECKING:  # it brings boto3 along
    from localfront.aws.session import AwsSession


def access_of_functions(settings: Settings, session: AwsSession) -> Mapping[str, str]:
    """The endpoints and credentials of edge functions.

    With AWS itself they get none: the developer's own are not the function's role.
    """
    credentials = session.get_credentials()
    if not settings.emulated or credentials is None:
        return {}
    frozen = credentials.get_frozen_credentials()
    variables = {
        "AWS_ACCESS_KEY_ID": frozen.access_key,
        "AWS_SECRET_ACCESS_KEY": frozen.secret_key,
        "AWS_SESSION_TOKEN": frozen.token,
    }
    return {**settings.service_endpoints, **{n: v for n, v in variables.items() if v}}
