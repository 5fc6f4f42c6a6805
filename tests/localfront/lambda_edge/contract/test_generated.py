import base64

import pytest

from localfront.errors import EdgeValidationError
from localfront.http_messages.messages import Headers, Response
from localfront.profiles import assuming
from tests.localfront.edge_responses import (
    generated,
    generated_at_origin,
    refusal,
)


@pytest.mark.proves("LR-018", "LR-003")
def test_a_generated_redirect_is_the_response() -> None:
    response = generated(
        status="302",
        statusDescription="Found",
        headers={"location": [{"key": "Location", "value": "/login/"}]},
    )

    assert response == Response(
        status=302, reason="Found", headers=Headers.of([("Location", "/login/")])
    )


@pytest.mark.proves("LR-003")
def test_a_generated_response_needs_only_a_status() -> None:
    assert generated(status="200") == Response(status=200)


@pytest.mark.proves("LR-011")
def test_several_values_of_a_header_are_separate_lines_in_order() -> None:
    response = generated(
        status="200",
        headers={
            "set-cookie": [{"value": "a=1"}, {"value": "b=2"}],
            "cache-control": [{"key": "Cache-Control", "value": "no-store"}],
        },
    )

    assert response.headers.lines == (
        ("Set-Cookie", "a=1"),
        ("Set-Cookie", "b=2"),
        ("Cache-Control", "no-store"),
    )


@pytest.mark.proves("LR-004")
def test_a_body_is_text_unless_its_encoding_is_base64() -> None:
    encoded = base64.b64encode(b"\0\xff").decode()

    assert generated(status="200", body="é").body == "é".encode()
    assert generated(status="200", body="é", bodyEncoding="text").body == "é".encode()
    assert generated(status="200", body=encoded, bodyEncoding="base64").body == b"\0\xff"


@pytest.mark.proves("LR-004")
@pytest.mark.parametrize(
    "response",
    [
        pytest.param({"body": "a", "bodyEncoding": "base64"}, id="no padding"),
        pytest.param({"body": "YQ==\n", "bodyEncoding": "base64"}, id="line end"),
        pytest.param({"body": "é", "bodyEncoding": "base64"}, id="not ASCII"),
        pytest.param({"body": "a", "bodyEncoding": "gzip"}, id="unknown encoding"),
        pytest.param({"body": "\ud800"}, id="half a surrogate pair"),
    ],
)
def test_a_body_that_cannot_be_decoded_is_refused(response: dict[str, str]) -> None:
    with pytest.raises(EdgeValidationError) as error:
        generated(status="200", **response)

    assert refusal(error) == ("LR-004", 502)


@pytest.mark.proves("LR-003")
@pytest.mark.parametrize("body", [b"a".hex, 1, {}, None, ["a"]])
def test_a_body_is_a_string(body: object) -> None:
    with pytest.raises(EdgeValidationError, match="`body`"):
        generated(status="200", body=body)


@pytest.mark.proves("LR-005")
@pytest.mark.parametrize("status", ["199", "600", "0", "", "2 0", "OK", "0200", "²00"])
def test_a_status_outside_200_to_599_is_refused(status: str) -> None:
    with pytest.raises(EdgeValidationError, match="`status`") as error:
        generated(status=status)

    assert refusal(error) == ("LR-005", 502)


@pytest.mark.proves("LR-005")
@pytest.mark.parametrize("status", ["200", "401", "599"])
def test_a_status_within_200_to_599_is_kept(status: str) -> None:
    assert generated(status=status).status == int(status)


@pytest.mark.proves("LR-003")
@pytest.mark.parametrize("status", [302.0, None, True, [200]])
def test_a_status_is_a_string(status: object) -> None:
    with pytest.raises(EdgeValidationError, match="Return a string") as error:
        generated(status=status)

    assert refusal(error) == ("LR-003", 502)


@pytest.mark.proves("LR-020")
def test_a_numeric_status_is_accepted_unless_assumed_otherwise() -> None:
    assert generated(status=302) == generated(status="302")
    assert generated_at_origin(status=302) == generated_at_origin(status="302")

    with pytest.raises(EdgeValidationError, match="Return a string") as error:
        generated(assuming({"status_may_be_a_number": False}), status=302)
    assert refusal(error) == ("LR-003", 502)


@pytest.mark.proves("LR-006")
def test_204_has_no_body() -> None:
    assert generated(status="204", body="") == Response(status=204)
    with pytest.raises(EdgeValidationError) as error:
        generated(status="204", body="a")

    assert refusal(error) == ("LR-006", 502)


@pytest.mark.proves("LR-007", "LX-010")
def test_headers_and_body_together_are_limited_to_40_kb() -> None:
    headers = {"a": [{"key": "a", "value": "b"}]}  # "a: b\r\n" is 6 bytes

    assert generated(status="200", headers=headers, body="x" * (40 * 1024 - 6)).status == 200
    with pytest.raises(EdgeValidationError, match="40961 bytes") as error:
        generated(status="200", headers=headers, body="x" * (40 * 1024 - 5))

    assert refusal(error) == ("LR-007", 502)


@pytest.mark.proves("LR-010")
def test_a_status_description_may_be_any_single_line() -> None:
    assert generated(status="200", statusDescription="Éngage!").reason == "Éngage!"
    with pytest.raises(EdgeValidationError) as error:
        generated(status="200", statusDescription="OK\r\nSet-Cookie: a=b")

    assert refusal(error) == ("LR-010", 502)


@pytest.mark.proves("LH-001", "LH-003")
@pytest.mark.parametrize(("name", "rule"), [("x-cache", "LH-001"), ("via", "LH-003")])
def test_a_generated_response_may_not_have_disallowed_headers(name: str, rule: str) -> None:
    with pytest.raises(EdgeValidationError) as error:
        generated(status="200", headers={name: [{"value": "a"}]})

    assert refusal(error) == (rule, 502)


def test_a_field_from_older_aws_samples_is_ignored() -> None:
    assert generated(status="200", httpVersion="1.1").status == 200
