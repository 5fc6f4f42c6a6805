"""S3 origins with an origin access identity that the bucket policy names."""

from __future__ import annotations

from typing import Any

import pytest

from localfront.config.distribution import Origin
from localfront.origins.bucket_policy import allows, origin_access_identity
from localfront.origins.client import OriginClient
from tests.localfront.emulated import (
    BUCKET,
    KEYS,
    READABLE,
    emulator,
    fetch,
    is_access_denied,
    reason,
    to_s3,
)
from tests.localfront.factories import an_origin
from tests.localfront.origin_server import OriginServer, saying

IDENTITY = "E127EXAMPLE51Z"
CANONICAL_USER = "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"
ARN = f"arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity {IDENTITY}"
OTHER_ARN = ARN.replace(IDENTITY, "E2OTHER")


def to_identity(principal: Any, action: str = "s3:GetObject") -> dict[str, Any]:
    """The statement of the guide's section on origin access identities."""
    return {
        "Effect": "Allow",
        "Principal": principal,
        "Action": action,
        "Resource": KEYS if action != "s3:ListBucket" else BUCKET,
    }


def identity_origin(**changes: Any) -> Origin:
    return an_origin(
        origin_access_control=None,
        origin_access_identity=IDENTITY,
        s3_canonical_user_id=CANONICAL_USER,
        **changes,
    )


def may_read(principal: Any, canonical_user_id: str | None = CANONICAL_USER) -> bool:
    return allows(
        {"Statement": [to_identity(principal)]},
        caller=origin_access_identity(IDENTITY, canonical_user_id),
        action="s3:GetObject",
        resource="arn:aws:s3:::pages/home.html",
    )


@pytest.mark.parametrize(
    "principal",
    [
        pytest.param({"AWS": ARN}, id="ARN"),
        pytest.param({"AWS": [OTHER_ARN, ARN]}, id="one of several ARNs"),
        pytest.param({"CanonicalUser": CANONICAL_USER}, id="canonical user"),
        pytest.param({"AWS": "*"}, id="everybody"),
    ],
)
def test_a_policy_names_an_identity_by_its_arn_or_its_canonical_user(
    principal: Any,
) -> None:
    assert may_read(principal)


@pytest.mark.parametrize(
    "principal",
    [
        pytest.param({"AWS": OTHER_ARN}, id="another identity"),
        pytest.param({"AWS": f"{ARN}0"}, id="a longer id"),
        pytest.param({"CanonicalUser": "0" * 64}, id="another canonical user"),
        pytest.param({"AWS": CANONICAL_USER}, id="the one name as the other"),
        pytest.param({"CanonicalUser": ARN}, id="the other as the one"),
        pytest.param({"Service": "cloudfront.amazonaws.com"}, id="access control's"),
        pytest.param({"AWS": ARN.replace(" ", "*")}, id="wildcards are no principal"),
        pytest.param({"CanonicalUser": [None]}, id="nobody"),
    ],
)
def test_a_policy_for_another_principal_allows_nothing(principal: Any) -> None:
    assert not may_read(principal)


def test_without_its_canonical_user_an_identity_matches_only_by_arn() -> None:
    assert may_read({"AWS": ARN}, canonical_user_id=None)
    assert not may_read({"CanonicalUser": CANONICAL_USER}, canonical_user_id=None)
    assert not may_read({"CanonicalUser": [None]}, canonical_user_id=None)


async def test_an_object_is_fetched_as_the_identity(client: OriginClient) -> None:
    async with OriginServer(saying(b"a page")) as server:
        origins = emulator(client, server, to_identity({"AWS": ARN}))
        response = await fetch(origins, to_s3(), identity_origin())

    assert response.status == 200
    assert "authorization" in server.received[0].headers


async def test_a_policy_for_origin_access_control_does_not_allow_an_identity(
    client: OriginClient,
) -> None:
    async with OriginServer() as server:
        response = await fetch(emulator(client, server, READABLE), to_s3(), identity_origin())

    assert is_access_denied(response)
    assert ARN in reason(response)
    assert server.received == []


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
@pytest.mark.proves("S3-008")
async def test_an_identity_does_not_sign_unsafe_methods(client: OriginClient, method: str) -> None:
    writable = to_identity({"AWS": ARN}, "s3:*")

    async with OriginServer() as server:
        response = await fetch(
            emulator(client, server, writable), to_s3(method=method), identity_origin()
        )

    assert is_access_denied(response)
    assert "unsigned requests" in reason(response)
