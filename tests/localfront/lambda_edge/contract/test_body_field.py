import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localfront.errors import EdgeValidationError
from localfront.lambda_edge.contract.body_field import ShownBody, shown_body
from localfront.lambda_edge.contract.events import (
    origin_request_event,
    viewer_request_event,
)
from localfront.lambda_edge.contract.limits import EventType
from localfront.lambda_edge.contract.request_results import (
    Passed,
    PassedToOrigin,
    read_origin_request_result,
    read_viewer_request_result,
)
from localfront.profiles import CLASSIC, PROFILE_2026
from tests.localfront.edge_responses import CONFIG, message_of, read_body, refusal
from tests.localfront.factories import a_request, an_api_origin

HELLO = ShownBody(data=b"hello", truncated=False)
KB = 1024
MB = 1024 * KB


def encoded(data: bytes) -> str:
    return base64.b64encode(data).decode()


@pytest.mark.proves("LE-024", "LE-025")
def test_a_body_in_the_event_is_base64_and_read_only() -> None:
    event = viewer_request_event(a_request(), config=CONFIG, body=HELLO)

    assert message_of(event)["body"] == {
        "action": "read-only",
        "data": "aGVsbG8=",
        "encoding": "base64",
        "inputTruncated": False,
    }


@pytest.mark.proves("LE-024")
def test_without_include_body_no_event_has_a_body() -> None:
    origin = an_api_origin()

    assert "body" not in message_of(viewer_request_event(a_request(), config=CONFIG))
    assert "body" not in message_of(origin_request_event(a_request(), origin, config=CONFIG))


@pytest.mark.proves("LE-026")
@pytest.mark.parametrize(
    ("event", "limit"),
    [(EventType.VIEWER_REQUEST, 40 * KB), (EventType.ORIGIN_REQUEST, MB)],
)
def test_a_body_over_the_limit_is_truncated_and_marked(event: EventType, limit: int) -> None:
    whole = shown_body(b"x" * limit, event=event)
    cut = shown_body(b"x" * (limit + 1), event=event)

    assert (len(whole.data), whole.truncated) == (limit, False)
    assert (len(cut.data), cut.truncated) == (limit, True)


@pytest.mark.proves("LE-027")
@pytest.mark.parametrize("truncated", [True, False])
def test_a_read_only_body_is_forwarded_whole_whatever_data_is_returned(
    truncated: bool,
) -> None:
    event_body = ShownBody(data=b"hello", truncated=truncated)

    result = read_body(event_body, {"data": "!!", "encoding": "rot13"})

    assert result.body is None
    assert result.request.headers.get("content-length") == "5"


@pytest.mark.proves("LE-027")
def test_without_an_action_a_body_is_read_only() -> None:
    request = a_request(method="POST")
    event = viewer_request_event(request, config=CONFIG, body=HELLO)
    returned = message_of(event) | {"body": {"data": "bmV3"}}

    result = read_viewer_request_result(event, returned, request, profile=PROFILE_2026)

    assert result == Passed(request=request, body=None)


@pytest.mark.proves("LE-028")
@pytest.mark.parametrize(
    ("changes", "body"),
    [
        pytest.param({"data": encoded(b"\0\xff")}, b"\0\xff", id="base64 by default"),
        pytest.param({"data": "é", "encoding": "text"}, "é".encode(), id="text"),
        pytest.param({"data": ""}, b"", id="nothing"),
    ],
)
def test_a_replacement_is_decoded_and_removes_content_length(
    changes: dict[str, str], body: bytes
) -> None:
    result = read_body(HELLO, {"action": "replace", **changes})

    assert result.body == body
    assert "content-length" not in result.request.headers


@pytest.mark.proves("LE-028")
def test_a_replacement_without_an_encoding_is_base64() -> None:
    request = a_request(method="POST")
    event = viewer_request_event(request, config=CONFIG, body=HELLO)
    body = {"action": "replace", "data": "bmV3"}

    result = read_viewer_request_result(
        event, message_of(event) | {"body": body}, request, profile=PROFILE_2026
    )

    assert result == Passed(request=request, body=b"new")


def test_a_body_can_be_replaced_at_origin_request() -> None:
    request, origin = a_request(method="POST"), an_api_origin()
    event = origin_request_event(request, origin, config=CONFIG, body=HELLO)
    returned = message_of(event)
    returned["body"] |= {"action": "replace", "data": "new", "encoding": "text"}

    result = read_origin_request_result(event, returned, request, origin, profile=PROFILE_2026)

    assert result == PassedToOrigin(request=request, origin=origin, body=b"new")


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        pytest.param(
            {"action": "replace", "data": "a"},
            "LE-028",
            id="no padding",
            marks=pytest.mark.proves("LE-028"),
        ),
        pytest.param(
            {"action": "replace", "data": "é", "encoding": "base64"},
            "LE-028",
            id="not base64",
        ),
        pytest.param(
            {"action": "replace", "data": "\ud800", "encoding": "text"},
            "LE-028",
            id="half a pair",
        ),
        pytest.param({"action": "replace", "data": None}, "LE-028", id="no data"),
        pytest.param({"action": "replace", "encoding": "gzip"}, "LE-028", id="unknown encoding"),
        pytest.param({"action": "replace", "encoding": ["text"]}, "LE-028", id="no encoding"),
        pytest.param(
            {"action": "append"},
            "LE-027",
            id="action",
            marks=pytest.mark.proves("LE-027"),
        ),
        pytest.param(
            {"inputTruncated": True},
            "LR-014",
            id="truncated",
            marks=pytest.mark.proves("LR-014"),
        ),
        pytest.param({"inputTruncated": 0}, "LR-014", id="0 is not false"),
    ],
)
def test_a_malformed_body_is_refused(changes: dict[str, object], rule: str) -> None:
    with pytest.raises(EdgeValidationError, match="viewer-request") as error:
        read_body(HELLO, changes)

    assert refusal(error) == (rule, 502)


@pytest.mark.parametrize("body", [..., None, "text", []])
def test_omitting_the_body_from_a_result_is_refused(body: object) -> None:
    request = a_request(method="POST")
    event = viewer_request_event(request, config=CONFIG, body=HELLO)
    returned = message_of(event)
    if body is ...:
        del returned["body"]
    else:
        returned["body"] = body

    with pytest.raises(EdgeValidationError, match="`body`") as error:
        read_viewer_request_result(event, returned, request, profile=PROFILE_2026)

    assert refusal(error) == ("LE-024", 502)


@pytest.mark.proves("LE-029", "LX-010")
@pytest.mark.parametrize(
    ("encoding", "largest"), [("text", "x" * (40 * KB)), ("base64", "x" * 54_476)]
)
def test_a_replacement_over_the_limit_is_refused(encoding: str, largest: str) -> None:
    changes = {"action": "replace", "data": largest, "encoding": encoding}

    assert read_body(HELLO, changes).body
    with pytest.raises(EdgeValidationError, match=r"Stay within \d+") as error:
        read_body(HELLO, changes | {"data": largest + "xxxx"})

    assert refusal(error) == ("LE-029", 502)


@pytest.mark.proves("LE-029")
@pytest.mark.parametrize("encoding", ["text", "base64"])
def test_the_classic_profile_truncates_a_replacement_over_the_limit(encoding: str) -> None:
    changes = {"action": "replace", "data": "x" * 100_000, "encoding": encoding}

    result = read_body(HELLO, changes, profile=CLASSIC)

    assert result.body is not None
    assert len(result.body) == 40 * KB


@given(st.binary(max_size=200))
def test_returning_the_data_as_a_replacement_gives_the_same_bytes(
    data: bytes,
) -> None:
    event_body = ShownBody(data=data, truncated=False)

    assert read_body(event_body, {"action": "replace"}).body == data
