from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localfront.exchange.refusal import Refusal
from localfront.http_messages.messages import Request
from localfront.http_messages.viewer_facts import (
    FORMS,
    NOTHING_KNOWN,
    ViewerFacts,
    ViewerFactsError,
    parse_viewer_facts,
)
from localfront.viewers.viewer_header import read_viewer_facts
from tests.localfront.factories import a_request

FROM_BERLIN = ViewerFacts(country="DE", city="Berlin")


def test_viewer_facts_are_parsed_from_names_and_values() -> None:
    assert parse_viewer_facts("country=DE; city=Berlin") == FROM_BERLIN
    assert parse_viewer_facts(" city = Berlin ;country=DE") == FROM_BERLIN
    assert parse_viewer_facts("device=mobile+ios") == ViewerFacts(
        devices=frozenset({"mobile", "ios"})
    )


@pytest.mark.parametrize("text", ["", "  "])
def test_an_empty_text_sets_no_facts(text: str) -> None:
    assert parse_viewer_facts(text) == NOTHING_KNOWN


def test_every_fact_can_be_set() -> None:
    examples = {name: form.example.partition(",")[0] for name, form in FORMS.items()}
    examples["ja3"] = "0" * 32

    facts = parse_viewer_facts("; ".join(f"{n}={v}" for n, v in examples.items()))

    assert len(FORMS) == len(ViewerFacts.__dataclass_fields__)
    for form in FORMS.values():
        assert getattr(facts, form.field) is not None


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("DE", "'DE' is not a viewer property: write name=value"),
        ("land=DE", "'land=DE' is not a viewer property.*country"),
        ("Country=DE", "is not a viewer property"),
        ("country=DE;", "'' is not a viewer property"),
        ("country=DE, city=Berlin", "country can't be 'DE, city=Berlin': write DE"),
        ("country=DE; country=NL", "country occurs twice"),
        ("country=de", "country can't be 'de'"),
        ("country=D\u0395", "country can't be"),
        ("country=", "country can't be ''"),
        ("city=a\tb", "city can't be"),
        ("city=a\x00", "city can't be"),
        ("asn=-1", "asn can't be"),
        ("asn=4294967296", "asn can't be"),
        ("asn=\u0663", "asn can't be"),
        ("latitude=90.1", "latitude can't be"),
        ("latitude=NaN", "latitude can't be"),
        ("longitude=1e2", "longitude can't be"),
        ("metro-code=8", "metro-code can't be"),
        ("device=phone", "device can't be 'phone'.*smarttv"),
        ("device=mobile+", "device can't be"),
        ("time-zone=Europe/", "time-zone can't be"),
        ("ja3=xyz", "ja3 can't be"),
        ("address=1.2.3", "address can't be"),
        ("address=fe80::1%lo", "address can't be"),
        ("address=203.0.113.7:80", "address can't be"),
    ],
)
def test_an_unknown_fact_is_an_error_with_a_remedy(text: str, why: str) -> None:
    with pytest.raises(ViewerFactsError, match=why):
        parse_viewer_facts(text)


@given(st.text(max_size=40))
def test_any_text_is_parsed_or_refused(text: str) -> None:
    response = read_viewer_facts(request_with(text), NOTHING_KNOWN)

    assert isinstance(response, Request) or response.status == 400


def request_with(*lines: str) -> Request:
    headers = [("Accept", "*/*"), *(("x-LOCALFRONT-viewer", line) for line in lines)]
    return a_request(headers=headers, client_ip="127.0.0.1")


def request_seen(request: Request, defaults: ViewerFacts = NOTHING_KNOWN) -> Request:
    response = read_viewer_facts(request, defaults)
    assert isinstance(response, Request)
    return response


def test_the_header_is_removed_and_its_facts_are_set_on_the_request() -> None:
    request = request_seen(request_with("country=DE; city=Berlin"))

    assert request.viewer == FROM_BERLIN
    assert request.headers.names() == {"host", "accept"}


def test_without_the_header_the_default_facts_apply() -> None:
    assert request_seen(a_request(), FROM_BERLIN).viewer == FROM_BERLIN
    assert request_seen(a_request()).viewer == NOTHING_KNOWN


def test_the_header_replaces_all_default_facts() -> None:
    assert request_seen(request_with("country=US"), FROM_BERLIN).viewer == ViewerFacts(country="US")
    assert request_seen(request_with(""), FROM_BERLIN).viewer == NOTHING_KNOWN


def test_an_ip_address_in_the_header_is_the_viewers() -> None:
    assert request_seen(request_with("address=203.0.113.7")).client_ip == "203.0.113.7"
    assert request_seen(request_with("country=DE")).client_ip == "127.0.0.1"


@pytest.mark.parametrize("lines", [["land=DE"], ["country=DE", "country=DE"]])
def test_a_malformed_header_gets_400(lines: list[str]) -> None:
    refusal = read_viewer_facts(request_with(*lines), FROM_BERLIN)

    assert isinstance(refusal, Refusal)
    assert refusal.status == 400
    assert refusal.message.startswith("The header X-Localfront-Viewer can't be read.")
