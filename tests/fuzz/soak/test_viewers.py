"""Viewers recognise responses to other requests."""

from __future__ import annotations

import pytest

from fuzz.responses import FinalResponse
from fuzz.soak.marks import Marked
from fuzz.soak.viewers import problem_of

ASKED = Marked(folder="u0", mode="good", mark="marked1end")
OTHER = Marked(folder="u0", mode="good", mark="marked2end")


def answer(body: bytes, status: int = 200, **lines: str) -> FinalResponse:
    headers = {b"x-amz-cf-id": [b"a"]}
    headers |= {n.replace("_", "-").encode(): [v.encode()] for n, v in lines.items()}
    return FinalResponse(status=status, lines=headers, body=body, rest=b"", whole=True)


def problem(given: FinalResponse, *, excused: bool = False, request: Marked = ASKED) -> str | None:
    found = problem_of(request, given, excused=excused)
    return None if found is None else found.signature


def test_a_viewers_own_response_is_correct() -> None:
    assert problem(answer(ASKED.body)) is None


@pytest.mark.parametrize(
    "given",
    [
        answer(OTHER.body),
        answer(b"LEFTOVER"),
        answer(ASKED.body, x_owner=OTHER.target),
        answer(ASKED.body, set_cookie="owner=nobody"),
        answer(ASKED.body, x_cache="Hit from cloudfront"),
    ],
)
def test_another_viewers_response_is_foreign_unless_excused(given: FinalResponse) -> None:
    assert problem(given) == "another's response, good in /u/"
    assert problem(given, excused=True) is None


def test_a_cached_response_is_correct_where_caching_is_configured() -> None:
    request = Marked(folder="c3", mode="good", mark="marked1end")

    assert problem(answer(request.body, x_cache="Hit from cloudfront"), request=request) is None


@pytest.mark.parametrize(
    ("given", "signature"),
    [
        (answer(b"", status=500), "status 500"),
        (answer(b"something"), "another body, good"),
        (
            answer(b"because of an internal error: KeyError at a.py:1 in b", status=500),
            "unforeseen: KeyError (a.py in b)",
        ),
    ],
)
def test_localfronts_own_errors_are_reported(given: FinalResponse, signature: str) -> None:
    assert problem(given) == signature
