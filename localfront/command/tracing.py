"""`localfront trace URL`: one request's way in the terminal, as a tree.

It asks the inspector of the server that runs, so that the cache it goes through is that server's.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from localfront.command.asking import ask
from localfront.inspector.whereabouts import whereabouts
from localfront.logs.colours import Palette, palette_of

COLOURS = {"hit": "green", "miss": "cyan", "error": "red", "generated": "yellow"}


def add_parser(commands: argparse._SubParsersAction[Any], ca_dir: Path) -> None:
    parser = commands.add_parser(
        "trace",
        help="send one request to a running localfront and tell its way, station by station",
        description="Send one request to a running localfront and tell its way through CloudFront: "
        "behavior, functions, cache key, lifetime, and why each.",
    )
    parser.add_argument("url", metavar="URL", help="on the port where localfront serves")
    parser.add_argument("-X", "--request", default="GET", metavar="METHOD", help="default: GET")
    parser.add_argument(
        "-H", "--header", action="append", default=[], metavar="LINE", help="may be repeated"
    )
    parser.add_argument("--json", action="store_true", help="all of it, for programs")
    parser.add_argument(
        "--ca-dir", type=Path, default=ca_dir, metavar="DIR", help="that of the server"
    )


def run(options: argparse.Namespace) -> int:
    """0, or 1 where the request ended in an error that localfront made."""
    url = urlsplit(options.url)
    port = url.port or {"http": 80, "https": 443}.get(url.scheme, 0)
    lines = [line.partition(":") for line in options.header]
    order = {
        "method": options.request,
        "url": options.url,
        "headers": [(name.strip(), value.strip()) for name, _, value in lines],
    }
    told = ask(*whereabouts(options.ca_dir, port), "POST", "/api/send", order)
    if options.json:
        sys.stdout.write(json.dumps(told, indent=2, ensure_ascii=False) + "\n")
    else:
        palette = palette_of(sys.stdout, os.environ)
        sys.stdout.write("".join(f"{line}\n" for line in tree(told, palette)))
    return 1 if told["reason"] else 0


def tree(told: Any, palette: Palette) -> Iterator[str]:
    """The request, its stations, and below each why and what it changed."""
    asked = f"{told['method']} {told['scheme']}://{told['host']}{told['target']}"
    ended = palette.paint(COLOURS.get(told["tone"], ""), f"{told['status']} {told['result']}")
    yield f"{_printable(asked)}  {ended}  {told['ms']:.1f} ms"
    stations = told["stations"]
    for station in stations:
        last = station is stations[-1]
        yield _station(station, palette, last=last)
        below = "   " if last else "│  "
        for line in _inside(station):
            yield palette.paint("dim", below) + "   " + _printable(line)
    if told["reason"]:
        yield palette.paint("red", _printable(told["reason"]))


def _station(station: Any, palette: Palette, *, last: bool) -> str:
    branch = palette.paint("dim", "└─ " if last else "├─ ")
    said = _printable(station["told"])
    if station["state"] == "skipped":
        return branch + palette.paint("dim", f"{station['title']}: {said}")
    colour = COLOURS.get(station["tone"], "")
    spent = f"  {station['ms']:.1f} ms" if station["ms"] >= 0.05 else ""
    title = palette.paint("bold", station["title"])
    return f"{branch}{title}: {palette.paint(colour, said)}{spent}"


def _inside(station: Any) -> Iterator[str]:
    if station["state"] == "skipped":
        return
    for reason in station["reasons"]:
        yield f"{reason['rule']}: {reason['text']}" if reason["rule"] else reason["text"]
    if station["madeBy"]:
        yield f"made by {station['madeBy']['id']}"
    for part in station["key"]:
        yield f"key  {part['part']} = {part['value']}   ({part['setting']}, {part['rule']})"
    for change in station["changes"]:
        before, after = change["before"], change["after"]
        if before is None:
            yield f"+ {change['name']}: {after}"
        elif after is None:
            yield f"- {change['name']}: {before}"
        else:
            yield f"~ {change['name']}: {before} → {after}"
    for one in station["parts"]:
        if one["kind"] == "log":
            yield from (f"> {line}".replace("\t", "  ") for line in one["lines"])


def _printable(text: str) -> str:
    from localfront.exchange.request_trace import printable  # it brings much along

    return printable(text, limit=1000)
