"""Reports of unexpected errors."""

from __future__ import annotations

from fuzz.unforeseen import unforeseen
from localfront.responses.own_responses import unforeseen as refusal


def test_localfronts_own_error_lines_are_recognized() -> None:
    try:
        raise KeyError("planted")
    except KeyError as error:
        message = refusal(error).message

    problem = unforeseen(message)

    assert problem is not None
    assert problem.signature.startswith("unforeseen: KeyError (test_unforeseen.py in ")


def test_other_text_is_not_an_unexpected_error() -> None:
    assert unforeseen("200 GET localhost/a | Miss") is None
