"""The command `localfront`."""

from __future__ import annotations

import argparse
import asyncio
import logging
import math
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError

from localfront.errors import LocalfrontError
from localfront.serve import Options, serve
from localfront.settings import Settings
from localfront.viewer_facts import (
    FORMS,
    HEADER,
    NOTHING_KNOWN,
    ViewerFacts,
    ViewerFactsError,
    parse_viewer_facts,
)

EPILOG = """\
localfront reads the standard AWS environment: AWS_ENDPOINT_URL (and
AWS_ENDPOINT_URL_CLOUDFRONT where the CloudFront API lives elsewhere), AWS_REGION
and credentials. With no endpoint set it talks to AWS itself.

  AWS_ENDPOINT_URL=http://127.0.0.1:4566 localfront serve
"""


def default_ca_dir() -> Path:
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "localfront"


def parse_arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="localfront",
        description="CloudFront with Lambda@Edge on your machine.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    serve_parser = commands.add_parser(
        "serve",
        help="serve the distributions of a CloudFront API over HTTP and HTTPS",
        description="Serve the distributions of a CloudFront API over HTTP and HTTPS.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = serve_parser.add_argument
    add("--http-port", type=_port, default=8080, metavar="PORT", help="default: 8080")
    add("--https-port", type=_port, default=8443, metavar="PORT", help="default: 8443")
    add(
        "--distribution",
        metavar="ID",
        help="serve this distribution alone; default: all, chosen by Host",
    )
    add(
        "--edge",
        type=_edge,
        action="append",
        default=[],
        metavar="FUNCTION=DIR",
        help="run a local directory in place of the function's code; edits are live",
    )
    add(
        "--ca-dir",
        type=_folder,
        default=default_ca_dir(),
        metavar="DIR",
        help="where the local certificate authority is kept (ca.pem); default: %(default)s",
    )
    add(
        "--interval",
        type=_seconds,
        metavar="SECONDS",
        help="how often to look for changes; default: 1 with an endpoint, 60 with AWS",
    )
    add(
        "--viewer",
        type=_viewer,
        default=NOTHING_KNOWN,
        metavar="FACTS",
        help="what CloudFront would know of viewers, such as 'country=DE; device=mobile'; a "
        f"request's {HEADER} header takes its place; names: {', '.join(FORMS)}",
    )
    return parser.parse_args(arguments)


def _port(text: str) -> int:
    if not text.isdigit() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is no port: give 0 to 65535")
    return int(text)


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not 0 < seconds < math.inf:
        raise argparse.ArgumentTypeError(f"{text!r}: give a number above 0")
    return seconds


def _folder(text: str) -> Path:
    folder = Path(text)
    if folder.exists() and not folder.is_dir():
        raise argparse.ArgumentTypeError(f"{text!r} is not a directory")
    return folder


def _edge(text: str) -> tuple[str, Path]:
    name, equals, folder = text.partition("=")
    if not name or not equals:
        raise argparse.ArgumentTypeError(f"{text!r}: write FUNCTION=DIR")
    if not Path(folder).is_dir():
        raise argparse.ArgumentTypeError(f"{folder!r} is not a directory")
    return name, Path(folder).resolve()


def _viewer(text: str) -> ViewerFacts:
    try:
        return parse_viewer_facts(text)
    except ViewerFactsError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; 0 after a clean stop, 1 with a message on standard error."""
    options = parse_arguments(arguments)
    logging.basicConfig(
        level=logging.WARNING,
        stream=sys.stderr,
        format="%(asctime)s %(message)s",
        datefmt="%H:%M:%S",
    )
    logging.getLogger("localfront").setLevel(logging.INFO)
    try:
        settings = Settings.load(os.environ)
        interval = options.interval or (1.0 if settings.emulated else 60.0)
        asyncio.run(
            serve(
                settings,
                Options(
                    http_port=options.http_port,
                    https_port=options.https_port,
                    ca_dir=options.ca_dir,
                    distribution_id=options.distribution,
                    edge_directories=dict(options.edge),
                    interval=interval,
                    viewer=options.viewer,
                ),
                announce=lambda line: print(line, flush=True),  # noqa: T201 -- the answer
            )
        )
    except LocalfrontError as error:
        return _fail(str(error))
    except OSError as error:
        return _fail(f"{error}.")  # a folder that can't be written, most likely
    except NoCredentialsError:
        return _fail(
            "There are no AWS credentials, and no AWS_ENDPOINT_URL names an emulator. Set "
            "AWS_PROFILE (or the access keys) to read from AWS, or AWS_ENDPOINT_URL."
        )
    except (BotoCoreError, ClientError) as error:
        told = str(error).rstrip(".")
        return _fail(
            f"The AWS API gave no usable answer: {told}. Start the emulator, or check "
            "AWS_ENDPOINT_URL, AWS_ENDPOINT_URL_CLOUDFRONT and the credentials."
        )
    return 0


def _fail(message: str) -> int:
    sys.stderr.write(f"localfront: {message}\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
