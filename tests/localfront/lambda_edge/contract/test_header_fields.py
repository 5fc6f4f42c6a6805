from typing import Any

import pytest

from localfront.errors import EdgeValidationError
from localfront.http_messages.messages import Headers, Request
from tests.localfront.edge_responses import (
    generated,
    passed,
    read,
    read_with_headers,
    refusal,
)
from tests.localfront.factories import a_request


@pytest.mark.proves("LH-001", "LH-002", "LX-001")
@pytest.mark.parametrize("name", ["connection", "x-cache", "x-edge-anything", "x-amz-cf-id"])
def test_a_disallowed_header_may_not_be_added(name: str) -> None:
    with pytest.raises(EdgeValidationError, match=f"viewer-request: header '{name}'") as error:
        read_with_headers(a_request(), **{name: "x"})

    assert refusal(error) == ("LH-001", 502)


READ_ONLY = ["cdn-loop", "content-length", "host", "transfer-encoding", "via"]


@pytest.mark.proves("LH-003", "LH-004")
@pytest.mark.parametrize("name", READ_ONLY)
def test_a_read_only_header_may_not_be_changed(name: str) -> None:
    request = Request(method="GET", uri="/", headers=Headers.of([(name, "1")]))

    with pytest.raises(EdgeValidationError, match=f"changed header '{name}'") as error:
        read_with_headers(request, **{name: "2"})

    assert refusal(error) == ("LH-003", 502)


@pytest.mark.proves("LH-003", "LH-004")
@pytest.mark.parametrize("name", READ_ONLY)
def test_a_read_only_header_may_not_be_added(name: str) -> None:
    request = Request(method="GET", uri="/")

    with pytest.raises(EdgeValidationError, match=f"added header '{name}'") as error:
        read_with_headers(request, **{name: "2"})

    assert refusal(error) == ("LH-003", 502)


@pytest.mark.proves("LH-008")
def test_new_headers_without_a_read_only_one_are_refused() -> None:
    with pytest.raises(EdgeValidationError, match="deleted header 'host'") as error:
        read(a_request(), headers={"accept": [{"value": "*/*"}]})

    assert refusal(error) == ("LH-008", 502)


@pytest.mark.proves("LH-003")
def test_dropping_one_of_several_read_only_lines_is_refused() -> None:
    request = a_request(headers=[("Via", "1.1 a"), ("Via", "1.1 b")])

    with pytest.raises(EdgeValidationError, match="changed header 'via'"):
        read_with_headers(request, via="1.1 a")


@pytest.mark.proves("LE-023")
def test_the_viewers_country_may_not_be_added() -> None:
    with pytest.raises(EdgeValidationError) as error:
        read_with_headers(a_request(), cloudfront_viewer_country="NL")

    assert refusal(error) == ("LE-023", 502)


@pytest.mark.proves("LE-022")
def test_a_country_header_that_the_viewer_sent_is_accepted() -> None:
    request = a_request(headers=[("CloudFront-Viewer-Country", "NL")])

    assert passed(read(request)) is request


@pytest.mark.proves("LE-010")
@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({"X-Tag": [{"value": "a"}]}, id="name with capitals"),
        pytest.param({"x-tag": [{"key": 1, "value": "a"}]}, id="key is a number"),
        pytest.param({"x-tag": [{"key": "X-Tag"}]}, id="no value"),
        pytest.param({"x-tag": [{"value": 1}]}, id="value is a number"),
        pytest.param({"x-tag": ["a"]}, id="line is a string"),
        pytest.param({"x-tag": "a"}, id="no list"),
        pytest.param({"x-tag": {"value": "a"}}, id="an object, as CloudFront Functions have it"),
    ],
)
def test_headers_of_the_wrong_shape_are_refused(headers: dict[str, Any]) -> None:
    with pytest.raises(EdgeValidationError) as error:
        generated(status="200", headers=headers)

    assert refusal(error) == ("LE-010", 502)


@pytest.mark.proves("LE-043")
@pytest.mark.parametrize("key", ["X-Other", "X-\N{KELVIN SIGN}ind", "x kind", ""])
def test_a_key_that_differs_from_the_headers_name_is_ignored(key: str) -> None:
    response = generated(status="200", headers={"x-kind": [{"key": key, "value": "a"}]})

    assert response.headers.lines == (("X-Kind", "a"),)


@pytest.mark.proves("LR-002")
@pytest.mark.parametrize("headers", [None, [], "a"])
def test_headers_are_an_object(headers: object) -> None:
    with pytest.raises(EdgeValidationError, match="`headers`") as error:
        read(a_request(), headers=headers)

    assert refusal(error) == ("LR-002", 502)


@pytest.mark.proves("LR-017")
@pytest.mark.parametrize("name", ["", "x tag", "x-täg", "x:tag", "x\r\ntag"])
def test_an_invalid_header_name_is_refused(name: str) -> None:
    with pytest.raises(EdgeValidationError) as error:
        generated(status="200", headers={name: [{"key": name, "value": "a"}]})

    assert refusal(error) == ("LR-017", 502)


@pytest.mark.proves("LR-017")
@pytest.mark.parametrize("value", ["/\r", "/\n", "/\r\nSet-Cookie: a", "\0", "\x7f", "\ud800"])
def test_a_value_with_a_control_character_is_refused(value: str) -> None:
    with pytest.raises(EdgeValidationError, match="'location'") as error:
        generated(status="302", headers={"location": [{"value": value}]})

    assert refusal(error) == ("LR-017", 502)
