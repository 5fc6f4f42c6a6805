from __future__ import annotations

from typing import Any

import pytest

from localfront.check.findings import Severity
from tests.localfront.check.checking import api, finding, findings, methods
from tests.localfront.factories import listing


def forwarding(**changes: Any) -> dict[str, Any]:
    """Legacy settings: all query strings, these headers and cookies, for up to a minute."""
    values = {
        "QueryString": True,
        "Headers": listing(*changes.pop("headers", ())),
        "Cookies": {"Forward": changes.pop("cookies", "none")},
    }
    ttls = {"MinTTL": 0, "DefaultTTL": 0, "MaxTTL": 60}
    behavior = api(ForwardedValues=values, **{**ttls, **changes})
    del behavior["CachePolicyId"]
    del behavior["OriginRequestPolicyId"]
    return {"CacheBehaviors": listing(behavior)}


@pytest.mark.proves("AG-005")
def test_a_login_api_that_gets_no_cookies_is_found() -> None:
    found = finding("AG-005", CacheBehaviors=listing(api(OriginRequestPolicyId="")))

    assert "removes Set-Cookie" in found.message
    assert findings("AG-005") == ()


@pytest.mark.proves("AG-005")
def test_an_api_with_tokens_needs_no_cookies() -> None:
    assert findings("AG-005", **forwarding(headers=["Authorization"])) == ()


def test_a_read_only_api_needs_no_cookies() -> None:
    behavior = api(OriginRequestPolicyId="", **methods("GET", "HEAD"))

    assert findings("AG-005", CacheBehaviors=listing(behavior)) == ()


@pytest.mark.proves("CA-023")
def test_cookies_that_are_cached_for_everybody_are_found() -> None:
    found = finding("CA-023", **forwarding(cookies="all", DefaultTTL=30))

    assert "for 30 s" in found.message
    assert findings("CA-023", **forwarding(cookies="all")) == ()


@pytest.mark.proves("CA-016")
def test_a_minimum_ttl_above_what_the_api_forbids_is_noted() -> None:
    found = finding("CA-016", **forwarding(cookies="all", MinTTL=1, DefaultTTL=1))

    assert found.severity is Severity.NOTE
    assert findings("CA-016") == ()
