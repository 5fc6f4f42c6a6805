"""Take the README's picture of the terminal: `python -m tests.localfront.command.terminal_picture`.

It is what a real `localfront serve` showed in a real terminal: only ports, folders and the inspector's key
are written in place of those of the moment.
"""

from __future__ import annotations

import http.client
import json
import os
import re
import sys
import tempfile
from pathlib import Path

from tests.localfront.command.svg_terminal import svg
from tests.localfront.command.terminal import Terminal, terminal
from tests.localfront.command.test_serve_broken import with_function
from tests.localfront.command.test_serve_files import REPOSITORY
from tests.localfront.factories import (
    a_behavior_description,
    a_custom_origin_description,
    an_s3_origin_description,
    listing,
)

PICTURE = REPOSITORY / "docs" / "images" / "terminal.svg"
COLUMNS = 100
GUARD = """\
def handler(event, context):
    request = event["Records"][0]["cf"]["request"]
    if request["uri"].startswith("/admin"):
        user = request["headers"]["x-user"]
    return request
"""
VISITS = ("/", "/style.css", "/", "/style.css?v=2", "/nothing.html", "/api/cart", "/admin/", "/")


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        picture = _shown(_shop(Path(folder)))
    PICTURE.write_text(
        svg(picture, columns=COLUMNS, title="localfront serve in a terminal"), "utf-8"
    )


def _shop(folder: Path) -> Path:
    """A site with pages, an API that is down, and a function that fails for some."""
    (folder / "pages").mkdir()
    (folder / "pages" / "one.html").write_text("home")
    (folder / "pages" / "style.css").write_text("body {}")
    with_function(folder, {}, ca=False)
    (folder / "code" / "edge.py").write_text(GUARD)
    described = json.loads((folder / "site.json").read_text())
    config = described["DistributionConfig"]
    config["Origins"] = listing(
        an_s3_origin_description(OriginAccessControlId=""),
        a_custom_origin_description(DomainName="api.example.com", OriginPath=""),
    )
    api = a_behavior_description(
        PathPattern="/api/*", TargetOriginId="api", ViewerProtocolPolicy="allow-all"
    )
    config["CacheBehaviors"] = listing(api)
    (folder / "site.json").write_text(json.dumps(described))
    return folder


def _shown(shop: Path) -> list[str]:
    """The terminal's lines, with their colours."""
    (shop / "localfront.toml").write_text(
        '[serve]\nconfig = ["site.json", "function.json"]\nhttp-port = 0\nhttps-port = 0\n'
        'edge = { edge = "code" }\nca-dir = "ca"\n'
        'origin-override = { pages = "pages", api = "http://127.0.0.1:9" }\n'
    )
    environment = {"PATH": os.environ["PATH"], "HOME": str(shop), "TERM": "xterm-256color"}
    python = f'localfront() {{ {sys.executable} -m localfront "$@"; }}'
    script = f"stty cols {COLUMNS}; {python}; printf '$ localfront serve\\n'; localfront serve"
    with terminal(script, environment, str(shop)) as here:
        start = here.wait_for("localfront ready")
        start += here.wait_for("\n")
        port = int(re.findall(r"http://localhost:(\d+)/", start)[-1])
        requests = "".join(_visited(here, port, target) for target in VISITS)
    text = start + requests
    ports = re.findall(r"localhost:(\d+)", text)
    for found, usual in zip(dict.fromkeys(ports), (8443, 8080, 8444), strict=False):
        text = text.replace(f":{found}", f":{usual}")
    text = re.sub(r"#[\w-]{32}", "#…", text.replace(str(shop), "~/shop"))
    lines = [line for line in text.splitlines() if "lies below /tmp" not in line]
    return [part for line in lines for part in _folded(line)]


def _folded(line: str) -> list[str]:
    """A line without colours, folded at the terminal's width."""
    if "\x1b" in line or len(line) <= COLUMNS:
        return [line]
    return [line[start : start + COLUMNS] for start in range(0, len(line), COLUMNS)]


def _visited(here: Terminal, port: int, target: str) -> str:
    """The terminal's output for a request."""
    connection = http.client.HTTPConnection("localhost", port, timeout=60)
    connection.request("GET", target)
    response = connection.getresponse()
    response.read()  # a disconnected viewer does not wait for the cache
    status = response.status
    connection.close()
    text = here.wait_for(" ms")
    return text + here.wait_for("\n" if status < 500 else "\x1b[0m\n")


if __name__ == "__main__":
    main()
