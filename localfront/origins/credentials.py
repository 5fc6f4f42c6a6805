"""Credentials for signing requests to AWS."""

from __future__ import annotations

from typing import Protocol


class Credentials(Protocol):
    """Credentials as in botocore. `token` is for temporary ones."""

    @property
    def access_key(self) -> str: ...

    @property
    def secret_key(self) -> str: ...

    @property
    def token(self) -> str | None: ...
