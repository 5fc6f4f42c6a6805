"""`localfront trace URL`: the path of one request as a tree in the terminal.

It sends the request through the running server's inspector, and so through that server's cache.
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

from localfront.command.inspector_client import ask
from localfront.inspector.whereabouts import whereabouts
from localfront.logs.colours import Palette, palette_of

COLOURS = {"hit": "green", "miss": "cyan", "error": "red", "generated": "yellow"}


def add_parser(commands: argparse._SubParsersAction[Any], ca_dir: Path) -> None:
    parser = commands.add_parser(
        "trace",
        help="send one request to a running localfront and print its path, step by step",
        description="Send one request to a running localfront and print its path through "
        "CloudFront: "
        "behavior, functions, cache key, lifetime, and why each.",
    )
    parser.add_argument("url", metavar="URL", help="the port that localfront serves on")
    parser.add_argument("-X", "--request", default="GET", metavar="METHOD", help="default: GET")
    parser.add_argument(
        "-H", "--header", action="append", default=[], metavar="LINE", help="may be repeated"
    )
    parser.add_argument(
        "--json", action="store_true", help="print everything as JSON, for programs"
    )
    parser.add_argument(
        "--ca-dir", type=Path, default=ca_dir, metavar="DIR", help="the server's --ca-dir"
    )


def run(options: argparse.Namespace) -> int:
    """Run the command: 0, or 1 if localfront itself answered with an error."""
    url = urlsplit(options.url)
    port = url.port or {"http": 80, "https": 443}.get(url.scheme, 0)
    lines = [line.partition(":") for line in options.header]
    order = {
        "method": options.request,
        "url": options.url,
        "headers": [(name.strip(), value.strip()) for name, _, value in lines],
    }
    traced = ask(*whereabouts(options.ca_dir, port), "POST", "/api/send", order)
    if options.json:
        sys.stdout.write(json.dumps(traced, indent=2, ensure_ascii=False) + "\n")
    else:
        palette = palette_of(sys.stdout, os.environ)
        sys.stdout.write("".join(f"{line}\n" for line in tree(traced, palette)))
    return 1 if traced["reason"] else 0


def tree(traced: Any, palette: Palette) -> Iterator[str]:
    """The request and its stations, each with its reason and changes."""
    request = f"{traced['method']} {traced['scheme']}://{traced['host']}{traced['target']}"
    ended = palette.paint(COLOURS.get(traced["tone"], ""), f"{traced['status']} {traced['result']}")
    yield f"{_printable(request)}  {ended}  {traced['ms']:.1f} ms"
    stations = traced["stations"]
    for station in stations:
        last = station is stations[-1]
        yield _station(station, palette, last=last)
        below = "   " if last else "│  "
        for line in _inside(station):
            yield palette.paint("dim", below) + "   " + _printable(line)
    if traced["reason"]:
        yield palette.paint("red", _printable(traced["reason"]))


def _station(station: Any, palette: Palette, *, last: bool) -> str:
    branch = palette.paint("dim", "└─ " if last else "├─ ")
    summary = _printable(station["summary"])
    if station["state"] == "skipped":
        return branch + palette.paint("dim", f"{station['title']}: {summary}")
    colour = COLOURS.get(station["tone"], "")
    spent = f"  {station['ms']:.1f} ms" if station["ms"] >= 0.05 else ""
    title = palette.paint("bold", station["title"])
    return f"{branch}{title}: {palette.paint(colour, summary)}{spent}"


def _inside(station: Any) -> Iterator[str]:
    """The details of a station, except events and results, which only `--json` prints."""
    if station["state"] == "skipped":
        return
    for reason in station["reasons"]:
        yield f"{reason['rule']}: {reason['text']}" if reason["rule"] else reason["text"]
    if provenance := station["madeBy"]:
        times = "once" if provenance["hits"] == 1 else f"{provenance['hits']} times"
        yield f"stored by request {provenance['id']}, and served {times} since"
    yield from (f"key  {_part(part)}" for part in station["key"])
    yield from (f"not in the key  {_part(part)}" for part in station["outside"])
    yield from map(_change, station["changes"])
    for part in station["parts"]:
        yield from _shown(part)


def _part(part: Any) -> str:
    kind = " (cookie)" if part["kind"] == "cookie" else ""
    value = part["value"].replace("\n", ", ") or "(empty)"
    because = ", ".join(filter(None, (part["setting"], part["rule"])))
    return f"{part['part']}{kind} = {value}   ({because})"


def _change(change: Any) -> str:
    kind = "" if change["kind"] == "header" else f" ({change['kind']})"
    name, before, after = change["name"] + kind, change["before"], change["after"]
    if before is None:
        return f"+ {name}: {after}"
    return f"- {name}: {before}" if after is None else f"~ {name}: {before} → {after}"


def _shown(part: Any) -> Iterator[str]:
    match part["kind"]:
        case "log":
            yield from (f"> {line}".replace("\t", "  ") for line in part["lines"])
        case "message":
            yield f"{part['title']}: {part['start']}"
            yield from (f"  {name}: {value}" for name, value in part["lines"])
        case "json":
            yield f"{part['title']}: with --json"


def _printable(text: str) -> str:
    from localfront.exchange.request_trace import printable  # a slow import

    return printable(text, limit=1000)
