"""The viewer's address in the log, from X-Forwarded-For."""

import pytest

from lambdas.viewer_address import viewer
from tests.lambdas.proxy_events import proxy_event

CLOUDFRONT = "130.176.1.2"


@pytest.mark.parametrize(
    ("forwarded", "logged"),
    [
        (f"198.51.100.10, {CLOUDFRONT}", "198.51.100.10"),
        (f"2001:db8::1, {CLOUDFRONT}", "2001:db8::1"),
        (f"10.0.0.1, 8.8.8.8, 198.51.100.10, {CLOUDFRONT}", "198.51.100.10"),
        (f"<script>, {CLOUDFRONT}", None),
        ("198.51.100.10", None),
        ("", None),
    ],
)
def test_the_viewers_address_is_the_one_that_cloudfront_appended(
    forwarded: str, logged: str | None
) -> None:
    event = proxy_event("GET", "/api/session", headers={"X-Forwarded-For": forwarded})

    assert viewer(event) == logged
