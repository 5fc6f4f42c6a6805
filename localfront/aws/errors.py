"""botocore's exceptions for `except` clauses, imported only once something was raised."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from botocore.exceptions import BotoCoreError, ClientError


def client_error() -> type[ClientError]:
    """The exception for an API's error response."""
    from botocore.exceptions import ClientError

    return ClientError


def connection_errors() -> type[BotoCoreError]:
    """The exceptions for an API that cannot be reached."""
    from botocore.exceptions import BotoCoreError

    return BotoCoreError
