from __future__ import annotations

import pytest

from localfront.cache.freshness import (
    error_ttl,
)
from localfront.config.managed_policies import CACHING_DISABLED, CACHING_OPTIMIZED
from localfront.config.policies import CachePolicy
from tests.localfront.cache.origin_times import NOW, SILENT, control, expires_in
from tests.localfront.factories import a_cache_policy, a_response


def kept_error(
    status: int,
    headers: list[tuple[str, str]] = SILENT,
    *,
    minimum: int = 10,
    is_s3: bool = False,
    policy: CachePolicy = CACHING_OPTIMIZED,
) -> int:
    return error_ttl(
        a_response(status, headers=headers),
        policy,
        error_caching_min_ttl=minimum,
        is_s3=is_s3,
        now=NOW,
    ).seconds


@pytest.mark.parametrize("status", [404, 414, 500, 501, 502, 503, 504])
@pytest.mark.proves("ER-001")
def test_these_errors_are_cached_without_cache_control(status: int) -> None:
    assert kept_error(status) == 10
    assert kept_error(status, minimum=300) == 300


@pytest.mark.parametrize("status", [400, 403, 405, 412, 415])
@pytest.mark.proves("ER-002")
def test_these_errors_are_cached_only_with_a_max_age(status: int) -> None:
    assert kept_error(status) == 0
    assert kept_error(status, control("public")) == 0
    assert kept_error(status, expires_in(60)) == 0
    assert kept_error(status, control("max-age=60")) == 60
    assert kept_error(status, control("s-maxage=60")) == 60


@pytest.mark.parametrize("status", [401, 402, 406, 409, 410, 416, 418, 429, 505])
@pytest.mark.proves("ER-002")
def test_other_errors_are_never_cached(status: int) -> None:
    assert kept_error(status, control("max-age=60")) == 0


@pytest.mark.parametrize(
    ("headers", "minimum", "seconds"),
    [
        pytest.param(control("max-age=60"), 10, 60, id="the origin's time is larger"),
        pytest.param(control("max-age=60"), 90, 90, id="the error's time is larger"),
        pytest.param(control("max-age=9, s-maxage=60"), 10, 60, id="s-maxage"),
        pytest.param(expires_in(60), 10, 60, id="Expires"),
        pytest.param(control("max-age=600"), 10, 100, id="bounded by the maximum"),
        pytest.param(control("max-age=600"), 300, 300, id="which errors are not"),
    ],
)
@pytest.mark.proves("ER-004")
def test_an_error_is_cached_for_the_larger_of_the_two_times(
    headers: list[tuple[str, str]], minimum: int, seconds: int
) -> None:
    policy = a_cache_policy(max_ttl=100)

    assert kept_error(404, headers, minimum=minimum, policy=policy) == seconds


@pytest.mark.parametrize("directive", ["no-store", "no-cache", "private"])
@pytest.mark.proves("ER-005")
def test_no_store_prevents_caching_of_some_errors_only(directive: str) -> None:
    for status in (404, 414, 501):
        assert kept_error(status, control(directive)) == 0
    for status in (500, 502, 503, 504):
        assert kept_error(status, control(directive)) == 10


@pytest.mark.proves("ER-006")
def test_with_caching_disabled_no_error_is_cached() -> None:
    assert kept_error(404, control("max-age=60"), policy=CACHING_DISABLED) == 0


@pytest.mark.proves("ER-007")
def test_an_s3_origins_errors_are_cached_for_at_least_a_second() -> None:
    assert kept_error(404, minimum=0, is_s3=True) == 1
    assert kept_error(404, minimum=0, is_s3=False) == 0
    assert kept_error(403, minimum=0, is_s3=True) == 0
