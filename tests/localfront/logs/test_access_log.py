from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localfront.logs.access_log import FIELDS, Logged, is_logged, log_line
from localfront.logs.access_log_files import AccessLog
from tests.localfront.factories import (
    DISTRIBUTION_ID,
    DOMAIN_NAME,
    HOST,
    a_request,
    a_response,
)

NAMES = FIELDS.split(" ")
NOON = 1_800_014_400.0  # 2027-01-15 12:00:00 UTC
AGENT = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"


def a_record(**changes: Any) -> Logged:
    record = Logged(
        distribution_id=DISTRIBUTION_ID,
        distribution_domain_name=DOMAIN_NAME,
        request=a_request("/index.html"),
        request_id="SOX4xwn4XV6Q4rgb7XiVGOHms_BGlTAC4KyHmureZmBNrjGdRLiNIQ==",
        response=a_response(headers=[("Content-Type", "text/html"), ("Content-Length", "78")]),
        x_cache="Hit from cloudfront",
        finished_at=NOON + 1.25,
        seconds=0.0824,
        seconds_to_first_byte=0.0006,
        bytes_received=23,
        bytes_sent=392,
    )
    return replace(record, **changes)


def fields(**changes: Any) -> dict[str, str]:
    return dict(zip(NAMES, log_line(a_record(**changes)).split("\t"), strict=True))


@pytest.mark.proves("LG-003")
def test_a_line_has_the_documented_fields_in_their_order() -> None:
    """The first line of the page's example, with our own edge location, times and addresses."""
    request = a_request(
        "/index.html",
        headers=[("Host", DOMAIN_NAME), ("User-Agent", AGENT)],
        client_ip="192.0.2.100",
        client_port=11040,
        http_version="2.0",
        tls="TLSv1.2:ECDHE-RSA-AES128-GCM-SHA256",
    )

    assert log_line(a_record(request=request)).split("\t") == [
        "2027-01-15",
        "12:00:01",
        "LOC50-C1",
        "392",
        "192.0.2.100",
        "GET",
        "d111111abcdef8.cloudfront.net",
        "/index.html",
        "200",
        "-",
        "Mozilla/5.0%20(Windows%20NT%2010.0;%20Win64;%20x64)%20AppleWebKit/537.36"
        "%20(KHTML,%20like%20Gecko)",
        "-",
        "-",
        "Hit",
        "SOX4xwn4XV6Q4rgb7XiVGOHms_BGlTAC4KyHmureZmBNrjGdRLiNIQ==",
        "d111111abcdef8.cloudfront.net",
        "https",
        "23",
        "0.082",
        "-",
        "TLSv1.2",
        "ECDHE-RSA-AES128-GCM-SHA256",
        "Hit",
        "HTTP/2.0",
        "-",
        "-",
        "11040",
        "0.001",
        "Hit",
        "text/html",
        "78",
        "-",
        "-",
    ]


@pytest.mark.proves("LG-003")
def test_there_are_33_fields() -> None:
    assert (len(NAMES), NAMES[0], NAMES[-1]) == (33, "date", "sc-range-end")


@pytest.mark.proves("LG-003", "RV-003")
def test_both_names_of_a_distribution_are_logged_and_the_request_id() -> None:
    logged = fields()

    assert (logged["cs(Host)"], logged["x-host-header"]) == (DOMAIN_NAME, HOST)
    assert logged["x-edge-request-id"] == a_record().request_id


def test_over_plain_http_there_is_neither_protocol_nor_cipher() -> None:
    logged = fields(request=a_request(scheme="http"))

    assert [logged[n] for n in ("cs-protocol", "ssl-protocol", "ssl-cipher")] == [
        "http",
        "-",
        "-",
    ]


def test_query_string_and_referer_have_fields_of_their_own() -> None:
    request = a_request("/a%20b?x=1&y=2", headers=[("Referer", "https://a.test/?q")])
    logged = fields(request=request)

    assert logged["cs-uri-stem"] == "/a%2520b"
    assert logged["cs-uri-query"] == "x=1&y=2"
    assert logged["cs(Referer)"] == "https://a.test/?q"


def test_cookies_are_logged_only_if_the_distribution_says_so() -> None:
    request = a_request(headers=[("Cookie", "a=1"), ("cookie", "b=2")])

    assert fields(request=request)["cs(Cookie)"] == "-"
    assert fields(request=request, include_cookies=True)["cs(Cookie)"] == "a=1;%20b=2"


def test_the_range_of_a_partial_response_is_logged() -> None:
    part = a_response(206, headers=[("Content-Range", "bytes 5-9/100")])
    logged = fields(response=part)

    assert (logged["sc-range-start"], logged["sc-range-end"]) == ("5", "9")
    assert logged["sc-content-len"] == "-"


@pytest.mark.parametrize(
    ("aborted", "status", "after", "before", "detail"),
    [
        ("", "200", "Hit", "Hit", "Hit"),
        ("during the response", "200", "Error", "Hit", "ClientCommError"),
        ("before the response", "000", "Error", "Error", "ClientCommError"),
    ],
)
@pytest.mark.proves("LG-001", "LG-002", "LG-003")
def test_a_viewers_disconnection_is_logged_as_status_000_and_error(
    aborted: str, status: str, after: str, before: str, detail: str
) -> None:
    logged = fields(aborted=aborted)

    assert logged["sc-status"] == status
    assert logged["x-edge-result-type"] == after
    assert logged["x-edge-response-result-type"] == before
    assert logged["x-edge-detailed-result-type"] == detail


@pytest.mark.proves("ER-021")
def test_an_error_page_shown_as_200_is_still_an_error() -> None:
    logged = fields(x_cache="Error from cloudfront", response=a_response(200))

    assert (logged["sc-status"], logged["x-edge-result-type"]) == ("200", "Error")


@pytest.mark.parametrize("forged", ["a\nb", "a\r\nb", "a\tb", "a\x00b", "a\x1b[2Jb", "\u2028"])
@pytest.mark.parametrize("name", ["User-Agent", "Referer", "Host", "X-Forwarded-For", "Cookie"])
def test_no_header_can_forge_a_line_or_a_field(name: str, forged: str) -> None:
    line = log_line(
        a_record(
            request=a_request(headers=[("Host", "a"), (name, forged)]),
            include_cookies=True,
        )
    )

    assert line.count("\t") == 32
    assert line.isascii()
    assert line.replace("\t", "").isprintable()


TEXTS = st.text(st.characters(), max_size=30)  # half characters too
BYTES = st.binary(max_size=30).map(lambda b: b.decode("utf-8", "surrogateescape"))


@given(
    uri=TEXTS | BYTES,
    method=TEXTS,
    agent=TEXTS | BYTES,
    forged=TEXTS,
    x_cache=TEXTS,
    tls=TEXTS,
)
def test_a_line_always_has_33_fields_and_never_ends_early(
    uri: str, method: str, agent: str, forged: str, x_cache: str, tls: str
) -> None:
    request = a_request(
        headers=[("Host", forged), ("User-Agent", agent)],
        uri=uri,
        method=method,
        querystring=uri,
        client_ip=forged,
        tls=tls,
    )
    response = a_response(headers=[("Content-Type", forged), ("Content-Range", forged)])
    line = log_line(a_record(request=request, response=response, x_cache=x_cache))

    assert re.fullmatch(r"[!-~]+(\t[!-~]+){32}", line)


@given(agent=BYTES.filter(lambda text: text not in ("", "-")))
def test_encoded_values_can_be_decoded(agent: str) -> None:
    logged = fields(request=a_request(headers=[("User-Agent", agent)]))

    assert unquote_to_bytes(logged["cs(User-Agent)"]) == agent.encode("utf-8", "surrogateescape")


@pytest.mark.parametrize(
    ("target", "cookie", "logged"),
    [
        ("/" + "a" * 8191, "", True),
        ("/" + "a" * 8192, "", False),
        ("/", "c" * 20_000, True),
        ("/", "c" * 20_480, False),
        ("/", "\u00e9" * 10_240, False),
    ],
)
@pytest.mark.proves("LG-004")
def test_a_request_that_is_too_large_leaves_no_line(
    target: str, cookie: str, logged: bool, tmp_path: Path
) -> None:
    request = a_request(target, headers=[("Cookie", cookie)])

    with AccessLog(tmp_path / "logs") as log:
        log.write(a_record(request=request))

    assert is_logged(request) is logged
    assert len(list((tmp_path / "logs").iterdir())) == logged
