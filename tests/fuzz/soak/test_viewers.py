"""Viewers recognise responses to other requests."""

from __future__ import annotations

import pytest

from fuzz.responses import FinalResponse
from fuzz.soak.marks import Marked
from fuzz.soak.viewers import problem_of

REQUEST = Marked(folder="u0", mode="good", mark="marked1end")
OTHER = Marked(folder="u0", mode="good", mark="marked2end")


def final_response(body: bytes, status: int = 200, **lines: str) -> FinalResponse:
    headers = {b"x-amz-cf-id": [b"a"]}
    headers |= {n.replace("_", "-").encode(): [v.encode()] for n, v in lines.items()}
    return FinalResponse(status=status, lines=headers, body=body, rest=b"", whole=True)


def problem(
    given: FinalResponse, *, excused: bool = False, request: Marked = REQUEST
) -> str | None:
    found = problem_of(request, given, excused=excused)
    return None if found is None else found.signature


def test_a_viewers_own_response_is_correct() -> None:
    assert problem(final_response(REQUEST.body)) is None


@pytest.mark.parametrize(
    "given",
    [
        final_response(OTHER.body),
        final_response(b"LEFTOVER"),
        final_response(REQUEST.body, x_owner=OTHER.target),
        final_response(REQUEST.body, set_cookie="owner=nobody"),
        final_response(REQUEST.body, x_cache="Hit from cloudfront"),
    ],
)
def test_another_viewers_response_is_foreign_unless_excused(given: FinalResponse) -> None:
    assert problem(given) == "another's response, good in /u/"
    assert problem(given, excused=True) is None


def test_a_cached_response_is_correct_where_caching_is_configured() -> None:
    request = Marked(folder="c3", mode="good", mark="marked1end")

    assert (
        problem(final_response(request.body, x_cache="Hit from cloudfront"), request=request)
        is None
    )


@pytest.mark.parametrize(
    ("given", "signature"),
    [
        (final_response(b"", status=500), "status 500"),
        (final_response(b"something"), "another body, good"),
        (
            final_response(b"because of an internal error: KeyError at a.py:1 in b", status=500),
            "unforeseen: KeyError (a.py in b)",
        ),
    ],
)
def test_localfronts_own_errors_are_reported(given: FinalResponse, signature: str) -> None:
    assert problem(given) == signature
