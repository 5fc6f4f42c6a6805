"""The headers that CloudFront adds about a viewer if a policy lists them.

Their values describe the viewer, whatever a function has changed in the request since. They are
left out if unknown: locations and networks that no test has set (`viewer_facts.py`),
CloudFront-Error-Uri and -Args.

Source: CloudFront Developer Guide, "Add CloudFront request headers" (OR-018..020, LE-021, LE-022).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache, partial
from urllib.parse import quote

from localfront.http_messages.messages import Headers, Request
from localfront.http_messages.viewer_facts import ViewerFacts
from localfront.viewers.devices import devices_of

PREFIX = "cloudfront-"
LONGEST_ORDER = 7680
Value = Callable[[Request], str | None]
ASCII = "".join(map(chr, range(0x20, 0x7F)))


def is_added_by_cloudfront(name: str) -> bool:
    """Whether CloudFront sets the header's value if a policy lists it (OR-018)."""
    return name.lower().startswith(PREFIX)


def cloudfront_header(request: Request, name: str) -> str | None:
    """The value of one of CloudFront's headers; None if unknown."""
    header = _HEADERS.get(name.lower())
    return header[1](request) if header else None


def cloudfront_headers(request: Request, names: frozenset[str]) -> list[tuple[str, str]]:
    """The known values of these headers, by name in AWS's letter case."""
    if not names:
        return []
    return list(
        _values(
            names,
            request.viewer,
            _received(request),
            request.scheme,
            request.http_version,
            request.tls,
            request.client_ip,
            request.client_port,
        )
    )


@lru_cache(maxsize=64)  # the same for each request on a connection
def _values(
    names: frozenset[str],
    viewer: ViewerFacts,
    received: Headers,
    scheme: str,
    http_version: str,
    tls: str,
    client_ip: str,
    client_port: int,
) -> tuple[tuple[str, str], ...]:
    request = Request(
        method="GET",  # no value depends on the method or path
        uri="/",
        headers=received,
        client_ip=client_ip,
        client_port=client_port,
        scheme=scheme,
        http_version=http_version,
        tls=tls,
        viewer=viewer,
    )
    values = [(name, value_of(request)) for name, value_of in _by_name(names)]
    return tuple([(name, value) for name, value in values if value is not None])


@lru_cache(maxsize=256)  # AllViewerExceptHostHeader alone includes two dozen
def _by_name(names: frozenset[str]) -> tuple[tuple[str, Value], ...]:
    lower = sorted(name.lower() for name in names)
    return tuple([_HEADERS[name] for name in lower if name in _HEADERS])


def _received(request: Request) -> Headers:
    return request.headers if request.received is None else request.received


def _device(kind: str, request: Request) -> str:
    devices = request.viewer.devices
    if devices is None:
        devices = devices_of(_received(request).get("user-agent") or "")
    return "true" if kind in devices else "false"


def _place(field: str, request: Request) -> str | None:
    """A location header. Characters outside ASCII are percent-encoded, as the guide says."""
    value: str | None = getattr(request.viewer, field)
    return None if value is None else quote(value, safe=ASCII)


def _metro_code(request: Request) -> str | None:
    """The metro code, only in the United States (OR-019)."""
    return request.viewer.metro_code if request.viewer.country == "US" else None


def _fingerprint(field: str, request: Request) -> str | None:
    """The JA3 or JA4 fingerprint, only for HTTPS (OR-019)."""
    return _place(field, request) if request.scheme == "https" else None


def _address(request: Request) -> str:
    return f"{request.client_ip}:{request.client_port}"


def _http_version(request: Request) -> str:
    return request.http_version


def _forwarded_proto(request: Request) -> str:
    return request.scheme


def _tls(request: Request) -> str | None:
    """The TLS version, cipher and handshake; a full handshake unless set otherwise (OR-020)."""
    if not request.tls:
        return None
    return request.tls if request.tls.count(":") > 1 else f"{request.tls}:fullHandshake"


def _header_order(request: Request) -> str:
    return ":".join(name for name, _ in _received(request))[:LONGEST_ORDER]


def _header_count(request: Request) -> str:
    return str(len(_received(request).lines))


_DEVICE_NAMES = {
    "Android": "android",
    "Desktop": "desktop",
    "IOS": "ios",
    "Mobile": "mobile",
    "SmartTV": "smarttv",
    "Tablet": "tablet",
}
_PLACE_FIELDS = {
    "ASN": "asn",
    "City": "city",
    "Country": "country",
    "Country-Name": "country_name",
    "Country-Region": "region",
    "Country-Region-Name": "region_name",
    "Latitude": "latitude",
    "Longitude": "longitude",
    "Postal-Code": "postal_code",
    "Time-Zone": "time_zone",
}
_ALL: Mapping[str, Value] = {
    "CloudFront-Forwarded-Proto": _forwarded_proto,
    **{
        f"CloudFront-Is-{name}-Viewer": partial(_device, kind)
        for name, kind in _DEVICE_NAMES.items()
    },
    **{
        f"CloudFront-Viewer-{name}": partial(_place, field) for name, field in _PLACE_FIELDS.items()
    },
    "CloudFront-Viewer-Address": _address,
    "CloudFront-Viewer-Header-Count": _header_count,
    "CloudFront-Viewer-Header-Order": _header_order,
    "CloudFront-Viewer-Http-Version": _http_version,
    "CloudFront-Viewer-JA3-Fingerprint": partial(_fingerprint, "ja3"),
    "CloudFront-Viewer-JA4-Fingerprint": partial(_fingerprint, "ja4"),
    "CloudFront-Viewer-Metro-Code": _metro_code,
    "CloudFront-Viewer-TLS": _tls,
}
_HEADERS = {name.lower(): (name, value) for name, value in _ALL.items()}
