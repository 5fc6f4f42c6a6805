"""Verify that the credentials belong to the intended AWS account.

An account is only used if its number was given and the credentials are for it.
`AWS_ENDPOINT_URL` may name an emulator on this machine, for rehearsals; its account number must be
given, too.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from harness.emulators import emulators
from harness.emulators.emulators import REGION, Emulator
from harness.errors import HarnessError

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_secretsmanager import SecretsManagerClient

NUMBER = re.compile(r"[0-9]{12}")
ENDPOINT = "AWS_ENDPOINT_URL"


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A verified account. `emulator` is for rehearsals, None is AWS. `caller` is our ARN."""

    number: str
    caller: str
    session: boto3.Session
    emulator: Emulator | None
    _clients: dict[tuple[str, str], Any] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def client(self, service: Any, *, region: str = REGION) -> Any:
        """The service's client, which is made once: each takes hundredths of a second."""
        made = self._clients.get((service, region))
        if made is None:
            made = self._clients[service, region] = self._made(service, region)
        return made

    def _made(self, service: Any, region: str) -> Any:
        endpoint = None
        if self.emulator:
            cloudfront = service == "cloudfront"
            endpoint = self.emulator.cloudfront_endpoint if cloudfront else self.emulator.endpoint
        return self.session.client(service, region_name=region, endpoint_url=endpoint)

    @property
    def s3(self) -> "S3Client":
        client: S3Client = self.client("s3")
        return client

    @property
    def dynamodb(self) -> "DynamoDBClient":
        client: DynamoDBClient = self.client("dynamodb")
        return client

    @property
    def secretsmanager(self) -> "SecretsManagerClient":
        client: SecretsManagerClient = self.client("secretsmanager")
        return client


def open_account(number: str, environ: Mapping[str, str]) -> Account:
    """Open the account. Raises HarnessError for missing or another account's credentials."""
    if not NUMBER.fullmatch(number):
        raise HarnessError(f"--account is {number!r}: an AWS account id has twelve digits.")
    emulator = emulator_of(environ)
    session = emulator.session() if emulator else boto3.Session(region_name=REGION)
    sts = session.client("sts", endpoint_url=emulator.endpoint if emulator else None)
    try:
        identity = sts.get_caller_identity()
    except (BotoCoreError, ClientError) as error:
        raise HarnessError(
            f"AWS does not accept these credentials: {error}. Log in, for example with "
            "`aws sso login`, and name the profile in AWS_PROFILE."
        ) from None
    if identity["Account"] != number:
        raise HarnessError(
            f"These credentials belong to account {identity['Account']}, and --account says {number}. "
            "Nothing was changed."
        )
    return Account(number=number, caller=identity["Arn"], session=session, emulator=emulator)


def emulator_of(environ: Mapping[str, str]) -> Emulator | None:
    """The emulator, if any. Raises HarnessError if the endpoint is not on this machine."""
    endpoints = {name: url for name, url in environ.items() if name.startswith(ENDPOINT) and url}
    for name, url in endpoints.items():
        if not is_loopback(urlsplit(url).hostname or ""):
            raise HarnessError(
                f"{name} is {url}, and a rehearsal needs an emulator on this machine. To promote "
                f"to AWS itself, unset it."
            )
    if not endpoints:
        return None
    if ENDPOINT not in endpoints:
        raise HarnessError(
            f"{', '.join(sorted(endpoints))} without {ENDPOINT}: the other calls would go to "
            f"AWS. Set {ENDPOINT} too, or unset these."
        )
    return emulators.named_by(environ)


def is_loopback(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
