"""Reports of unexpected errors."""

from __future__ import annotations

from fuzz.unforeseen import unforeseen
from localfront.responses.own_answers import unforeseen as refusal


def test_it_is_understood_as_localfront_writes_it() -> None:
    try:
        raise KeyError("planted")
    except KeyError as error:
        said = refusal(error).message

    problem = unforeseen(said)

    assert problem is not None
    assert problem.signature.startswith("unforeseen: KeyError (test_unforeseen.py in ")


def test_other_text_says_nothing_of_it() -> None:
    assert unforeseen("200 GET localhost/a | Miss") is None
