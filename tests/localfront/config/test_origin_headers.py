from __future__ import annotations

from typing import Any

import pytest

from localfront.errors import ConfigError
from tests.localfront.config.reading import custom_origin_with, parsed_origin, refused
from tests.localfront.factories import listing

REFUSED = [
    "Cache-Control", "Connection", "Content-Length", "Cookie", "Host", "If-Match",
    "If-Modified-Since", "If-None-Match", "If-Range", "If-Unmodified-Since", "Max-Forwards",
    "Pragma", "Proxy-Authenticate", "Proxy-Authorization", "Proxy-Connection", "Range",
    "Request-Range", "TE", "Trailer", "Transfer-Encoding", "Upgrade", "Via", "X-Amz-Date",
    "X-Edge-Location", "X-Real-Ip",
]  # fmt: skip


def headers(*pairs: tuple[str, object]) -> dict[str, Any]:
    described = [{"HeaderName": name, "HeaderValue": value} for name, value in pairs]
    return custom_origin_with(CustomHeaders=listing(*described))


@pytest.mark.parametrize("name", REFUSED + [name.lower() for name in REFUSED])
@pytest.mark.proves("OR-013")
def test_a_custom_header_that_cloudfront_does_not_allow_is_refused(name: str) -> None:
    message = refused(**headers((name, "v")))

    assert f"HeaderName {name!r}" in message
    assert "(OR-013)" in message


@pytest.mark.proves("OR-014")
def test_custom_headers_are_accepted_up_to_their_limits() -> None:
    many = [(f"X-{number}", "v") for number in range(30)]

    assert parsed_origin(**headers(*many)).custom_headers == tuple(many)
    assert parsed_origin(**headers(("n" * 256, "v" * 1_783))).custom_headers


@pytest.mark.parametrize(
    "pairs",
    [
        pytest.param([(f"X-{n}", "v") for n in range(31)], id="number"),
        pytest.param([("n" * 257, "v")], id="name"),
        pytest.param([("X-Key", "v" * 1_784)], id="value"),
        pytest.param([(f"X-{n}", "v" * 1_700) for n in range(7)], id="together"),
    ],
)
@pytest.mark.proves("OR-014")
def test_custom_headers_beyond_a_limit_are_refused(
    pairs: list[tuple[str, object]],
) -> None:
    assert "(OR-014)" in refused(**headers(*pairs))


@pytest.mark.parametrize("name", ["X Key", "X-Key:", "X-Key\r\nHost", "X-Kéy", "X-K\n"])
def test_an_invalid_header_name_is_refused(name: str) -> None:
    assert "is not a valid header name" in refused(**headers((name, "v")))


@pytest.mark.parametrize("value", ["secret\r\nHost: b", "secret\n", "secret\x00", "é"])
def test_a_value_with_a_line_break_is_refused_without_quoting_it(
    value: str,
) -> None:
    message = refused(**headers(("X-Key", value)))

    assert "custom header 'X-Key'" in message
    assert "secret" not in message


@pytest.mark.parametrize("value", [None, 7, ["secret"], {"a": "secret"}])
def test_a_value_that_is_not_a_string_is_refused_without_quoting_it(value: object) -> None:
    assert "secret" not in refused(**headers(("X-Key", value)))


def test_an_error_for_a_malformed_list_does_not_quote_its_secrets() -> None:
    pair = {"HeaderName": "X-Key", "HeaderValue": "the-secret"}
    for shape in ([pair], {"Items": pair}, {"Items": [[pair]]}, {"Items": ["a", pair]}):
        with pytest.raises(ConfigError) as caught:
            parsed_origin(**custom_origin_with(CustomHeaders=shape))
        assert "the-secret" not in str(caught.value)
