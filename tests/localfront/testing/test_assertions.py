"""Assertions on results, and their messages."""

from collections.abc import Callable
from typing import Any

import pytest

from localfront.errors import (
    EdgeExecutionError,
    EdgeLimitError,
    EdgeValidationError,
)
from localfront.testing import (
    passes_unchanged,
    passes_with_uri,
    redirects_to,
    responds,
    viewer_request_event,
    viewer_response_event,
    violates,
)

REDIRECT = {
    "status": "302",
    "headers": {"location": [{"key": "Location", "value": "/login/"}]},
}
EVENT = viewer_request_event(uri="/a")
REQUEST = EVENT["Records"][0]["cf"]["request"]
RESPONSE_EVENT = viewer_response_event()
PAGE = {
    "status": "200",
    "headers": {"x-a": [{"value": "1"}], "x-b": [{"value": "1"}, {"value": "2"}]},
    "body": "grüße",
}


def test_a_met_expectation_is_true() -> None:
    page_in_base64 = PAGE | {"body": "Z3LDvMOfZQ==", "bodyEncoding": "base64"}

    assert redirects_to(REDIRECT, "/login/")
    assert redirects_to(REDIRECT | {"status": 301}, "/login/", status=301)
    assert passes_with_uri(REQUEST, "/a")
    assert passes_unchanged(REQUEST, EVENT)
    assert passes_unchanged(RESPONSE_EVENT["Records"][0]["cf"]["response"], RESPONSE_EVENT)
    assert responds(PAGE, status=200, body="grüße", headers={"X-A": "1"})
    assert responds(page_in_base64, status=200, body="grüße".encode())
    assert responds({"status": "204"}, status=204, body="")


FAILURES: list[tuple[Callable[[], Any], str]] = [
    (
        lambda: redirects_to(REDIRECT, "/home"),
        "Expected a redirect (302) to '/home'; it leads to '/login/'.",
    ),
    (
        lambda: redirects_to(REDIRECT, "/login/", status=301),
        "Expected a redirect (301) to '/login/'; the status is '302'.",
    ),
    (
        lambda: redirects_to(REQUEST, "/login/"),
        "Expected a redirect (302) to '/login/'; the request continues as '/a'.",
    ),
    (
        lambda: redirects_to({"status": "302"}, "/login/"),
        "Expected a redirect (302) to '/login/'; it leads to nowhere: it has no Location.",
    ),
    (
        lambda: redirects_to(
            {"status": "302", "headers": {"location": [{"value": "/"}, {"value": "/b"}]}},
            "/",
        ),
        "Expected a redirect (302) to '/'; it leads to '/' and '/b'.",
    ),
    (
        lambda: passes_with_uri(REQUEST, "/b"),
        "Expected the request to continue as '/b'; it continues as '/a'.",
    ),
    (
        lambda: passes_with_uri(REDIRECT, "/b"),
        "Expected the request to continue as '/b'; the function returned a response with 302.",
    ),
    (
        lambda: passes_unchanged({**REQUEST, "uri": "/b", "new": 1}, EVENT),
        "Expected the request to continue unchanged. "
        'Changed: new was not there and is 1; uri was "/a" and is "/b".',
    ),
    (
        lambda: passes_unchanged(REDIRECT, EVENT),
        "Expected the request to continue unchanged; the function returned a response with 302.",
    ),
    (
        lambda: passes_unchanged({"status": "200", "headers": {}}, RESPONSE_EVENT),
        "Expected the response to continue unchanged. Changed: headers was ",
    ),
    (
        lambda: responds(PAGE, status=200, body="Gruß"),
        "Expected a response with 200 and the body b'Gru\\xc3\\x9f'; it has b'gr\\xc3\\xbc",
    ),
    (
        lambda: responds(PAGE, status=200, headers={"x-b": "1"}),
        "Expected a response with 200 and x-b '1'; it has ['1', '2'].",
    ),
    (
        lambda: responds(PAGE, status=404),
        "Expected a response with 404; the status is '200'.",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("assertion", "message"), FAILURES)
def test_a_failure_shows_the_actual_value_and_the_result(
    assertion: Callable[[], Any], message: str
) -> None:
    with pytest.raises(AssertionError) as failed:
        assertion()

    first, *rest = str(failed.value).splitlines()
    assert first.startswith(message)
    assert rest[:2] == ["The function returned:", "{"]


def test_a_huge_result_is_truncated() -> None:
    with pytest.raises(AssertionError) as failed:
        redirects_to({"status": "200", "body": "x" * 100_000}, "/")

    assert len(str(failed.value)) < 3000


@pytest.mark.parametrize(
    "error",
    [
        EdgeValidationError("viewer-request: header 'via'", rule="LH-003"),
        EdgeExecutionError("raised", rule="LX-002"),
        EdgeLimitError("too slow", rule="LX-003"),
    ],
)
def test_a_violation_is_expected_by_its_rule(
    error: EdgeValidationError | EdgeExecutionError | EdgeLimitError,
) -> None:
    with violates(error.rule) as violation:
        raise error

    assert violation.error is error
    assert violation.message == str(error)


def test_a_violation_other_than_the_expected_one_fails_the_test() -> None:
    with (
        pytest.raises(AssertionError) as failed,
        violates("LH-003"),
    ):
        raise EdgeExecutionError("It raised KeyError: 'x'", traceback="File guard.py")

    assert str(failed.value) == (
        "Expected a violation of LH-003; it was LX-002: It raised KeyError: 'x'\nFile guard.py"
    )


def test_a_missing_violation_fails_the_test() -> None:
    with (
        pytest.raises(AssertionError, match="CloudFront would accept the result"),
        violates("LH-003"),
    ):
        passes_with_uri(REQUEST, "/a")


def test_other_errors_are_not_swallowed() -> None:
    with pytest.raises(KeyError), violates("LH-003"):
        raise KeyError("x")
