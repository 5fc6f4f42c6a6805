from __future__ import annotations

import pytest

from localfront.http_messages.messages import Response
from localfront.responses.ranges import OriginContentRangeLengthError, check_partial
from tests.localfront.factories import a_response


def a_part(content_range: str | None, *more: tuple[str, str], body: bytes = b"") -> Response:
    lines = [] if content_range is None else [("Content-Range", content_range)]
    return a_response(206, body, headers=[*lines, *more])


@pytest.mark.parametrize(
    "response",
    [
        pytest.param(a_part("bytes 5-9/100", ("Content-Length", "5")), id="length"),
        pytest.param(a_part("bytes 5-9/*"), id="of unknown length"),
        pytest.param(a_part("bytes 5-9/10", body=b"56789"), id="the very end"),
        pytest.param(
            a_part(None, ("Content-Type", "multipart/byteranges; boundary=x")),
            id="several parts",
        ),
        pytest.param(a_response(200), id="the whole object"),
    ],
)
def test_a_consistent_206_of_an_origin_is_accepted(response: Response) -> None:
    check_partial(response)


@pytest.mark.parametrize(
    "response",
    [
        pytest.param(a_part("bytes 5-9/100", ("Content-Length", "6")), id="length"),
        pytest.param(a_part("bytes 5-9/100", ("Content-Length", "x")), id="no length"),
        pytest.param(a_part("bytes 5-9/100", body=b"5678"), id="body"),
        pytest.param(a_part(None), id="missing"),
        pytest.param(a_part("bytes */100"), id="that of a 416"),
        pytest.param(a_part("bytes 9-5/100"), id="backwards"),
        pytest.param(a_part("bytes 5-10/10"), id="beyond the end"),
        pytest.param(a_part("items 5-9/100"), id="another unit"),
        pytest.param(a_part(f"bytes 5-{'9' * 5000}/*"), id="a huge number"),
    ],
)
@pytest.mark.proves("LG-002")
def test_an_inconsistent_206_of_an_origin_is_a_502(response: Response) -> None:
    with pytest.raises(OriginContentRangeLengthError) as refused:
        check_partial(response)

    assert refused.value.status == 502
