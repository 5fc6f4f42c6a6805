"""The function's settings: the sessions table, its Region and endpoint, and credentials.

Lambda@Edge functions have no environment variables of their own. Those that Lambda sets are
enough: the function's name contains the stack's name and the home Region, and the role's
credentials are there. With an emulator, the endpoint is in the standard variable of the AWS
SDKs.

Source: AWS Lambda Developer Guide, "Using Lambda environment variables" (defined
runtime variables); AWS SDKs and Tools Reference Guide, "Service-specific endpoints".
"""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from aws_signature import Credentials
from errors import SettingsError

NAME_SUFFIX = "-edge"


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """A server's address. `host` is the Host header, with the port if it is not the default."""

    secure: bool
    host: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    table: str
    region: str
    endpoint: Endpoint
    credentials: Credentials

    @classmethod
    def load(cls, environ: Mapping[str, str]) -> "Settings":
        """Read the environment. Raises SettingsError naming a missing or malformed variable."""
        home_region, site = _home_region_and_site(_required(environ, "AWS_LAMBDA_FUNCTION_NAME"))
        region = home_region or _required(environ, "AWS_REGION")
        return cls(
            table=f"{site}-sessions",
            region=region,
            endpoint=_endpoint(environ, region),
            credentials=Credentials(
                access_key_id=_required(environ, "AWS_ACCESS_KEY_ID"),
                secret_access_key=_required(environ, "AWS_SECRET_ACCESS_KEY"),
                session_token=environ.get("AWS_SESSION_TOKEN") or None,
            ),
        )


def _home_region_and_site(function_name: str) -> tuple[str, str]:
    """Split `us-east-1.NAME-edge`, a replica's name, or `NAME-edge` without a Region."""
    home_region, _, name = function_name.rpartition(".")
    site = name.removesuffix(NAME_SUFFIX)
    if not site or site == name:
        raise SettingsError(
            f"AWS_LAMBDA_FUNCTION_NAME is {function_name!r}: it must end in "
            f"{NAME_SUFFIX!r}, because the table of sessions is named after it."
        )
    return home_region, site


def _endpoint(environ: Mapping[str, str], region: str) -> Endpoint:
    url = (
        environ.get("AWS_ENDPOINT_URL_DYNAMODB")
        or environ.get("AWS_ENDPOINT_URL")
        or f"https://dynamodb.{region}.amazonaws.com"
    )
    parts = urlsplit(url)
    # anything else (a path, a query, a password) would be ignored silently
    bare = url.rstrip("/") == f"{parts.scheme}://{parts.netloc}"
    if bare and parts.scheme in {"http", "https"} and "@" not in parts.netloc:
        return Endpoint(secure=parts.scheme == "https", host=parts.netloc)
    raise SettingsError(
        "AWS_ENDPOINT_URL_DYNAMODB or AWS_ENDPOINT_URL must have the form "
        "http://HOST:PORT, without a path."
    )


def _required(environ: Mapping[str, str], name: str) -> str:
    value = environ.get(name)
    if not value:
        raise SettingsError(f"{name} is not set: AWS Lambda sets it for every function.")
    return value
