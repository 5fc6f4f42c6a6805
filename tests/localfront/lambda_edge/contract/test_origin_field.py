"""Origins set by origin-request functions, as documented."""

from dataclasses import replace
from typing import Any

import pytest

from localfront.config.distribution import Origin
from localfront.errors import EdgeValidationError
from localfront.lambda_edge.contract.events import origin_request_event
from localfront.lambda_edge.contract.request_results import (
    PassedToOrigin,
    read_origin_request_result,
)
from localfront.profiles import PROFILE_2026
from tests.localfront.edge_responses import (
    CONFIG,
    message_of,
    read_at_origin,
    refusal,
    with_headers,
)
from tests.localfront.factories import a_request, an_api_origin, an_origin

ELSEWHERE: dict[str, Any] = {
    "customHeaders": {},
    "domainName": "elsewhere.example.org",
    "keepaliveTimeout": 6,
    "path": "/v2",
    "port": 8443,
    "protocol": "https",
    "readTimeout": 7,
    "sslProtocols": ["TLSv1.1", "TLSv1.2"],
}
BUCKET: dict[str, Any] = {
    "authMethod": "none",
    "customHeaders": {},
    "domainName": "other.s3.eu-west-1.amazonaws.com",
    "path": "",
    "region": "",
}
WITH_IDENTITY = an_origin(origin_access_control=None, origin_access_identity="E74FTE3AEXAMPLE")


def sent_to(origin: Origin, **changes: Any) -> Origin:
    """The origin after a function changed fields of its own kind; None deletes one."""
    event = origin_request_event(a_request(), origin, config=CONFIG)
    ((kind, fields),) = message_of(event)["origin"].items()
    fields = {name: value for name, value in (fields | changes).items() if value is not ...}
    return read_at_origin(a_request(), origin, origin={kind: fields}).origin


@pytest.mark.parametrize("origin", [an_origin(), an_api_origin(), WITH_IDENTITY])
def test_an_unchanged_origin_is_the_same_object(origin: Origin) -> None:
    assert read_at_origin(a_request(), origin).origin is origin


def test_an_undocumented_field_has_no_effect() -> None:
    origin = an_api_origin()
    event = origin_request_event(a_request(), origin, config=CONFIG)
    custom = message_of(event)["origin"]["custom"] | {"originProtocolPolicy": "https"}

    assert read_at_origin(a_request(), origin, origin={"custom": custom}).origin is origin


@pytest.mark.proves("LE-031", "LE-032")
def test_a_function_may_replace_an_s3_origin_with_a_custom_one() -> None:
    origin = an_origin(connection_attempts=2, connection_timeout=4)

    result = read_at_origin(a_request(), origin, origin={"custom": ELSEWHERE})

    assert result.origin == Origin(
        id="pages",
        domain_name="elsewhere.example.org",
        origin_path="/v2",
        protocol_policy="https-only",
        https_port=8443,
        connection_attempts=2,
        connection_timeout=4,
        read_timeout=7,
        keepalive_timeout=6,
        ssl_protocols=("TLSv1.1", "TLSv1.2"),
    )


@pytest.mark.proves("LE-031", "LE-033", "LE-034")
def test_a_function_may_replace_a_custom_origin_with_an_s3_one() -> None:
    result = read_at_origin(a_request(), an_api_origin(), origin={"s3": BUCKET})

    assert result.origin == Origin(
        id="api", domain_name="other.s3.eu-west-1.amazonaws.com", is_s3=True
    )


@pytest.mark.proves("LE-031", "LE-032")
def test_a_function_may_change_one_field_of_an_origin() -> None:
    origin = an_api_origin(connection_attempts=1)

    assert sent_to(origin, path="/test") == replace(origin, origin_path="/test")
    assert sent_to(origin, readTimeout=9) == replace(origin, read_timeout=9)


@pytest.mark.proves("LE-036")
def test_a_changed_protocol_or_port_is_used_for_the_connection() -> None:
    origin = an_api_origin(protocol_policy="match-viewer")

    plain = sent_to(origin, protocol="http", port=8080)
    other_port = sent_to(origin, port=8443)

    assert (plain.protocol_policy, plain.http_port) == ("http-only", 8080)
    assert (other_port.protocol_policy, other_port.https_port) == ("https-only", 8443)


@pytest.mark.proves("LE-037")
@pytest.mark.parametrize("reset", [0, ...])
def test_a_completion_timeout_of_0_or_none_resets_it(
    reset: object,
) -> None:
    origin = an_api_origin(response_completion_timeout=60)

    assert sent_to(origin).response_completion_timeout == 60
    assert sent_to(origin, responseCompletionTimeout=reset).response_completion_timeout is None


@pytest.mark.proves("LE-037")
def test_an_s3_origin_without_a_read_timeout_gets_the_default() -> None:
    assert sent_to(an_origin(read_timeout=9), readTimeout=...).read_timeout == 30


# Who may read the bucket


@pytest.mark.proves("LE-040")
def test_access_control_applies_only_to_the_configured_bucket() -> None:
    moved = sent_to(an_origin(), domainName="other.s3.eu-west-1.amazonaws.com")

    assert moved.origin_access_control is None
    assert sent_to(an_origin(), path="/test").origin_access_control == "always"


@pytest.mark.proves("LE-039")
def test_an_access_identity_is_kept_for_another_bucket() -> None:
    moved = sent_to(
        WITH_IDENTITY,
        domainName="other.s3.eu-west-1.amazonaws.com",
        region="eu-west-1",
    )

    assert moved.origin_access_identity == "E74FTE3AEXAMPLE"


@pytest.mark.proves("LE-039")
def test_an_access_identity_can_be_removed() -> None:
    unsigned = sent_to(WITH_IDENTITY, authMethod="none")

    assert unsigned.origin_access_identity is None


@pytest.mark.proves("LE-039")
@pytest.mark.parametrize(
    ("origin", "changes"),
    [
        pytest.param(an_origin(), {"region": "us-east-1"}, id="bucket has none"),
        pytest.param(an_api_origin(), {"region": "us-east-1"}, id="from custom"),
        pytest.param(WITH_IDENTITY, {"region": ""}, id="no region"),
        pytest.param(WITH_IDENTITY, {"region": 1}, id="region is a number"),
    ],
)
def test_an_access_identity_must_be_configured_and_have_a_region(
    origin: Origin, changes: dict[str, object]
) -> None:
    s3 = BUCKET | {"authMethod": "origin-access-identity"} | changes

    with pytest.raises(EdgeValidationError) as error:
        read_at_origin(a_request(), origin, origin={"s3": s3})

    assert refusal(error) == ("LE-039", 502)


# The Host, and headers of the origin's own


@pytest.mark.proves("LE-041")
def test_a_function_may_change_host_along_with_the_origin() -> None:
    request = a_request()
    message = message_of(origin_request_event(request, an_origin(), config=CONFIG))

    kept = read_at_origin(request, an_origin(), origin={"custom": ELSEWHERE})
    changed = read_at_origin(
        request,
        an_origin(),
        origin={"custom": ELSEWHERE},
        headers=with_headers(message["headers"], host="elsewhere.example.org"),
    )

    assert kept.request.headers.get("host") == request.headers.get("host")
    assert changed.request.headers.get("host") == "elsewhere.example.org"


@pytest.mark.proves("LE-038")
def test_custom_headers_can_be_added_changed_and_deleted() -> None:
    origin = an_api_origin(custom_headers=(("X-Key", "k"), ("X-Old", "o"), ("X-Is", "i")))

    changed = sent_to(
        origin,
        customHeaders={
            "x-key": [{"key": "X-Key", "value": "k"}],
            "x-is": [{"value": "changed"}],
            "x-new": [{"value": "n"}],
        },
    )

    assert changed.custom_headers == (
        ("X-Key", "k"),
        ("X-Is", "changed"),
        ("X-New", "n"),
    )


@pytest.mark.proves("LE-038", "OR-013")
@pytest.mark.parametrize(
    "name",
    ["x-cache", "connection", "host", "cookie", "x-amz-date", "x-edge-a", "range"],
)
def test_a_forbidden_custom_header_is_refused(name: str) -> None:
    with pytest.raises(EdgeValidationError) as error:
        sent_to(an_api_origin(), customHeaders={name: [{"value": "a"}]})

    assert refusal(error) == ("LE-038", 502)


@pytest.mark.proves("LE-038")
def test_an_origins_custom_header_may_not_be_added_to_the_request() -> None:
    origin, request = an_api_origin(custom_headers=(("X-Key", "k"),)), a_request()
    message = message_of(origin_request_event(request, origin, config=CONFIG))

    with pytest.raises(EdgeValidationError, match="'x-key'") as error:
        read_at_origin(request, origin, headers=with_headers(message["headers"], x_key="forged"))

    assert refusal(error) == ("LE-038", 502)


@pytest.mark.proves("LE-038")
def test_a_header_of_the_request_may_not_be_added_to_the_origin() -> None:
    with pytest.raises(EdgeValidationError, match="'accept'") as error:
        read_at_origin(
            a_request(headers=[("Accept", "*/*")]),
            an_api_origin(),
            origin={"custom": ELSEWHERE | {"customHeaders": {"accept": [{"value": "a"}]}}},
        )

    assert refusal(error) == ("LE-038", 502)


def test_a_header_that_was_already_in_both_places_is_no_violation() -> None:
    origin = an_api_origin(custom_headers=(("X-Key", "k"),))
    request = a_request(headers=[("X-Key", "viewer's")])
    event = origin_request_event(request, origin, config=CONFIG)

    result = read_origin_request_result(
        event, message_of(event), request, origin, profile=PROFILE_2026
    )

    assert result == PassedToOrigin(request=request, origin=origin)
