"""A viewer's location, network and device. CloudFront detects them; here `--viewer` or a header sets them.

CloudFront finds the country, the network and the TLS fingerprint of a viewer with data that a
laptop does not have. A developer sets them instead, in a request header or for all requests:

    X-Localfront-Viewer: country=DE; city=Berlin; device=mobile+ios
    localfront serve --viewer 'country=DE; city=Berlin'

The header replaces the default completely; an empty one means that nothing is known. It is safe to
accept because localfront only serves its own machine. It is removed at once: no function, cache key
or origin sees it.

Source of the values: CloudFront Developer Guide, "Add CloudFront request headers" (OR-018).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import ip_address
from typing import Any

HEADER = "X-Localfront-Viewer"
DEVICES = ("android", "desktop", "ios", "mobile", "smarttv", "tablet")


class ViewerFactsError(ValueError):
    """The text is malformed; the message names the wrong fact and its form."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewerFacts:
    """Facts about a viewer, None if unknown, in the form of CloudFront's headers.

    `devices` are names of DEVICES, which override the User-Agent. `address` overrides the
    connection's IP address.
    """

    address: str | None = None
    asn: str | None = None
    city: str | None = None
    country: str | None = None
    country_name: str | None = None
    devices: frozenset[str] | None = None
    ja3: str | None = None
    ja4: str | None = None
    latitude: str | None = None
    longitude: str | None = None
    metro_code: str | None = None
    postal_code: str | None = None
    region: str | None = None
    region_name: str | None = None
    time_zone: str | None = None


NOTHING_KNOWN = ViewerFacts()


def _matching(pattern: str) -> Callable[[str], bool]:
    form = re.compile(pattern, re.ASCII)
    return lambda value: form.fullmatch(value) is not None


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return "%" not in text  # an IPv6 zone has a meaning only on this machine


def _is_degrees(most: int) -> Callable[[str], bool]:
    form = re.compile(r"-?[0-9]{1,3}(\.[0-9]{1,10})?", re.ASCII)
    return lambda text: bool(form.fullmatch(text)) and abs(float(text)) <= most


def _is_number(text: str) -> bool:
    return re.fullmatch(r"[0-9]{1,10}", text, re.ASCII) is not None and (int(text) < 2**32)


def _is_devices(text: str) -> bool:
    return set(text.split("+")) <= set(DEVICES)


@dataclass(frozen=True, slots=True)
class _Form:
    field: str
    takes: Callable[[str], object]
    example: str


_TEXT = str.isprintable
FORMS: Mapping[str, _Form] = {
    "address": _Form("address", _is_address, "203.0.113.7"),
    "asn": _Form("asn", _is_number, "64496"),
    "city": _Form("city", _TEXT, "Berlin"),
    "country": _Form("country", _matching("[A-Z]{2}"), "DE"),
    "country-name": _Form("country_name", _TEXT, "Germany"),
    "device": _Form("devices", _is_devices, "mobile+ios, of " + ", ".join(DEVICES)),
    "ja3": _Form("ja3", _matching("[0-9a-f]{32}"), "32 hexadecimal digits"),
    "ja4": _Form(
        "ja4",
        _matching("[a-z0-9]{10}_[0-9a-f]{12}_[0-9a-f]{12}"),
        "t13d1516h2_8daaf6152771_e5627efa2ab1",
    ),
    "latitude": _Form("latitude", _is_degrees(90), "52.51960"),
    "longitude": _Form("longitude", _is_degrees(180), "13.40690"),
    "metro-code": _Form("metro_code", _matching("[0-9]{3}"), "819"),
    "postal-code": _Form("postal_code", _matching("[A-Za-z0-9 -]{1,10}"), "10178"),
    "region": _Form("region", _matching("[A-Z0-9]{1,3}"), "BE"),
    "region-name": _Form("region_name", _TEXT, "Land Berlin"),
    "time-zone": _Form(
        "time_zone", _matching(r"[A-Za-z0-9_+-]+(/[A-Za-z0-9_+-]+)*"), "Europe/Berlin"
    ),
}


@lru_cache(maxsize=256)
def parse_viewer_facts(text: str) -> ViewerFacts:
    """Parse `name=value; name=value`. Raises ViewerFactsError.

    White space around a value is ignored; a value cannot contain a semicolon.
    """
    if not text.strip():
        return NOTHING_KNOWN
    facts: dict[str, Any] = {}  # values of the type of their field
    for part in text.split(";"):
        name, equals, value = (piece.strip() for piece in part.partition("="))
        form = FORMS.get(name)
        if form is None or not equals:
            raise ViewerFactsError(
                f"{part.strip()!r} is not a viewer property: write name=value, with "
                f"; between them and a name of {', '.join(FORMS)}"
            )
        if form.field in facts:
            raise ViewerFactsError(f"{name} occurs twice")
        if not value or not form.takes(value):
            raise ViewerFactsError(f"{name} can't be {value!r}: write {form.example}")
        facts[form.field] = frozenset(value.split("+")) if form.field == "devices" else value
    return ViewerFacts(**facts)


def viewer_text(facts: ViewerFacts) -> str:
    """The facts in the form that `parse_viewer_facts` reads; "" for none."""
    named = ((name, getattr(facts, form.field)) for name, form in FORMS.items())
    parts = ((n, "+".join(sorted(v)) if isinstance(v, frozenset) else v) for n, v in named if v)
    return "; ".join(f"{name}={value}" for name, value in parts)
