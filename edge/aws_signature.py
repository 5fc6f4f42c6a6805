"""Signature Version 4 for `POST /` without a query string.

That is the form of every call to DynamoDB. Not implemented: other methods and paths, query
strings, presigned URLs, chunked bodies.

Source: AWS IAM User Guide, "Create a signed AWS API request".
"""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

ALGORITHM = "AWS4-HMAC-SHA256"


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """AWS credentials; the repr shows only the access key id."""

    access_key_id: str
    secret_access_key: str = field(repr=False)
    session_token: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """Signs requests to one service in one Region."""

    credentials: Credentials
    region: str
    service: str

    def signed(self, headers: Mapping[str, str], body: bytes, *, now: datetime) -> dict[str, str]:
        """Return `headers` with the date, the session token and the signature added.

        `headers` must contain `Host`. All of them are signed, so leave out those that a proxy
        may change. `now` is in UTC.
        """
        amz_date = now.strftime("%Y%m%dT%H%M%SZ")
        signed = {**headers, "X-Amz-Date": amz_date}
        if self.credentials.session_token is not None:
            signed["X-Amz-Security-Token"] = self.credentials.session_token
        return {**signed, "Authorization": self._authorization(signed, body, amz_date)}

    def _authorization(self, headers: Mapping[str, str], body: bytes, amz_date: str) -> str:
        scope = f"{amz_date[:8]}/{self.region}/{self.service}/aws4_request"
        names, request = canonical_request(headers, body)
        to_sign = "\n".join((ALGORITHM, amz_date, scope, _sha256(request.encode())))
        signature = _hmac(self._key(scope), to_sign).hex()
        return (
            f"{ALGORITHM} Credential={self.credentials.access_key_id}/{scope}, "
            f"SignedHeaders={names}, Signature={signature}"
        )

    def _key(self, scope: str) -> bytes:
        key = f"AWS4{self.credentials.secret_access_key}".encode()
        for part in scope.split("/"):
            key = _hmac(key, part)
        return key


def canonical_request(headers: Mapping[str, str], body: bytes) -> tuple[str, str]:
    """Return the names of the signed headers, and the canonical request of `POST /`."""
    # " a  b " is signed as "a b"
    lines = sorted((name.lower(), " ".join(headers[name].split())) for name in headers)
    names = ";".join(name for name, _ in lines)
    canonical_headers = "".join(f"{name}:{value}\n" for name, value in lines)
    return names, "\n".join(("POST", "/", "", canonical_headers, names, _sha256(body)))


def _hmac(key: bytes, text: str) -> bytes:
    return hmac.digest(key, text.encode(), "sha256")


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
