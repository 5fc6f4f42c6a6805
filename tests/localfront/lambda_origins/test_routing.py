"""The API route for a path."""

from __future__ import annotations

import pytest

from localfront.config.lambda_origins import Api, ApiRoute
from localfront.lambda_origins.routing import find_route, stage_of

ROUTES = [
    ApiRoute(method=method, path=path, function_arn=None)
    for method, path in (
        ("ANY", None),
        ("GET", "/"),
        ("GET", "/items/{id}"),
        ("ANY", "/items/new"),
        ("GET", "/items/{all+}"),
        ("ANY", "/items/{all+}"),
        ("POST", "/items/{id}/parts"),
    )
]


@pytest.mark.parametrize(
    ("method", "path", "key", "parameters"),
    [
        ("GET", "/", "GET /", {}),
        ("GET", "/items/new", "ANY /items/new", {}),
        ("GET", "/items/7", "GET /items/{id}", {"id": "7"}),
        ("GET", "/items/7/", "GET /items/{id}", {"id": "7"}),
        ("PUT", "/items/7", "ANY /items/{all+}", {"all": "7"}),
        ("GET", "/items/a%20b/c", "GET /items/{all+}", {"all": "a b/c"}),
        ("POST", "/items/7/parts", "POST /items/{id}/parts", {"id": "7"}),
        ("GET", "/items", "$default", {}),
        ("GET", "/items/", "$default", {}),
        ("POST", "/else/where", "$default", {}),
    ],
)
def test_the_most_specific_route_is_chosen(
    method: str, path: str, key: str, parameters: dict[str, str]
) -> None:
    match = find_route(ROUTES, method, path)

    assert match is not None
    assert (match.key, match.parameters) == (key, parameters)


def test_without_a_default_route_a_request_may_match_none() -> None:
    assert find_route(ROUTES[1:], "DELETE", "/") is None


def an_api(*stages: str, is_http: bool) -> Api:
    return Api(id="a", is_http=is_http, routes=(), stages={stage: {} for stage in stages})


@pytest.mark.parametrize(
    ("api", "path", "found"),
    [
        (an_api("prod", is_http=False), "/prod/a", ("prod", "/a")),
        (an_api("prod", is_http=False), "/prod", ("prod", "/")),
        (an_api("prod", is_http=False), "/production/a", None),
        (an_api("$default", is_http=False), "/$default/a", None),
        (an_api("$default", "v2", is_http=True), "/v2/a", ("v2", "/a")),
        (an_api("$default", "v2", is_http=True), "/v3/a", ("$default", "/v3/a")),
        (an_api("v2", is_http=True), "/v3/a", None),
    ],
)
def test_the_stage_is_the_first_part_of_the_path(
    api: Api, path: str, found: tuple[str, str] | None
) -> None:
    assert stage_of(api, path) == found
