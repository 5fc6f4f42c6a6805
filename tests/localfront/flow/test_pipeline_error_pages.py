from __future__ import annotations

import pytest

from localfront.config.managed_policies import CACHING_DISABLED
from localfront.errors import (
    OriginError,
)
from localfront.http_messages.messages import Response
from tests.localfront.factories import (
    a_behavior,
    a_response,
    an_api_behavior,
    an_edge_function,
    an_error_page,
)
from tests.localfront.sites import (
    ERROR_HTML,
    GUARDED,
    PAGE,
    site,
    to_login,
    x_cache,
)


@pytest.mark.proves("ER-008", "ER-011", "ER-021", "S3-003")
async def test_an_error_of_the_origin_shows_the_distributions_page() -> None:
    edge = site(
        error_pages=(an_error_page(403),),
        responses={"/missing": a_response(403), "/error.html": ERROR_HTML},
    )

    response = await edge.get("/missing?a=1")

    assert (response.status, response.body) == (403, b"an error page")
    assert x_cache(response) == "Error from cloudfront"
    assert [a.request.target for a in edge.origins.received] == ["/missing", "/error.html"]


@pytest.mark.proves("S3-003")
async def test_a_custom_page_for_404_is_not_used_for_s3s_403() -> None:
    edge = site(
        error_pages=(an_error_page(404),),
        responses={"/missing": a_response(403, b"AccessDenied")},
    )

    response = await edge.get("/missing")

    assert (response.status, response.body) == (403, b"AccessDenied")


@pytest.mark.parametrize("response_code", [200, 404, 503])
@pytest.mark.proves("ER-009")
async def test_the_response_code_of_a_custom_page_may_differ(response_code: int) -> None:
    edge = site(
        error_pages=(an_error_page(403, response_code=response_code),),
        responses={"/missing": a_response(403), "/error.html": ERROR_HTML},
    )

    response = await edge.get("/missing")

    assert (response.status, x_cache(response)) == (response_code, "Error from cloudfront")


@pytest.mark.proves("ER-010")
async def test_an_error_page_also_replaces_an_apis_error_body() -> None:
    edge = site(
        an_api_behavior(),
        error_pages=(an_error_page(403, response_code=200),),
        responses={
            "/prod/api/x": a_response(403, b'{"message":"Forbidden"}'),
            "/error.html": ERROR_HTML,
        },
    )

    response = await edge.get("/api/x")

    assert (response.status, response.body) == (200, b"an error page")


@pytest.mark.parametrize("status", [400, 401, 404, 409, 429, 500])
@pytest.mark.proves("ER-010", "LR-019")
async def test_an_error_without_a_custom_page_reaches_the_viewer_unchanged(status: int) -> None:
    edge = site(
        an_api_behavior(),
        error_pages=(an_error_page(403),),
        responses={"/prod/api/x": a_response(status, b"{}")},
    )

    response = await edge.get("/api/x")

    assert (response.status, response.body) == (status, b"{}")


@pytest.mark.proves("ER-011")
async def test_the_page_is_fetched_by_its_own_behavior_and_origin() -> None:
    edge = site(
        a_behavior("/error.html"),
        default=an_api_behavior(path_pattern="*"),
        error_pages=(an_error_page(500),),
        responses={"/prod/x": a_response(500), "/error.html": ERROR_HTML},
    )

    response = await edge.get("/x")

    assert (response.status, response.body) == (500, b"an error page")
    assert [a.origin_id for a in edge.origins.received] == ["api", "pages"]


@pytest.mark.proves("ER-012", "PL-005")
async def test_no_function_runs_for_the_page() -> None:
    edge = site(
        a_behavior("/error.html", lambda_function_associations=(an_edge_function(),)),
        error_pages=(an_error_page(403),),
        responses={"/missing": a_response(403), "/error.html": ERROR_HTML},
        returns=to_login,
    )

    response = await edge.get("/missing")

    assert (response.status, response.body) == (403, b"an error page")
    assert edge.functions.events == []


@pytest.mark.proves("ER-013", "ER-023")
async def test_a_disallowed_method_shows_the_page_without_the_login_function() -> None:
    edge = site(
        default=GUARDED,
        error_pages=(an_error_page(403, response_page_path="/home.html"),),
        responses={"/home.html": PAGE},
        returns=to_login,
    )

    response = await edge.get("/", method="POST")

    assert (response.status, response.body) == (403, b"a page")
    assert edge.functions.events == []
    assert edge.origins.received[0].request.method == "GET"


@pytest.mark.parametrize(
    ("page", "status"),
    [(a_response(404, b"no such page"), 404), (a_response(500), 500)],
)
@pytest.mark.proves("ER-014")
async def test_a_page_that_cannot_be_fetched_gives_its_origins_status(
    page: Response, status: int
) -> None:
    edge = site(
        error_pages=(an_error_page(403),),
        responses={"/missing": a_response(403), "/error.html": page},
    )

    response = await edge.get("/missing")

    assert (response.status, response.body) == (status, page.body)
    assert x_cache(response) == "Error from cloudfront"


@pytest.mark.proves("ER-008")
async def test_a_416_may_have_a_page_and_is_never_cached() -> None:
    edge = site(
        error_pages=(an_error_page(416, error_caching_min_ttl=300),),
        responses={"/a": a_response(416), "/error.html": ERROR_HTML},
    )

    responses = [await edge.get("/a") for _ in range(2)]

    assert [(a.status, a.body) for a in responses] == [(416, b"an error page")] * 2
    assert edge.origins.uris.count("/a") == 2


@pytest.mark.proves("ER-015", "ER-023", "OG-004")
async def test_an_origin_that_times_out_shows_the_page_for_504() -> None:
    edge = site(
        error_pages=(an_error_page(504),),
        responses={
            "/slow": OriginError("no answer", status=504),
            "/error.html": ERROR_HTML,
        },
    )

    response = await edge.get("/slow")

    assert (response.status, response.body) == (504, b"an error page")


@pytest.mark.proves("ER-023", "LX-001")
async def test_a_function_that_fails_shows_the_page_for_its_status() -> None:
    edge = site(
        default=GUARDED,
        error_pages=(an_error_page(502),),
        responses={"/error.html": ERROR_HTML},
        returns=lambda _: None,
    )

    response = await edge.get("/")

    assert (response.status, response.body) == (502, b"an error page")


@pytest.mark.parametrize("status", ["401", "403", "500"])
@pytest.mark.proves("LR-019")
async def test_an_error_that_a_function_generates_is_not_replaced(status: str) -> None:
    edge = site(
        default=GUARDED,
        error_pages=(an_error_page(403), an_error_page(500)),
        responses={"/error.html": ERROR_HTML},
        returns=lambda _: {"status": status, "body": "sign in"},
    )

    response = await edge.get("/")

    assert (response.status, response.body) == (int(status), b"sign in")


@pytest.mark.parametrize(
    "condition",
    [
        ("If-None-Match", '"e"'),
        ("If-None-Match", "*"),
        ("If-Modified-Since", "Mon, 23 Nov 2099 19:24:05 GMT"),
    ],
)
@pytest.mark.proves("ER-014")
async def test_a_condition_that_matches_the_error_page_does_not_give_304(
    condition: tuple[str, str],
) -> None:
    dated = a_response(
        body=b"an error page",
        headers=[("ETag", '"e"'), ("Last-Modified", "Mon, 23 Nov 2026 19:24:05 GMT")],
    )
    edge = site(
        error_pages=(an_error_page(403),),
        responses={"/missing": a_response(403), "/error.html": dated},
    )

    response = await edge.get("/missing", headers=[condition])

    assert (response.status, response.body) == (403, b"an error page")


@pytest.mark.proves("ER-006")
async def test_with_caching_disabled_the_page_is_fetched_each_time() -> None:
    edge = site(
        a_behavior("/error.html", cache_policy=CACHING_DISABLED),
        error_pages=(an_error_page(403),),
        responses={"/missing": a_response(403), "/error.html": ERROR_HTML},
    )

    await edge.get("/missing")
    await edge.get("/missing")

    assert edge.origins.uris.count("/error.html") == 2


@pytest.mark.proves("ER-017")
async def test_a_page_is_cached_as_its_own_behavior_says() -> None:
    edge = site(
        error_pages=(an_error_page(403),),
        responses={"/missing": a_response(403), "/error.html": ERROR_HTML},
    )

    first, second = await edge.get("/missing"), await edge.get("/missing")

    assert edge.origins.uris.count("/error.html") == 1
    assert (first.body, second.body) == (b"an error page", b"an error page")


@pytest.mark.parametrize(
    ("status", "message"),
    [(status, "close") for status in (400, 405, 414, 416, 500, 501)]
    + [(status, "keep-alive") for status in (403, 404, 502, 503, 504)],
)
@pytest.mark.proves("RV-013")
async def test_an_error_page_says_whether_the_connection_closes(status: int, message: str) -> None:
    edge = site(
        error_pages=(an_error_page(status, response_code=status),),
        responses={"/a": a_response(status), "/error.html": ERROR_HTML},
    )

    response = await edge.get("/a")

    assert (response.status, response.held) == (status, b"an error page")
    assert response.headers.get_all("connection") == (message,)
