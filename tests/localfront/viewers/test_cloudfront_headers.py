from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from localfront.config.managed_policies import ALL_VIEWER_AND_CLOUDFRONT_HEADERS
from localfront.http_messages.messages import Headers, Request
from localfront.http_messages.viewer_facts import NOTHING_KNOWN
from localfront.viewers.cloudfront_headers import cloudfront_header, cloudfront_headers
from localfront.viewers.viewer_header import read_viewer_facts
from tests.localfront.factories import a_request

IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Mobile/15E148"
ALL_PLACES = (
    "country=US; country-name=United States; region=WA; region-name=Washington; "
    "city=Seattle; latitude=47.60000; longitude=-122.30000; metro-code=819; "
    "postal-code=98101; time-zone=America/Los_Angeles; asn=64496"
)


def viewed(facts: str = "", **changes: Any) -> Request:
    """A request after the server has added the viewer's facts."""
    lines = [*changes.pop("headers", ()), ("X-Localfront-Viewer", facts)]
    request = read_viewer_facts(a_request(headers=lines, **changes), NOTHING_KNOWN)
    assert isinstance(request, Request)
    return request


def value(name: str, facts: str = "", **changes: Any) -> str | None:
    return cloudfront_header(viewed(facts, **changes), f"CloudFront-{name}")


@pytest.mark.proves("OR-018")
def test_the_configured_location_is_in_the_headers() -> None:
    request = viewed(ALL_PLACES)
    wanted = ALL_VIEWER_AND_CLOUDFRONT_HEADERS.cloudfront_headers

    places = {
        name.removeprefix("CloudFront-Viewer-"): value
        for name, value in cloudfront_headers(request, wanted)
        if "-Is-" not in name
    }

    assert places == {
        "ASN": "64496",
        "Address": "127.0.0.1:0",
        "City": "Seattle",
        "Country": "US",
        "Country-Name": "United States",
        "Country-Region": "WA",
        "Country-Region-Name": "Washington",
        "CloudFront-Forwarded-Proto": "https",
        "Http-Version": "1.1",
        "Latitude": "47.60000",
        "Longitude": "-122.30000",
        "Metro-Code": "819",
        "Postal-Code": "98101",
        "Time-Zone": "America/Los_Angeles",
    }


@pytest.mark.proves("OR-018")
def test_every_header_of_the_managed_policy_can_be_configured() -> None:
    wanted = ALL_VIEWER_AND_CLOUDFRONT_HEADERS.cloudfront_headers

    given = cloudfront_headers(viewed(ALL_PLACES, tls="TLSv1.3:X"), wanted)

    assert {name.lower() for name, _ in given} == wanted


@pytest.mark.proves("OR-018")
def test_unknown_viewer_facts_have_no_header() -> None:
    names = frozenset(["cloudfront-viewer-country", "CloudFront-Viewer-City", "CloudFront-New"])

    assert cloudfront_headers(viewed(), names) == []


@pytest.mark.proves("OR-018")
def test_characters_outside_ascii_are_percent_encoded() -> None:
    assert value("Viewer-City", "city=Z\u00fcrich %") == "Z%C3%BCrich %"
    assert value("Viewer-City", "city=Sankt Gallen") == "Sankt Gallen"


@pytest.mark.proves("OR-019")
def test_only_viewers_in_the_united_states_have_a_metro_code() -> None:
    assert value("Viewer-Metro-Code", "country=US; metro-code=819") == "819"
    assert value("Viewer-Metro-Code", "country=DE; metro-code=819") is None


@pytest.mark.parametrize(
    ("kind", "message"),
    [("JA3", f"ja3={'a' * 32}"), ("JA4", "ja4=t13d1516h2_8daaf6152771_e5627efa2ab1")],
)
@pytest.mark.proves("OR-019")
def test_fingerprints_are_only_for_https(kind: str, message: str) -> None:
    name = f"Viewer-{kind}-Fingerprint"

    assert value(name, message) == message.partition("=")[2]
    assert value(name, message, scheme="http") is None
    assert value(name) is None


@pytest.mark.parametrize(
    ("tls", "expected"),
    [
        (
            "TLSv1.3:TLS_AES_128_GCM_SHA256",
            "TLSv1.3:TLS_AES_128_GCM_SHA256:fullHandshake",
        ),
        ("TLSv1.3:X:connectionReused", "TLSv1.3:X:connectionReused"),
        ("", None),
    ],
)
@pytest.mark.proves("OR-020")
def test_the_tls_header_has_version_cipher_and_handshake_type(
    tls: str, expected: str | None
) -> None:
    assert value("Viewer-TLS", tls=tls) == expected


@pytest.mark.proves("OR-018")
def test_the_device_type_is_derived_from_the_user_agent() -> None:
    agent = [("User-Agent", IPHONE)]

    assert value("Is-IOS-Viewer", headers=agent) == "true"
    assert value("Is-Mobile-Viewer", headers=agent) == "true"
    assert value("Is-Desktop-Viewer", headers=agent) == "false"
    assert value("Is-Desktop-Viewer") == "true"


@pytest.mark.proves("OR-018")
def test_a_configured_device_overrides_the_user_agent() -> None:
    agent = [("User-Agent", IPHONE)]

    assert value("Is-SmartTV-Viewer", "device=smarttv", headers=agent) == "true"
    assert value("Is-Mobile-Viewer", "device=smarttv", headers=agent) == "false"


@pytest.mark.proves("OR-018")
def test_header_order_and_count_describe_the_received_headers() -> None:
    request = viewed(headers=[("Host", "a.example.com"), ("accept", "a"), ("Accept", "b")])
    by_a_function = Headers.of([("User-Agent", IPHONE)])
    rewritten = replace(request, headers=by_a_function, received=request.headers)

    names = frozenset(["CloudFront-Viewer-Header-Order", "CloudFront-Viewer-Header-Count"])
    for requests in (request, rewritten):
        assert cloudfront_headers(requests, names) == [
            ("CloudFront-Viewer-Header-Count", "3"),
            ("CloudFront-Viewer-Header-Order", "Host:accept:Accept"),
        ]
    assert cloudfront_header(rewritten, "CloudFront-Is-Mobile-Viewer") == "false"


@pytest.mark.proves("OR-018")
def test_a_long_header_order_is_truncated() -> None:
    many = [(f"X-{index:0>100}", "") for index in range(100)]

    assert len(value("Viewer-Header-Order", headers=many) or "") == 7680


@pytest.mark.proves("OR-018")
def test_two_consecutive_viewers_have_their_own_values() -> None:
    requests = [
        viewed("country=DE", client_port=1),
        viewed("country=FR", client_port=1),
        viewed("country=FR", client_port=2),
        viewed("country=FR", client_port=2, headers=[("User-Agent", IPHONE)]),
    ]
    names = ALL_VIEWER_AND_CLOUDFRONT_HEADERS.cloudfront_headers

    message = [tuple(cloudfront_headers(request, names)) for request in (*requests, *requests)]

    assert len(set(message)) == len(requests)
    assert message[:4] == message[4:]


def test_the_viewer_address_includes_the_port() -> None:
    request = viewed(client_ip="192.0.2.7", client_port=46532)

    assert cloudfront_header(request, "CloudFront-Viewer-Address") == "192.0.2.7:46532"
