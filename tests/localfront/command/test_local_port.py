"""`local_port_hidden`: the host that the site sees, and the one that viewers get back."""

from __future__ import annotations

from pathlib import Path

import pytest

from localfront.config.managed_policies import ALL_VIEWER
from localfront.http_messages.messages import Headers
from localfront.profiles import Assumptions
from localfront.viewers.local_port import LocalPorts
from tests.localfront.factories import HOST, a_behavior, a_request, a_response
from tests.localfront.origin_server import Received, ScriptedResponse, saying
from tests.localfront.whole_service import METHODS, a_service
from tests.localfront.wire import Reply, exchange, parsed

HIDDEN = Assumptions(local_port_hidden=True)
FORWARDING = a_behavior(
    target_origin_id="here", allowed_methods=METHODS, origin_request_policy=ALL_VIEWER
)
PORTS = LocalPorts({"http": 8080, "https": 8443})


async def exchanged(
    folder: Path, assumptions: Assumptions, response: ScriptedResponse
) -> tuple[Received, Reply]:
    """The origin's view of a request from a page of the site, and the viewer's response."""
    service = a_service(folder, response, behavior=FORWARDING, assumptions=assumptions)
    async with service as served:
        site = f"{HOST}:{served.port}"
        wire = (
            f"POST /a HTTP/1.1\r\nHost: {site}\r\nOrigin: http://{site}\r\n"
            f"Referer: http://{site}/form\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
        )
        reply = parsed(await exchange(served.port, wire.encode()))
        port = str(served.port).encode()
        lines = [(n, v.replace(b":" + port, b":PORT")) for n, v in reply.lines]
        (received,) = served.origin.received
    return received, Reply(reply.status, reply.reason, lines, reply.body)


async def test_the_origin_sees_a_host_without_the_port_and_redirects_get_it_back(
    tmp_path: Path,
) -> None:
    response = saying(
        b"",
        b"Location: http://logs.example.com/next?a",
        b"Access-Control-Allow-Origin: http://logs.example.com",
        status=b"303 See Other",
    )
    received, reply = await exchanged(tmp_path, HIDDEN, response)

    assert received.headers.get("host") == HOST
    assert received.headers.get("origin") == f"http://{HOST}"
    assert received.headers.get("referer") == f"http://{HOST}/form"
    assert reply.all(b"location") == [b"http://logs.example.com:PORT/next?a"]
    assert reply.all(b"access-control-allow-origin") == [b"http://logs.example.com:PORT"]


async def test_without_the_option_the_port_is_not_changed(tmp_path: Path) -> None:
    response = saying(b"", b"Location: http://logs.example.com/next", status=b"303 See Other")
    received, reply = await exchanged(tmp_path, Assumptions(), response)

    assert (received.headers.get("host") or "").startswith(f"{HOST}:")
    assert reply.all(b"location") == [b"http://logs.example.com/next"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Host", "logs.example.com:9999"),  # another server's
        ("Origin", "https://other.example.com:8443"),
        ("Origin", "null"),
        ("Referer", "https://logs.example.com:84433/"),
        ("Referer", "https://logs.example.com.evil.test:8443/"),
        ("X-Seen", "https://logs.example.com:8443/"),
    ],
)
def test_values_without_our_port_are_not_changed(name: str, value: str) -> None:
    lines = [(name, value)] if name == "Host" else [("Host", f"{HOST}:8443"), (name, value)]

    assert PORTS.hidden(a_request(headers=lines)).headers.get(name) == value


@pytest.mark.parametrize(
    "origin", ["https://logs.example.com:8443", "http://LOGS.example.com:8080"]
)
def test_both_schemes_count_as_the_site_itself(origin: str) -> None:
    lines = [("Host", f"{HOST}:8443"), ("Origin", origin)]

    hidden = PORTS.hidden(a_request(headers=lines)).headers.get("origin") or ""

    assert hidden.lower() == origin.rpartition(":")[0].lower()


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ("https://logs.example.com", "https://logs.example.com:8443"),
        ("http://logs.example.com/", "http://logs.example.com:8080/"),
        ("https://logs.example.com:444/", "https://logs.example.com:444/"),
        ("https://logs.example.com.evil.test/", "https://logs.example.com.evil.test/"),
        ("https://idp.test/?to=https://logs.example.com/", None),
        ("/next", None),
    ],
)
def test_a_location_at_the_site_gets_the_port_of_its_scheme(
    sent: str, expected: str | None
) -> None:
    request = a_request(headers=[("Host", f"{HOST}:8443")])
    response = a_response(302, headers=[("Location", sent)])

    restored = PORTS.shown(request, PORTS.hidden(request), response)

    assert restored.headers == Headers.of([("Location", expected or sent)])
