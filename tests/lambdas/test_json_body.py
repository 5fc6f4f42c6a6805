import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdas.errors import ApiError, BadRequestError
from lambdas.json_body import json_object
from tests.lambdas.proxy_events import proxy_event

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)


def read(body: str | bytes) -> dict[str, object]:
    return json_object(proxy_event("POST", "/api/logs", body=body), max_bytes=100_000)


@given(st.dictionaries(st.text(), JSON, max_size=4))
def test_a_json_object_is_parsed_unchanged(document: dict[str, Any]) -> None:
    assert read(json.dumps(document)) == document
    assert read(json.dumps(document).encode()) == document


@pytest.mark.parametrize(
    "body",
    [
        pytest.param('{"text": "a", "text": "b"}', id="a name twice"),
        pytest.param('{"a": {"b": 1, "b": 2}}', id="a name twice, deeper"),
        pytest.param('{"a": NaN}', id="not a number"),
        pytest.param('{"a": -Infinity}', id="infinity"),
        pytest.param('{"a": ' + "9" * 5000 + "}", id="a number too long to read"),
        pytest.param('{"a": ' + "[" * 40_000 + "]" * 40_000 + "}", id="very deep"),
        pytest.param('{"a":' * 10_000 + "1" + "}" * 10_000, id="very deep objects"),
        pytest.param('"text"', id="no object"),
        pytest.param('{"a": 1} x', id="something behind it"),
        pytest.param("{'a': 1}", id="Python, not JSON"),
        pytest.param("\ufeff{}", id="byte order mark"),
        pytest.param('{"a": "\ud800"}', id="half a character, unescaped"),
        pytest.param('{"a": 1}'.encode("utf-16"), id="UTF-16"),
        pytest.param(b'{"a": "\xff"}', id="not UTF-8"),
    ],
)
def test_ambiguous_json_is_refused(body: str | bytes) -> None:
    with pytest.raises(BadRequestError):
        read(body)


def test_a_body_in_broken_base64_is_refused() -> None:
    event = {**proxy_event("POST", "/api/logs", body=b"{}"), "body": "%%%"}

    with pytest.raises(BadRequestError, match="base64"):
        json_object(event, max_bytes=100)


@given(st.text() | st.binary())
def test_any_body_is_an_object_or_a_client_error(body: str | bytes) -> None:
    try:
        document = read(body)
    except ApiError:
        return

    assert isinstance(document, dict)


def test_the_limit_is_on_bytes_not_characters() -> None:
    body = '{"a": "é"}'
    event = proxy_event("POST", "/api/logs", body=body)

    assert json_object(event, max_bytes=len(body) + 1) == {"a": "é"}
    with pytest.raises(ApiError, match="longer"):
        json_object(event, max_bytes=len(body))


def test_the_error_does_not_quote_the_body() -> None:
    with pytest.raises(BadRequestError) as caught:
        read('{"password": "makeitso"')

    assert "makeitso" not in str(caught.value)
    assert caught.value.__suppress_context__  # the log's traceback leaves it out too


def test_numbers_keep_their_type() -> None:
    assert read('{"a": 1, "b": 1.5}') == {"a": 1, "b": 1.5}
    assert math.isinf(read('{"a": 1e999}')["a"])  # type: ignore[arg-type] # a float
