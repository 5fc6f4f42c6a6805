from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localfront.config.policies import CorsPolicy, PolicyHeader, ResponseHeadersPolicy
from localfront.http_messages.messages import Headers
from localfront.responses.headers_policy import allows_origin, apply_policy
from tests.localfront.factories import a_request, a_response

SITE = "https://app.example.org"
FROM_SITE = a_request(headers=[("Origin", SITE)])
PREFLIGHT = a_request(
    method="OPTIONS",
    headers=[("Origin", SITE), ("Access-Control-Request-Method", "PUT")],
)


def setting(name: str, value: str, *, override: bool) -> ResponseHeadersPolicy:
    header = PolicyHeader(name=name, value=value, override=override)
    return ResponseHeadersPolicy(id="p", set_headers=(header,))


def cors(**changes: Any) -> ResponseHeadersPolicy:
    fields: dict[str, Any] = {
        "allow_origins": ("*",),
        "allow_methods": ("GET", "PUT"),
        "allow_headers": ("X-Token",),
        "expose_headers": ("ETag",),
        "allow_credentials": False,
        "max_age": 600,
        "override": False,
    }
    return ResponseHeadersPolicy(id="p", cors=CorsPolicy(**{**fields, **changes}))


def headers_after(policy: ResponseHeadersPolicy | None, *lines: tuple[str, str]) -> Headers:
    return apply_policy(policy, FROM_SITE, a_response(headers=lines)).headers


@pytest.mark.parametrize("override", [True, False])
@pytest.mark.proves("RH-001")
def test_a_missing_header_is_always_added(override: bool) -> None:
    policy = setting("X-Frame-Options", "DENY", override=override)

    assert headers_after(policy).get("x-frame-options") == "DENY"


@pytest.mark.proves("RH-001")
def test_an_overriding_header_replaces_every_line_of_the_origins() -> None:
    policy = setting("X-Frame-Options", "DENY", override=True)

    headers = headers_after(
        policy, ("x-frame-options", "SAMEORIGIN"), ("X-FRAME-OPTIONS", "ALLOWALL")
    )

    assert headers.get_all("X-Frame-Options") == ("DENY",)


@pytest.mark.proves("RH-001")
def test_a_non_overriding_header_keeps_the_origins() -> None:
    policy = setting("X-Frame-Options", "DENY", override=False)

    headers = headers_after(policy, ("x-frame-options", "SAMEORIGIN"))

    assert headers.get_all("X-Frame-Options") == ("SAMEORIGIN",)


def test_without_a_policy_a_response_is_unchanged() -> None:
    response = a_response(headers=[("Server", "AmazonS3")])

    assert apply_policy(None, FROM_SITE, response) is response


@pytest.mark.proves("RH-003")
def test_headers_are_removed_in_any_letter_case() -> None:
    policy = ResponseHeadersPolicy(id="p", remove=frozenset({"x-powered-by"}))

    headers = headers_after(policy, ("X-Powered-By", "PHP"), ("ETag", '"1"'))

    assert headers == Headers.of([("ETag", '"1"')])


@pytest.mark.proves("RH-003")
def test_a_header_that_is_removed_and_set_ends_up_present() -> None:
    policy = ResponseHeadersPolicy(
        id="p",
        remove=frozenset({"server"}),
        set_headers=(PolicyHeader(name="Server", value="none", override=False),),
    )

    assert headers_after(policy, ("Server", "nginx")).get_all("server") == ("none",)


@pytest.mark.proves("RH-005")
def test_a_same_origin_request_gets_no_cors_headers() -> None:
    headers = apply_policy(cors(), a_request(), a_response()).headers

    assert not any(name.startswith("access-control") for name in headers.names())


@pytest.mark.proves("RH-005")
def test_a_cors_request_gets_the_headers_of_a_response() -> None:
    assert dict(headers_after(cors())) == {
        "Access-Control-Allow-Origin": "*",
        "Access-Control-Expose-Headers": "ETag",
    }


@pytest.mark.proves("RH-005")
def test_methods_headers_and_max_age_are_only_in_preflight_responses() -> None:
    headers = apply_policy(cors(), PREFLIGHT, a_response()).headers

    assert headers.get("Access-Control-Allow-Methods") == "GET, PUT"
    assert headers.get("Access-Control-Allow-Headers") == "X-Token"
    assert headers.get("Access-Control-Max-Age") == "600"


@pytest.mark.proves("RH-002")
def test_any_cors_header_of_the_origin_suppresses_all_of_the_policys() -> None:
    sent = ("Access-Control-Max-Age", "5")

    assert headers_after(cors(), sent) == Headers.of([sent])


@pytest.mark.proves("RH-002")
def test_an_overriding_cors_policy_replaces_the_origins_headers() -> None:
    headers = headers_after(
        cors(override=True), ("access-control-allow-origin", "https://other.test")
    )

    assert headers.get_all("Access-Control-Allow-Origin") == ("*",)


@pytest.mark.proves("RH-006")
def test_an_origin_that_is_not_allowed_gets_no_cors_headers() -> None:
    policy = cors(allow_origins=("https://other.example.org",))

    assert headers_after(policy) == Headers()


def test_an_allowed_origin_is_echoed_with_vary_origin() -> None:
    policy = cors(allow_origins=(SITE,))

    headers = headers_after(policy, ("Vary", "Accept-Encoding"))

    assert headers.get("Access-Control-Allow-Origin") == SITE
    assert headers.get_all("Vary") == ("Accept-Encoding", "Origin")


def test_vary_origin_is_not_duplicated() -> None:
    headers = headers_after(cors(allow_origins=(SITE,)), ("Vary", "Cookie, origin"))

    assert headers.get_all("Vary") == ("Cookie, origin",)


@pytest.mark.proves("RH-007")
def test_a_star_in_allowed_headers_is_sent_unchanged() -> None:
    policy = cors(allow_headers=("*",))

    headers = apply_policy(policy, PREFLIGHT, a_response()).headers

    # Browsers know that it does not cover Authorization; a list of names would.
    assert headers.get("Access-Control-Allow-Headers") == "*"


def test_of_two_headers_with_one_name_the_later_is_used() -> None:
    policy = ResponseHeadersPolicy(
        id="p",
        set_headers=(
            PolicyHeader(name="X-Ship", value="first", override=False),
            PolicyHeader(name="x-ship", value="second", override=True),
        ),
    )

    assert headers_after(policy, ("X-SHIP", "origin")).get_all("x-ship") == ("second",)


NAMES = st.sampled_from(["A", "a", "B", "b", "C"])
LINES = st.lists(st.tuples(NAMES, st.sampled_from(["1", "2"])), max_size=6)
SET_HEADERS = st.dictionaries(
    st.sampled_from(["a", "B", "c"]), st.tuples(st.just("set"), st.booleans())
)


@given(lines=LINES, removed=st.frozensets(NAMES.map(str.lower)), added=SET_HEADERS)
@pytest.mark.proves("RH-001", "RH-003")
def test_the_single_pass_equals_the_documented_steps(
    lines: list[tuple[str, str]],
    removed: frozenset[str],
    added: dict[str, tuple[str, bool]],
) -> None:
    policy = ResponseHeadersPolicy(
        id="p",
        remove=removed,
        set_headers=tuple(
            PolicyHeader(name=name, value=value, override=override)
            for name, (value, override) in added.items()
        ),
    )
    expected = Headers.of(lines).without(*removed)
    for name, (value, override) in added.items():
        if override or name not in expected:
            expected = expected.replacing(name, value)

    headers = headers_after(policy, *lines)

    assert sorted(headers) == sorted(expected)


def test_credentials_are_never_combined_with_a_star_origin() -> None:
    headers = headers_after(cors(allow_credentials=True))

    assert headers.get("Access-Control-Allow-Credentials") == "true"
    assert headers.get("Access-Control-Allow-Origin") == SITE


@pytest.mark.parametrize(
    ("pattern", "origin"),
    [
        pytest.param("*", "https://any.test", id="any"),
        pytest.param(SITE, SITE, id="exact"),
        pytest.param("*.example.org", "https://a.example.org", id="leftmost label"),
        pytest.param("*.example.org", "http://a.b.example.org", id="several labels"),
        pytest.param("http://*.example.org", "http://a.example.org", id="with scheme"),
        pytest.param("http://a.test:*", "http://a.test:8080", id="any port"),
        pytest.param("http://a.test:1*3", "http://a.test:1993", id="part of a port"),
        pytest.param("https://A.test", "https://a.test", id="letter case"),
    ],
)
@pytest.mark.proves("RH-006")
def test_a_pattern_covers_an_origin(pattern: str, origin: str) -> None:
    assert allows_origin(pattern, origin)


@pytest.mark.parametrize(
    ("pattern", "origin"),
    [
        pytest.param("*.example.org", "https://example.org", id="no label"),
        pytest.param("*.example.org", "https://evilexample.org", id="no dot"),
        pytest.param("*.example.org", "https://a.example.org.evil.test", id="as a prefix"),
        pytest.param("*.example.org", "https://evil.test/.example.org", id="as a path"),
        pytest.param("*.example.org", "https://evil.test:.example.org", id="as a port"),
        pytest.param("https://*.example.org", "http://a.example.org", id="scheme"),
        pytest.param("https://a.test", "https://aXtest", id="a dot is a dot"),
        pytest.param("https://a.test", "https://a.test:8443", id="another port"),
        pytest.param("http://a.test:1*3", "http://a.test:1994", id="wrong port"),
        pytest.param("*.example.org", "null", id="an opaque origin"),
    ],
)
@pytest.mark.proves("RH-006")
def test_a_pattern_does_not_cover_an_origin(pattern: str, origin: str) -> None:
    assert not allows_origin(pattern, origin)
