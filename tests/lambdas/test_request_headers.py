from typing import Any

import pytest

from lambdas.request_headers import header, header_values


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        pytest.param({"headers": {"cookie": "a=1"}}, ("a=1",), id="lower case"),
        pytest.param({"headers": {"COOKIE": "a=1"}}, ("a=1",), id="upper case"),
        pytest.param(
            {"headers": None, "multiValueHeaders": {"Cookie": ["a=1", "b=2"]}},
            ("a=1", "b=2"),
            id="several lines",
        ),
        pytest.param(
            {"multiValueHeaders": {"Cookie": ["a=1"], "cookie": ["b=2"]}},
            ("a=1", "b=2"),
            id="two spellings",
        ),
        pytest.param(
            {"headers": {"Cookie": "a=1"}, "multiValueHeaders": {"Host": ["x"]}},
            ("a=1",),
            id="in one field only",
        ),
        pytest.param({"headers": None, "multiValueHeaders": None}, (), id="null"),
        pytest.param({}, (), id="missing"),
    ],
)
def test_all_lines_of_a_name_are_found(event: Any, expected: tuple[str, ...]) -> None:
    assert header_values(event, "Cookie") == expected


def test_of_several_lines_the_last_is_used() -> None:
    event = {"multiValueHeaders": {"Content-Type": ["text/plain", "application/json"]}}

    assert header(event, "content-type") == "application/json"


def test_a_missing_header_is_empty() -> None:
    assert header({}, "content-type") == ""
