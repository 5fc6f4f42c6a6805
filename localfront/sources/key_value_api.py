"""Read key value stores from the CloudFront KeyValueStore API.

A store has at most 5 MB (FN-021), and functions read it during requests: so it is fetched whole in
advance, and again when its ETag changes.

Source: CloudFront KeyValueStore API Reference, DescribeKeyValueStore, ListKeys; CloudFront
Developer Guide, "Helper methods for key value stores".
"""

from __future__ import annotations

import importlib.util
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from localfront.errors import ConfigError
from localfront.sources.key_value_store import KeyValueStore

if TYPE_CHECKING:
    from localfront.aws.session import AwsSession

HOME_REGION: Final = "us-east-1"
SERVICE: Final = "cloudfront-keyvaluestore"
AWS_HOSTS = (".api.aws", ".amazonaws.com")


class KeyValueStores:
    """The API's client. Blocking: call it from a thread."""

    def __init__(self, session: AwsSession) -> None:
        self._session = session
        self._client: Any = None

    def read(self, arn: str, *, but: str) -> tuple[str, KeyValueStore] | None:
        """Read a store with its ETag; None if the ETag is still `but`.

        Raises ConfigError when it can't be had.
        """
        try:
            client = self._client = self._client or self._connected()
            description = client.describe_key_value_store(KvsARN=arn)
            if description["ETag"] == but:
                return None
            pages = client.get_paginator("list_keys").paginate(KvsARN=arn)
            values = {
                item["Key"]: item["Value"] for page in pages for item in page.get("Items", ())
            }
        except (BotoCoreError, ClientError) as error:
            raise ConfigError(
                f"KeyValueStoreARN {arn!r} can't be read: {error} Create the store, or correct "
                "the association. AWS itself requires SigV4A: install botocore[crt] for it."
            ) from error
        meta = {
            "creationDateTime": _iso(description["Created"]),
            "lastUpdatedDateTime": _iso(description.get("LastModified") or description["Created"]),
            "keyCount": len(values),
        }
        return description["ETag"], KeyValueStore(values=values, meta=meta)

    def unused(self) -> list[str]:
        """None: options do not apply."""
        return []

    def place(self, arn: str) -> str:
        client = self._client = self._client or self._connected()
        return f"the KeyValueStore API at {client.meta.endpoint_url}"

    def edit(self, arn: str, key: str, value: str | None) -> None:
        """Change a key; only possible in an emulator.

        Source: KeyValueStore API Reference, PutKey, DeleteKey.
        """
        client = self._client = self._client or self._connected()
        if (urlsplit(str(client.meta.endpoint_url)).hostname or "").endswith(AWS_HOSTS):
            raise ConfigError("The store is on AWS: edit it there; it is read-only here.")
        try:
            etag = client.describe_key_value_store(KvsARN=arn)["ETag"]
            if value is None:
                client.delete_key(KvsARN=arn, Key=key, IfMatch=etag)
            else:
                client.put_key(KvsARN=arn, Key=key, Value=value, IfMatch=etag)
        except (BotoCoreError, ClientError) as error:
            raise ConfigError(f"The store rejected it: {error}") from error

    def _connected(self) -> Any:
        """A client that omits the account from the host name, which emulators do not support."""
        # Emulators accept any signature; without AWS's C runtime only this one is available.
        signature = None if importlib.util.find_spec("awscrt") else "v4"
        client = self._session.client(
            SERVICE,
            region_name=HOME_REGION,
            config=Config(signature_version=signature),
        )
        base = urlsplit(str(client.meta.endpoint_url))
        if not (base.hostname or "").endswith(AWS_HOSTS):

            def without_account(request: AWSRequest, **_: Any) -> None:
                request.url = urlsplit(str(request.url))._replace(netloc=base.netloc).geturl()

            client.meta.events.register(f"before-sign.{SERVICE}", without_account)
        return client


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
