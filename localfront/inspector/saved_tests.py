"""Generate a pytest test from a request: it serves the distribution and repeats the request.

Folders and functions' folders are used as they are; other origins are replaced by one that replays
the recorded responses. It asserts the deterministic parts of the response.
"""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import urlsplit

from localfront.config.distribution import Distribution
from localfront.exchange.request_trace import Trace, printable
from localfront.http_messages.messages import Request
from localfront.inspector.active_site import ActiveSite
from localfront.inspector.differences import header_changes
from localfront.inspector.records import Record, Records
from localfront.inspector.replayed_origins import NotSavedError, folders, recorded_responses
from localfront.inspector.saved_functions import documents, edge_functions, viewer_functions
from localfront.inspector.sending import OWN, sent_lines

TEMPLATE = '''\
"""{title}, as localfront's inspector saved it.

It contains the request's secrets: check it before you commit it.
"""

import http.client
import json
import ssl
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit

CONFIGURATION = json.loads({configuration})
VIEWER_FUNCTIONS = json.loads({viewer_functions})
STORES = json.loads({stores})
FOLDERS = json.loads({folders})
RESPONSES = json.loads({recorded_responses})  # of origins that are not folders, by target
HEADERS = json.loads({headers})
EXPECTED = json.loads({expected})


def test_{name}(served_distribution, edge_function, tmp_path):
    origins, servers = dict(FOLDERS), []
    for origin_id, by_target in RESPONSES.items():
        servers.append(recorded(by_target))
        origins[origin_id] = f"http://127.0.0.1:{{servers[-1].server_port}}"
    site = served_distribution(
        *CONFIGURATION,
        *(written(tmp_path, name, one) for name, one in VIEWER_FUNCTIONS.items()),
        origins=origins,
        functions=[{functions}],
        stores=STORES,
        scheme={scheme!r},
    )
    try:
{before}        status, headers = ask(site, served_distribution.ca_file)
    finally:
        for server in servers:
            server.shutdown()
            server.server_close()

    assert status == {status}
    assert {{name: headers.get(name) for name in EXPECTED}} == EXPECTED
{location}

def ask(site, ca_file):
    where = urlsplit(site)
    if where.scheme == "https":
        trusting = ssl.create_default_context(cafile=str(ca_file))
        connection = http.client.HTTPSConnection(where.netloc, context=trusting, timeout=60)
    else:
        connection = http.client.HTTPConnection(where.netloc, timeout=60)
    connection.putrequest({method!r}, {target!r}, skip_host={skips_host}, skip_accept_encoding=True)
    for name, value in HEADERS:
        connection.putheader(name, value)
    connection.endheaders()
    response = connection.getresponse()
    response.read()
    connection.close()
    return response.status, response.headers


def recorded(by_target):
    class Origin(BaseHTTPRequestHandler):
        def respond(self):
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            status, lines = by_target.get(self.path, (404, []))
            self.send_response(status)
            for name, value in lines:
                self.send_header(name, value)
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_GET = do_HEAD = do_OPTIONS = do_POST = do_PUT = do_PATCH = do_DELETE = respond

        def log_message(self, *_):
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Origin)
    Thread(target=server.serve_forever, daemon=True).start()
    return server


def written(folder, name, function):
    code = Path(function["file"]).read_text() if function["file"] else function["code"]
    (folder / f"{{name}}.js").write_text(code)
    described = folder / f"{{name}}.json"
    described.write_text(json.dumps(function["described"]))
    return described
'''
AGAIN = "        ask(site, served_distribution.ca_file)  # so that it is stored\n"
RECURRING = ("content-type", "cache-control", "x-cache")
# They depend on the request, on timing, or on a body that is not recorded.
ONCE = frozenset(
    {"age", "connection", "content-encoding", "content-length", "date", "etag", "last-modified"}
    | {"location", "server-timing", "set-cookie", "transfer-encoding", "vary", "via"}
    | {"x-amz-cf-id", "x-amz-cf-pop"}
)


def as_test(record: Record, records: Records, here: ActiveSite) -> str:
    """The source of the test. Raises NotSavedError."""
    trace, request = record.trace, record.trace.request
    distribution, sent = trace.distribution, trace.sent
    if request is None or distribution is None or sent is None:
        raise NotSavedError(
            "No distribution matched the request: there is nothing for a test to serve."
        )
    _check_bodies(trace, distribution, request)
    called, stores = viewer_functions(distribution, here)
    own_host = trace.host.partition(":")[0] in ("localhost", "127.0.0.1")
    lines = [
        [name, value]
        for name, value in sent_lines(request)
        if name.lower() not in OWN and not (own_host and name.lower() == "host")
    ]
    return TEMPLATE.format(
        title=_title(trace, request),
        name=_name(trace),
        configuration=_literal(documents(distribution, here)),
        viewer_functions=_literal(called),
        stores=_literal(stores),
        folders=_literal(folders(trace, here.endpoints)),
        recorded_responses=_literal(recorded_responses(trace, records, here.endpoints)),
        headers=_literal(lines),
        expected=_literal(_expected(trace)),
        functions=", ".join(edge_functions(distribution, here)),
        scheme=request.scheme,
        before=AGAIN if trace.result == "Hit" else "",
        status=trace.status,
        location=_location(sent.get("location")),
        method=trace.method,
        target=trace.target,
        skips_host=not own_host,
    )


def _check_bodies(trace: Trace, distribution: Distribution, request: Request) -> None:
    has_body = (request.headers.get("content-length") or "0") != "0"
    has_body = has_body or "transfer-encoding" in request.headers
    includes_body = any(
        a.include_body for b in distribution.behaviors for a in b.lambda_function_associations
    )
    if has_body and includes_body and trace.behavior is not None:
        raise NotSavedError("A function sees the request's body, which is not kept.")


def _title(trace: Trace, request: Request) -> str:
    """The request for a docstring, escaped so that it cannot end it."""
    title = printable(f"{trace.method} {request.uri}: {trace.status} {trace.result}")
    return title.replace('"', "'").replace("\\", "/")


def _name(trace: Trace) -> str:
    words = re.sub(r"[^a-z0-9]+", "_", f"{trace.method}_{trace.target}".lower()[:60]).strip("_")
    return f"{words}_is_{trace.status}"


def _expected(trace: Trace) -> dict[str, str]:
    """The deterministic headers, including those set by the policy and the last function."""
    sent = trace.sent
    assert sent is not None  # noqa: S101 -- checked by `as_test`
    names = set(RECURRING)
    for before, after in (
        (trace.before_policy, trace.after_policy),
        (trace.after_policy or trace.before_policy, sent),
    ):
        if before is not None and after is not None:
            names |= {
                change.name.lower() for change in header_changes(before, after) if change.after
            }
    if trace.result not in ("Hit", "Miss"):
        names.discard("x-cache")  # depends on the cache
    single = {name: sent.get_all(name) for name in sorted(names - ONCE)}
    return {name: values[0] for name, values in single.items() if len(values) == 1}


def _location(location: str | None) -> str:
    """Location without the site's port, which differs in each run."""
    if location is None:
        return ""
    parts = urlsplit(location)
    if parts.hostname in ("localhost", "127.0.0.1"):
        rest = parts._replace(scheme="", netloc="").geturl()
        return f'    assert headers["Location"].endswith({rest!r})\n'
    return f'    assert headers["Location"] == {location!r}\n'


def _literal(value: Any) -> str:
    """JSON as a Python literal, escaped so that no content can end it."""
    quoted = json.dumps(value, indent=2 if value else None).replace("'", "\\u0027")
    return f"r'''{quoted}'''"
