"""When Authorization and Cookie are forwarded to an origin."""

from __future__ import annotations

import pytest

from localfront.config.distribution import CacheBehavior
from localfront.config.managed_policies import (
    ALL_VIEWER,
    ALL_VIEWER_EXCEPT_HOST_HEADER,
    CORS_CUSTOM_ORIGIN,
)
from localfront.origins.requests import forwards_cookies
from tests.localfront.factories import (
    ALL,
    a_behavior,
    a_cache_policy,
    a_request,
    an_api_behavior,
    listed,
)
from tests.localfront.origins.sent import (
    BROWSERS,
    NOTHING,
    sent_headers,
    with_request_policy,
)


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.proves("OR-008")
def test_authorization_is_removed_for_get_and_head(method: str) -> None:
    request = a_request(method=method, headers=[("Authorization", "Bearer x")])

    assert "authorization" not in sent_headers(request)


@pytest.mark.parametrize("method", ["DELETE", "PATCH", "POST", "PUT"])
@pytest.mark.proves("OR-008")
def test_authorization_is_kept_for_unsafe_methods(method: str) -> None:
    request = a_request(method=method, headers=[("Authorization", "Bearer x")])

    assert sent_headers(request).get("authorization") == "Bearer x"


@pytest.mark.proves("OR-008")
def test_authorization_is_removed_for_options_only_when_options_is_cached() -> None:
    request = a_request(method="OPTIONS", headers=[("Authorization", "Bearer x")])
    cached = a_behavior(cache_policy=NOTHING, cached_methods=frozenset({"GET", "HEAD", "OPTIONS"}))

    assert "authorization" in sent_headers(request)
    assert "authorization" not in sent_headers(request, cached)


@pytest.mark.parametrize(
    "behavior",
    [
        pytest.param(
            a_behavior(cache_policy=a_cache_policy(headers=listed("authorization"))),
            id="listed in the cache policy",
        ),
        pytest.param(
            a_behavior(cache_policy=NOTHING, origin_request_policy=ALL_VIEWER),
            id="all viewer headers",
        ),
    ],
)
@pytest.mark.proves("OR-009")
def test_authorization_reaches_the_origin_on_get_by_policy(
    behavior: CacheBehavior,
) -> None:
    request = a_request(headers=[("Authorization", "Bearer x")])

    assert sent_headers(request, behavior).get("authorization") == "Bearer x"


@pytest.mark.proves("CA-024")
def test_cookies_are_removed_unless_a_policy_forwards_them() -> None:
    request = a_request(headers=BROWSERS)

    assert "cookie" not in sent_headers(request)
    assert "cookie" not in sent_headers(request, with_request_policy(ALL))
    assert (
        sent_headers(request, with_request_policy(cookies=listed("theme"))).get("cookie")
        == "theme=dark"
    )


@pytest.mark.parametrize(
    ("behavior", "forwarded"),
    [
        pytest.param(a_behavior(), False, id="no policy"),
        pytest.param(
            a_behavior(cache_policy=a_cache_policy(cookies=listed("a"))),
            True,
            id="cache policy",
        ),
        pytest.param(
            an_api_behavior(origin_request_policy=ALL_VIEWER_EXCEPT_HOST_HEADER),
            True,
            id="origin request policy",
        ),
        pytest.param(
            a_behavior(origin_request_policy=CORS_CUSTOM_ORIGIN),
            False,
            id="origin request policy without cookies",
        ),
    ],
)
@pytest.mark.proves("CA-024", "AG-005")
def test_a_behavior_forwards_cookies_by_policy(behavior: CacheBehavior, forwarded: bool) -> None:
    assert forwards_cookies(behavior) is forwarded
