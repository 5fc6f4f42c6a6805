"""Invalid origins. Some would send a request to an unintended server."""

from typing import Any

import pytest

from localfront.config.distribution import Origin
from localfront.errors import EdgeValidationError
from localfront.lambda_edge.contract.events import origin_request_event
from localfront.lambda_edge.contract.request_results import read_origin_request_result
from localfront.profiles import CLASSIC, PROFILE_2026, Profile
from tests.localfront.edge_responses import CONFIG, message_of, read_at_origin, refusal
from tests.localfront.factories import a_request, an_api_origin
from tests.localfront.lambda_edge.contract.test_origin_field import BUCKET, ELSEWHERE


def refused(origin: object, *, profile: Profile = PROFILE_2026) -> str:
    with pytest.raises(EdgeValidationError, match="origin-request") as error:
        read_at_origin(a_request(), an_api_origin(), profile=profile, origin=origin)
    rule, status = refusal(error)
    assert status == 502
    return rule


@pytest.mark.proves("LE-031")
@pytest.mark.parametrize(
    "origin",
    [
        pytest.param({"custom": ELSEWHERE, "s3": BUCKET}, id="both"),
        pytest.param({"custom": ELSEWHERE, "s3": None}, id="one of them null"),
        pytest.param({}, id="neither"),
        pytest.param({"gcs": ELSEWHERE}, id="another kind"),
        pytest.param(None, id="null"),
        pytest.param([ELSEWHERE], id="a list"),
        pytest.param({"custom": None}, id="no object"),
        pytest.param({"s3": "other.s3.amazonaws.com"}, id="a name"),
    ],
)
def test_an_origin_with_both_types_or_none_is_refused(origin: object) -> None:
    assert refused(origin) == "LE-031"


@pytest.mark.proves("LE-031")
def test_omitting_the_origin_is_refused() -> None:
    request, origin = a_request(), an_api_origin()
    event = origin_request_event(request, origin, config=CONFIG)
    returned = message_of(event)
    del returned["origin"]

    with pytest.raises(EdgeValidationError, match="`origin`"):
        read_origin_request_result(event, returned, request, origin, profile=PROFILE_2026)


@pytest.mark.proves("LE-032", "LE-033")
@pytest.mark.parametrize(
    ("kind", "whole", "optional"),
    [("custom", ELSEWHERE, set()), ("s3", BUCKET, {"region"})],
)
def test_an_origin_of_another_type_needs_all_its_fields(
    kind: str, whole: dict[str, Any], optional: set[str]
) -> None:
    for name in set(whole) - optional:
        rest = {field: value for field, value in whole.items() if field != name}
        origin = an_api_origin() if kind == "s3" else Origin(id="a", domain_name="b", is_s3=True)
        with pytest.raises(EdgeValidationError, match=f"`{name}`") as error:
            read_at_origin(a_request(), origin, origin={kind: rest})
        assert refusal(error) == ("LR-002", 502)


@pytest.mark.proves("LE-034")
@pytest.mark.parametrize(
    "name",
    [
        "",
        "a" * 254,
        "example.org:8080",
        "203.0.113.1",
        "127.1",
        "2130706433",
        "0x7f000001",
        "[::1]",
        "::1",
        "example.org/../admin",
        "example.org?x=",
        "example.org#",
        "user@example.org",
        "a..b",
        "example.org\r\nX-A: b",
        "exämple.org",
        " example.org",
        "\ud800.org",
        None,
        1,
        ["example.org"],
    ],
)
def test_an_invalid_domain_name_is_refused(name: object) -> None:
    assert refused({"custom": ELSEWHERE | {"domainName": name}}) == "LE-034"


@pytest.mark.proves("LE-034")
@pytest.mark.parametrize(
    "name",
    [
        "",
        "Other.s3.eu-west-1.amazonaws.com",
        "example.org",
        "s3.amazonaws.com",
        f"{'a' * 60}.{'b' * 60}.s3.amazonaws.com",
        "a/b.s3.amazonaws.com",
        None,
    ],
)
def test_an_s3_origin_whose_domain_is_not_a_bucket_is_refused(name: object) -> None:
    assert refused({"s3": BUCKET | {"domainName": name}}) == "LE-034"


@pytest.mark.proves("LE-035")
@pytest.mark.parametrize("kind", ["custom", "s3"])
@pytest.mark.parametrize(
    "path",
    [
        "/",
        "v2",
        "/v2/",
        "//",
        "/a b",
        "/é",
        "/a?b",
        "/a#b",
        "/a\r\nb",
        "/%zz",
        "/%2",
        "/" + "a" * 255,
        None,
        1,
    ],
)
def test_an_invalid_origin_path_is_refused(kind: str, path: object) -> None:
    whole = ELSEWHERE if kind == "custom" else BUCKET

    assert refused({kind: whole | {"path": path}}) == "LE-035"


@pytest.mark.proves("LE-035")
@pytest.mark.parametrize("path", ["", "/v2", "/a/b", "/%C3%A9", "/" + "a" * 254])
def test_an_origin_path_in_the_documented_form_is_accepted(path: str) -> None:
    result = read_at_origin(
        a_request(), an_api_origin(), origin={"custom": ELSEWHERE | {"path": path}}
    )

    assert result.origin.origin_path == path


NO_PORTS: list[object] = [0, 22, 81, 1023, 65536, -1, 443.0, "443", True, None]
NO_PROTOCOLS: list[object] = ["", "HTTPS", "ftp", "match-viewer", None, {}]
NO_SSL_PROTOCOLS: list[object] = [[], ["TLSv9"], "TLSv1.2", None, [["TLSv1"]]]


@pytest.mark.proves("LE-036")
@pytest.mark.parametrize(
    "changes",
    [
        *({"port": port} for port in NO_PORTS),
        *({"protocol": name} for name in NO_PROTOCOLS),
        *({"sslProtocols": names} for names in NO_SSL_PROTOCOLS),
    ],
    ids=str,
)
def test_undocumented_ports_and_protocols_are_refused(
    changes: dict[str, object],
) -> None:
    assert refused({"custom": ELSEWHERE | changes}) == "LE-036"


@pytest.mark.proves("LE-037")
@pytest.mark.parametrize("field", ["readTimeout", "keepaliveTimeout"])
@pytest.mark.parametrize("seconds", [0, -1, 121, 1.5, 30.0, "30", True, None])
def test_a_timeout_out_of_bounds_or_not_an_integer_is_refused(field: str, seconds: object) -> None:
    assert refused({"custom": ELSEWHERE | {field: seconds}}) == "LE-037"


@pytest.mark.proves("LE-037")
def test_the_classic_profile_limits_timeouts_to_60_seconds() -> None:
    slow = {"custom": ELSEWHERE | {"readTimeout": 61}}

    assert refused(slow, profile=CLASSIC) == "LE-037"
    assert read_at_origin(a_request(), origin=slow).origin.read_timeout == 61


@pytest.mark.proves("LE-037")
@pytest.mark.parametrize("seconds", [6, -1, "60", None, True])
def test_a_completion_timeout_below_the_read_timeout_is_refused(seconds: object) -> None:
    timeouts = {"readTimeout": 7, "responseCompletionTimeout": seconds}

    assert refused({"custom": ELSEWHERE | timeouts}) == "LE-037"


@pytest.mark.proves("LE-039")
@pytest.mark.parametrize("method", ["", "origin-access-control", None, ["none"]])
def test_an_unknown_auth_method_is_refused(method: object) -> None:
    assert refused({"s3": BUCKET | {"authMethod": method}}) == "LE-039"


@pytest.mark.parametrize("headers", [None, [], {"a": {"value": "b"}}, {"A": []}])
def test_malformed_custom_headers_are_refused(headers: object) -> None:
    assert refused({"custom": ELSEWHERE | {"customHeaders": headers}}) in (
        "LR-002",
        "LE-010",
    )


def test_a_configured_value_out_of_bounds_is_accepted_when_unchanged() -> None:
    origin = an_api_origin(read_timeout=180, http_port=81, protocol_policy="http-only")
    event = origin_request_event(a_request(), origin, config=CONFIG)
    custom = message_of(event)["origin"]["custom"]

    result = read_at_origin(a_request(), origin, origin={"custom": custom | {"path": "/b"}})

    assert (result.origin.read_timeout, result.origin.http_port) == (180, 81)
