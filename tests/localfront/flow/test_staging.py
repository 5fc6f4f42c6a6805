"""Which viewers the staging distribution serves."""

from __future__ import annotations

from typing import Any

import pytest

from localfront.config.distribution import ContinuousDeployment, SessionStickiness
from localfront.flow.staging import COOKIE, Chosen, choose_staging
from tests.localfront.factories import a_distribution, a_request

STAGING = a_distribution(id="E2", domain_name="d2.cloudfront.net", is_staging=True)
BY_NAME = {"d2.cloudfront.net": STAGING}
NOW = 1_800_000_000.0
SESSION = SessionStickiness(idle_ttl=300, maximum_ttl=600)

pytestmark = pytest.mark.proves("MI-005")


def chosen(
    *headers: tuple[str, str], now: float = NOW, random: float = 0.5, **policy: Any
) -> Chosen:
    deployment = ContinuousDeployment(staging_names=frozenset(BY_NAME), **policy)
    primary = a_distribution(continuous_deployment=deployment)
    request = a_request("/", headers=headers)
    return choose_staging(primary, BY_NAME, request, now=now, random=lambda: random)


@pytest.mark.parametrize(
    ("headers", "goes"),
    [
        ([("AWS-CF-CD-Next", "yes")], True),
        ([("aws-cf-cd-next", "YES")], False),
        ([("aws-cf-cd-other", "yes")], False),
        ([], False),
    ],
)
def test_the_header_with_its_value_routes_to_staging(
    headers: list[tuple[str, str]], goes: bool
) -> None:
    found = chosen(*headers, header=("aws-cf-cd-next", "yes"))

    assert (found.distribution is STAGING) is goes
    assert found.cookie is None


@pytest.mark.parametrize(("random", "goes"), [(0.0, True), (0.149, True), (0.15, False)])
def test_a_share_of_all_requests_goes_to_staging(random: float, goes: bool) -> None:
    assert (chosen(random=random, weight=0.15).distribution is STAGING) is goes


def test_a_weight_of_zero_sends_no_viewer_to_staging() -> None:
    assert chosen(random=0.0, weight=0).distribution is not STAGING


@pytest.mark.parametrize(("random", "side"), [(0.0, "staging"), (0.9, "primary")])
def test_a_viewer_stays_on_its_distribution_until_the_session_ends(
    random: float, side: str
) -> None:
    first = chosen(random=random, weight=0.1, session=SESSION)
    assert first.cookie == (f"{COOKIE}={side}.{NOW:.0f}; Max-Age=300; Path=/; Secure; HttpOnly")
    cookie = ("Cookie", f"a=1; {first.cookie.partition(';')[0]}; b=2")

    later = chosen(cookie, now=NOW + 500, random=1 - random, weight=0.1, session=SESSION)
    assert later.distribution.id == first.distribution.id
    assert later.cookie is not None
    assert f"{side}.{NOW:.0f}; Max-Age=100;" in later.cookie
    assert later.request.headers.get_all("cookie") == ("a=1; b=2",)

    over = chosen(cookie, now=NOW + 600, random=1 - random, weight=0.1, session=SESSION)
    assert over.distribution.id != first.distribution.id


@pytest.mark.parametrize(
    "value", ["staging", "staging.", "staging.x", "elsewhere.1", f"staging.{NOW + 9:.0f}", "."]
)
def test_a_forged_or_malformed_session_cookie_is_ignored(value: str) -> None:
    found = chosen(("Cookie", f"{COOKIE}={value}"), weight=0.1, session=SESSION)

    assert found.distribution is not STAGING
    assert "cookie" not in found.request.headers


def test_a_missing_staging_distribution_gets_no_requests() -> None:
    policy = ContinuousDeployment(staging_names=frozenset(["d9.cloudfront.net"]), weight=0.15)
    primary = a_distribution(continuous_deployment=policy)

    found = choose_staging(primary, BY_NAME, a_request("/"), now=NOW, random=lambda: 0.0)

    assert found.distribution is primary
