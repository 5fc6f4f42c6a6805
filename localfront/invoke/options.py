"""The options of `localfront invoke`."""

from __future__ import annotations

import argparse
import math
from pathlib import Path
from typing import Any

from localfront.invoke.defaults import DEFAULT_MEMORY, DEFAULT_NAME, DEFAULT_TIMEOUT
from localfront.lambda_edge.contract.limits import MAX_MEMORY_MB, MAX_TIMEOUT, EventType

DESCRIPTION = """\
Run one event through an edge function and print what it returns, if CloudFront would
accept it. Otherwise print the rule that it breaks, and exit with 1.

  localfront invoke --function edge/ --uri / --cookie id=42
  localfront invoke --function edge/ --event fixture.json --runs 20
  localfront invoke --function rewrite.js --uri /docs
"""
EPILOG = """\
A function that calls AWS reaches the emulator that AWS_ENDPOINT_URL, or
AWS_ENDPOINT_URL_<SERVICE>, names. Without one it has no credentials.
"""


def add_parser(
    commands: argparse._SubParsersAction[Any],
) -> None:
    """Add the command to localfront's."""
    parser = commands.add_parser(
        "invoke",
        help="run one event through an edge function and check the result",
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    _add_function(parser.add_argument_group("the function"))
    _add_event(parser.add_argument_group("the event: a file, or these options"))
    parser.add_argument(
        "--debug",
        nargs="?",
        const="",
        metavar="PORT",
        help=(
            "wait for a debugger: debugpy (default: 5678), or Node's (9229); time and memory "
            "have no limits"
        ),
    )
    parser.add_argument(
        "--runs",
        type=_runs,
        default=1,
        metavar="N",
        help="run the event this many times in one worker, to measure it; default: 1",
    )


def event_arguments(options: argparse.Namespace) -> dict[str, Any]:
    """The options that describe an event, as arguments for `event_building`."""
    arguments = {
        "uri": options.uri,
        "querystring": options.querystring,
        "method": options.method,
        "cookies": dict(options.cookie),
        "headers": _repeated(options.header),
        "body": options.body,
        "status": options.status,
        "response_headers": _repeated(options.response_header),
        "origin_domain": options.origin_domain,
    }
    return {name: value for name, value in arguments.items() if value not in (None, {})}


def _add_function(group: argparse._ArgumentGroup) -> None:
    add = group.add_argument
    add(
        "--function",
        type=Path,
        required=True,
        metavar="PATH",
        help="the directory with its code; the .js file of a CloudFront Function",
    )
    add("--handler", metavar="FILE.NAME", help="default: the only one that is there")
    add(
        "--runtime",
        metavar="RUNTIME",
        help="such as python3.13 or nodejs22.x; default: by the handler's file, Python in the "
        "version that localfront runs on; of a CloudFront Function cloudfront-js-2.0",
    )
    add(
        "--kvs",
        type=_file,
        metavar="FILE",
        help="a JSON file with the keys of a CloudFront Function's store",
    )
    add(
        "--name",
        default=DEFAULT_NAME,
        metavar="NAME",
        help="the function's name, from which some functions derive settings; default: %(default)s",
    )
    add(
        "--timeout",
        type=_timeout,
        default=DEFAULT_TIMEOUT,
        metavar="SECONDS",
        help="default: 5",
    )
    add(
        "--memory",
        type=_memory,
        default=DEFAULT_MEMORY,
        metavar="MB",
        help="default: %(default)s",
    )


def _add_event(group: argparse._ArgumentGroup) -> None:
    add = group.add_argument
    add("--event", type=_file, metavar="FILE", help="a complete event, as JSON")
    add("--save", type=Path, metavar="FILE", help="write the event to this file")
    add(
        "--event-type",
        type=EventType,
        choices=list(EventType),
        metavar="TYPE",
        help=f"one of {', '.join(EventType)}; default: viewer-request",
    )
    add("--uri", metavar="PATH", help="default: /")
    add("--querystring", metavar="TEXT", help="without the `?`")
    add("--method", metavar="METHOD", help="default: GET, or POST with a body")
    add(
        "--cookie",
        type=_cookie,
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="may be repeated",
    )
    add(
        "--header",
        type=_header,
        action="append",
        default=[],
        metavar="'NAME: VALUE'",
        help="header of the request; may be repeated",
    )
    add("--body", metavar="TEXT", help="of the request, as with IncludeBody")
    add("--status", type=int, metavar="CODE", help="of the response; default: 200")
    add(
        "--response-header",
        type=_header,
        action="append",
        default=[],
        metavar="'NAME: VALUE'",
        help="header of the response; may be repeated",
    )
    add(
        "--origin-domain",
        metavar="DOMAIN",
        help=(
            "a bucket's name (BUCKET.s3.REGION.amazonaws.com) makes an S3 origin, any other a "
            "custom origin"
        ),
    )


def _repeated(lines: list[tuple[str, str]]) -> dict[str, list[str]]:
    """Names with the values of all their lines."""
    values: dict[str, list[str]] = {}
    for name, value in lines:
        values.setdefault(name, []).append(value)
    return values


def _cookie(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not name or not equals:
        raise argparse.ArgumentTypeError(f"{text!r}: write NAME=VALUE")
    return name, value


def _header(text: str) -> tuple[str, str]:
    name, colon, value = text.partition(":")
    if not name or not colon:
        raise argparse.ArgumentTypeError(f"{text!r}: write 'NAME: VALUE'")
    return name, value.strip()


def _file(text: str) -> Path:
    if not Path(text).is_file():
        raise argparse.ArgumentTypeError(f"{text!r} is not a file")
    return Path(text)


def _runs(text: str) -> int:
    return _whole(text, 1_000_000)


def _memory(text: str) -> int:
    return _whole(text, MAX_MEMORY_MB)


def _whole(text: str, most: int) -> int:
    if not (text.isascii() and text.isdecimal() and 0 < int(text) <= most):
        raise argparse.ArgumentTypeError(f"{text!r}: must be a number from 1 to {most}")
    return int(text)


def _timeout(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not 0 < seconds <= MAX_TIMEOUT:
        raise argparse.ArgumentTypeError(
            f"{text!r}: must be seconds above 0, at most {MAX_TIMEOUT} (LA-017)"
        )
    return seconds
