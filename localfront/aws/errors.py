"""botocore's errors, for an `except`: they are imported when something was raised, and not before."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from botocore.exceptions import BotoCoreError, ClientError


def client_error() -> type[ClientError]:
    """What an API answers with."""
    from botocore.exceptions import ClientError

    return ClientError


def no_answer() -> type[BotoCoreError]:
    """What keeps an API from answering."""
    from botocore.exceptions import BotoCoreError

    return BotoCoreError
