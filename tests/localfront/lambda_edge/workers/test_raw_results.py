from pathlib import Path

import pytest

from localfront.errors import EdgeValidationError
from localfront.lambda_edge.function import EdgeFunction, parse_function_arn
from localfront.lambda_edge.workers.raw_results import MOST_REMEMBERED, parse_result
from tests.localfront.edge_responses import refusal
from tests.localfront.factories import EDGE_ARN


def a_function() -> EdgeFunction:
    return EdgeFunction(
        arn=parse_function_arn(EDGE_ARN),
        handler="a.b",
        runtime="python3.13",
        memory_mb=128,
        timeout=5,
        code=Path(),
        revision="1",
    )


@pytest.mark.proves("LR-002", "LX-001")
@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"<html>",
        b'{"a": NaN}',
        b"[Infinity]",
        b"\xff",
        b"[" * 100_000,
        b"1" * 5000,
    ],
    ids=["nothing", "text", "NaN", "infinity", "not UTF-8", "deep", "huge number"],
)
def test_a_response_that_is_not_json_is_refused(payload: bytes) -> None:
    with pytest.raises(EdgeValidationError, match="edge:3") as error:
        parse_result(payload, function=a_function())

    assert refusal(error) == ("LR-002", 502)


def test_a_json_response_is_parsed() -> None:
    assert parse_result('{"a": ["é"]}'.encode(), function=a_function()) == {"a": ["é"]}


@pytest.mark.parametrize("size", [1, MOST_REMEMBERED + 1], ids=["small", "large"])
def test_equal_responses_have_equal_values(size: int) -> None:
    payload = b'{"a":"' + b"b" * size + b'"}'
    read = [parse_result(payload, function=a_function()) for _ in range(2)]

    assert read == [{"a": "b" * size}] * 2
