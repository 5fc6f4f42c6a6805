from __future__ import annotations

import pytest

from localfront.config.distribution import (
    ViewerProtocolPolicy,
)
from localfront.exchange.request_trace import log_line
from localfront.http_messages.messages import Request
from tests.localfront.factories import (
    ALL,
    DOMAIN_NAME,
    a_behavior,
    a_cache_policy,
    a_request,
    a_response,
    an_api_behavior,
    an_edge_function,
)
from tests.localfront.sites import (
    GUARDED,
    PAGE,
    request_of,
    rewriting,
    site,
    x_cache,
)

# Choosing the distribution


@pytest.mark.parametrize("host", ["nobody.example.com", ""])
@pytest.mark.proves("HO-002")
async def test_an_unknown_host_gets_a_403_that_names_the_known_hosts(host: str) -> None:
    edge = site()

    response = await edge.get("/", headers=[("Host", host)])

    assert (response.status, x_cache(response)) == (403, "Error from cloudfront")
    assert b"logs.example.com" in response.held
    assert edge.origins.received == []


async def test_a_request_without_a_host_gets_403() -> None:
    edge = site()

    response = await edge.respond(Request(method="GET", uri="/"))

    assert response.status == 403


@pytest.mark.proves("HO-001", "HO-003")
async def test_each_distribution_serves_its_own_host() -> None:
    edge = site(responses={"/a": PAGE})

    assert (await edge.get("/a")).status == 200
    assert (await edge.get("/a", headers=[("Host", DOMAIN_NAME)])).status == 200
    assert (await edge.get("/a", headers=[("Host", "x.test")])).status == 403


# Choosing the behavior


@pytest.mark.proves("RT-001", "RT-009", "OR-011", "AG-002")
async def test_the_matching_behavior_chooses_the_origin() -> None:
    edge = site(an_api_behavior())

    await edge.get("/api/logs")
    await edge.get("/home.html")

    assert [(a.origin_id, a.request.uri) for a in edge.origins.received] == [
        ("api", "/prod/api/logs"),
        ("pages", "/home.html"),
    ]


@pytest.mark.proves("RT-005")
async def test_query_string_and_cookies_do_not_choose_the_behavior() -> None:
    edge = site(an_api_behavior())

    await edge.get("/home.html?/api/x", headers=[("Cookie", "a=/api/x")])

    assert edge.origins.received[0].origin_id == "pages"


@pytest.mark.proves("RT-007")
async def test_a_path_is_normalised_for_matching_but_forwarded_raw() -> None:
    edge = site(an_api_behavior())

    await edge.get("/x/..//api/logs")

    assert edge.origins.received[0].origin_id == "api"
    assert edge.origins.received[0].request.uri == "/prod/x/..//api/logs"


@pytest.mark.proves("RT-010", "PL-011")
async def test_rewriting_the_uri_does_not_choose_the_behavior_again() -> None:
    edge = site(an_api_behavior(), default=GUARDED, returns=rewriting(uri="/api/logs"))

    await edge.get("/home.html")

    assert [(a.origin_id, a.request.uri) for a in edge.origins.received] == [("pages", "/api/logs")]


@pytest.mark.proves("RT-012")
async def test_the_default_root_object_applies_to_the_root_only() -> None:
    edge = site(default_root_object="index.html")

    for uri in ("/", "/install/", "///", "//"):
        await edge.get(uri)

    assert edge.origins.uris == ["/index.html", "/install/", "///", "//"]


@pytest.mark.proves("RT-013")
async def test_the_default_root_object_applies_to_every_method() -> None:
    edge = site(
        default=an_api_behavior(path_pattern="*", target_origin_id="pages"),
        default_root_object="index.html",
    )

    await edge.respond(a_request("/", method="POST"), b"text")

    sent = edge.origins.received[0]
    assert (sent.request.method, sent.request.uri) == ("POST", "/index.html")
    assert sent.body == b"text"


@pytest.mark.proves("RT-014")
async def test_the_default_root_object_may_be_a_path() -> None:
    edge = site(default_root_object="dir/index.html")

    await edge.get("/")

    assert edge.origins.uris == ["/dir/index.html"]


@pytest.mark.proves("RT-014")
async def test_a_leading_slash_in_the_default_root_object_requests_another_key() -> None:
    edge = site(responses={"/index.html": PAGE}, default_root_object="/index.html")

    response = await edge.get("/")

    assert (response.status, edge.origins.uris) == (404, ["//index.html"])


@pytest.mark.proves("RT-015")
async def test_without_a_default_root_object_the_root_is_forwarded_unchanged() -> None:
    edge = site()

    await edge.get("/")

    assert edge.origins.uris == ["/"]


async def test_a_function_sees_the_root_and_may_rewrite_it() -> None:
    edge = site(
        default=GUARDED,
        returns=rewriting(uri="/home.html"),
        default_root_object="index.html",
    )

    await edge.get("/")

    assert request_of(edge.functions.events[0])["uri"] == "/"
    assert edge.origins.uris == ["/home.html"]


# Viewer protocol, methods, limits

REDIRECTING = a_behavior(
    viewer_protocol_policy=ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
    lambda_function_associations=(an_edge_function(),),
)


@pytest.mark.parametrize(("method", "status"), [("GET", 301), ("POST", 307)])
@pytest.mark.proves("VP-001", "VP-002", "VP-004", "RV-004")
async def test_plain_http_is_redirected_before_any_function_runs(method: str, status: int) -> None:
    edge = site(default=REDIRECTING)

    response = await edge.get("/a?b=1", scheme="http", method=method)

    assert response.status == status
    assert response.headers.get("location") == "https://logs.example.com:8443/a?b=1"
    assert x_cache(response) == "Redirect from cloudfront"
    assert edge.functions.events == []
    assert edge.origins.received == []


async def test_a_malformed_ipv6_host_is_redirected_too() -> None:
    edge = site(default=REDIRECTING)

    response = await edge.get("/", scheme="http", headers=[("Host", "[::1")])

    assert response.headers.get("location") == "https://[::1]:8443/"


@pytest.mark.proves("VP-003")
async def test_https_only_refuses_plain_http() -> None:
    edge = site(default=a_behavior(viewer_protocol_policy=ViewerProtocolPolicy.HTTPS_ONLY))

    response = await edge.get("/", scheme="http")

    assert (response.status, x_cache(response)) == (403, "Error from cloudfront")
    assert edge.origins.received == []


@pytest.mark.proves("VP-005", "RV-005")
async def test_a_method_that_is_not_allowed_gets_403_before_any_function_runs() -> None:
    edge = site(default=GUARDED)

    response = await edge.get("/", method="POST")

    assert (response.status, x_cache(response)) == (403, "Error from cloudfront")
    assert b"VP-005" in response.held
    assert edge.functions.events == []


@pytest.mark.proves("VP-008")
async def test_a_get_with_a_body_gets_403() -> None:
    assert (await site().respond(a_request("/"), b"body")).status == 403


@pytest.mark.proves("VP-009")
async def test_a_url_that_is_too_long_gets_414_and_the_connection_ends() -> None:
    response = await site().get("/" + "a" * 9000)

    assert (response.status, response.headers.get("connection")) == (414, "close")


@pytest.mark.proves("VP-010")
async def test_headers_that_are_too_long_get_494_and_the_connection_ends() -> None:
    response = await site().get("/", headers=[("X-Long", "a" * 33_000)])

    assert (response.status, response.headers.get("connection")) == (494, "close")


# The trace


async def test_no_secret_of_viewer_function_or_origin_enters_the_trace() -> None:
    everything = a_behavior(
        cache_policy=a_cache_policy(cookies=ALL),
        lambda_function_associations=(an_edge_function(),),
    )
    edge = site(
        default=everything,
        responses={"/": a_response(headers=[("Set-Cookie", "session-id=hunter2")])},
    )

    await edge.get(
        "/",
        headers=[
            ("Cookie", "session-id=hunter2"),
            ("authorization", "Bearer hunter2"),
        ],
    )
    edge.functions.body = lambda _: {
        "status": "302",
        "headers": {"Set-Cookie": [{"key": "Set-Cookie", "value": "a=hunter2"}]},
    }
    await edge.get("/")

    for trace in edge.traces:
        assert "hunter2" not in repr(trace)
        assert "hunter2" not in log_line(trace)


async def test_the_trace_has_the_behavior_and_those_that_did_not_match() -> None:
    edge = site(an_api_behavior())

    await edge.get("/home.html")

    assert edge.traces[0].find("behavior")[0].facts == {
        "pattern": "*",
        "passed_over": ("/api/*",),
    }
    assert (edge.traces[0].status, edge.traces[0].result) == (404, "Error")


@pytest.mark.parametrize("host", ["x\r\nforged", "x\x1b[31m", "\u202eabc"])
async def test_a_hostile_host_cannot_forge_log_lines(host: str) -> None:
    edge = site()

    await edge.get("/", headers=[("Host", host)])

    assert log_line(edge.traces[0]).isprintable()
