"""Export a request: as a curl command, or in HTTP Archive (HAR) format.

Source: HTTP Archive (HAR) format 1.2.
"""

from __future__ import annotations

import shlex
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

from localfront import __version__
from localfront.exchange.request_trace import Trace
from localfront.inspector.masking import Masking
from localfront.inspector.records import Record
from localfront.inspector.sending import Site, sent_lines
from localfront.inspector.shown import masking_for

LEFT_OUT = frozenset({"host", "content-length", "connection", "transfer-encoding"})


def as_curl(trace: Trace, site: Site) -> str:
    """A curl command for the site's own port with the request's Host; URL globbing is off."""
    request = trace.request
    scheme = request.scheme if request else "http"
    words = ["curl", "--include", "--path-as-is", "--globoff"]
    if scheme == "https":
        words.append("--insecure")
    words += ["--connect-to", f"::{site.host}:{site.ports[scheme]}"]
    if trace.method != "GET":
        words += ["--head"] if trace.method == "HEAD" else ["--request", trace.method]
    for field, value in sent_lines(request):
        if field.lower() not in LEFT_OUT:
            words += ["--header", f"{field}: {value}"]
    words.append(f"{scheme}://{trace.host}{trace.target}")
    return " ".join(shlex.quote(word) for word in words)


def as_har(record: Record, *, reveals: bool = False) -> dict[str, Any]:
    """A HAR document with one entry, without bodies."""
    trace = record.trace
    masking = masking_for(trace, reveals=reveals)
    started = datetime.fromtimestamp(record.at - trace.duration_ms / 1000, UTC)
    entry = {
        "startedDateTime": started.isoformat(),
        "time": trace.duration_ms,
        "request": _request(trace, masking),
        "response": _response(trace, masking),
        "cache": {},
        "timings": {"send": 0, "wait": trace.duration_ms, "receive": 0},
        "comment": f"{trace.result}, {trace.request_id}",
    }
    creator = {"name": "localfront", "version": __version__}
    return {"log": {"version": "1.2", "creator": creator, "entries": [entry]}}


def _request(trace: Trace, masking: Masking) -> dict[str, Any]:
    request = trace.request
    target = masking.text(trace.target)
    _, _, querystring = target.partition("?")
    pairs = parse_qsl(querystring, keep_blank_values=True)
    return {
        "method": trace.method,
        "url": f"{request.scheme if request else 'http'}://{trace.host}{target}",
        "httpVersion": f"HTTP/{request.http_version if request else '1.1'}",
        "cookies": [],
        "headers": _headers(request.headers if request else (), masking),
        "queryString": [{"name": name, "value": value} for name, value in pairs],
        "headersSize": -1,
        "bodySize": -1,
    }


def _response(trace: Trace, masking: Masking) -> dict[str, Any]:
    sent = trace.sent
    return {
        "status": trace.status,
        "statusText": "",
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": _headers(sent or (), masking),
        "content": {"size": -1, "mimeType": (sent.get("content-type") if sent else None) or ""},
        "redirectURL": masking.text((sent.get("location") if sent else None) or ""),
        "headersSize": -1,
        "bodySize": -1,
    }


def _headers(lines: Any, masking: Masking) -> list[dict[str, str]]:
    return [{"name": name, "value": masking.header(name, value)} for name, value in lines]
