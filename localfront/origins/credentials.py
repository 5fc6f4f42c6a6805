"""What a request to AWS is signed with."""

from __future__ import annotations

from typing import Protocol


class Credentials(Protocol):
    """As botocore has them. `token` is that of temporary ones."""

    @property
    def access_key(self) -> str: ...

    @property
    def secret_key(self) -> str: ...

    @property
    def token(self) -> str | None: ...
