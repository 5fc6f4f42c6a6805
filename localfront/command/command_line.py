"""Command-line options of `localfront`: parsing, and help."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from localfront import __version__
from localfront.check.options import add_parser as add_check_parser
from localfront.command import clock, completion, init, schema
from localfront.command import option_forms as forms
from localfront.command.configuration_file import arguments_of, read_configuration_file
from localfront.command.error_page_setup import add_error_page_options
from localfront.command.given_options import given_options
from localfront.command.log_options import add_log_options
from localfront.command.parser import OneLineParser
from localfront.command.reload_option import add_reload_option
from localfront.command.serve_defaults import DEFAULT_WORKERS, LOOPBACK
from localfront.command.tracing import add_parser as add_trace_parser
from localfront.http_messages.viewer_facts import FORMS, HEADER, NOTHING_KNOWN
from localfront.inspector.options import add_inspector_options
from localfront.invoke.options import add_parser as add_invoke_parser
from localfront.profiles import PROFILE_2026, PROFILES, Assumptions
from localfront.sources.options import add_source_options
from localfront.trust.options import add_parser as add_trust_parser
from localfront.user_cache import user_cache

EPILOG = """\
Where the configuration comes from:

  an emulator     AWS_ENDPOINT_URL=http://127.0.0.1:4566 localfront serve
                  (AWS_ENDPOINT_URL_CLOUDFRONT where its CloudFront lives elsewhere)
  AWS itself      AWS_PROFILE=me localfront serve --distribution E123
  Terraform       localfront serve terraform/      (a folder, before its first apply)
  CloudFormation  localfront serve template.yaml   (also cdk.out, and folders of SAM and
                  the Serverless Framework; --parameter NAME=VALUE)
  files           localfront serve --config distribution.json
                  (of `aws cloudfront get-distribution`, or of `terraform show -json`)

AWS is called, and origins under amazonaws.com are contacted, only when AWS_PROFILE or
AWS_ACCESS_KEY_ID is set and no endpoint is. Any origin can be replaced:

  localfront serve --config plan.json --origin-override site=frontend \\
      --origin-override api=http://localhost:3000
"""


def parse_arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Read the current folder's configuration file, then the command line.

    Exits with status 2 and one line for wrong usage. Raises ConfigError for the file's errors.
    """
    typed = list(sys.argv[1:] if arguments is None else arguments)
    parser = _parser()
    if not typed:
        parser.print_help()
        parser.exit()
    options = parser.parse(typed)
    file, tables = read_configuration_file(Path.cwd())
    command = parser.command(options.command)
    start = typed.index(options.command) + 1
    options.given = given_options(command.actions(), {"command line": typed[start:]})
    if not tables.get(options.command):
        return options
    there = frozenset(n for n, given in vars(options).items() if given and n == "source")
    before = arguments_of(tables[options.command], command.actions(), file=file, without=there)
    parser.prefix_errors(file)
    options = parser.parse([*typed[:start], *before, *typed[start:]])
    options.given = given_options(command.actions(), {file: before, "command line": typed[start:]})
    return options


def _parser() -> OneLineParser:
    parser = OneLineParser(
        prog="localfront",
        description="CloudFront with Lambda@Edge on your machine.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"localfront {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    serve_parser = commands.add_parser(
        "serve",
        help="serve CloudFront distributions over HTTP and HTTPS",
        description="Serve CloudFront distributions over HTTP and HTTPS.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    _add_ports_and_folders(serve_parser)
    add_inspector_options(serve_parser, forms.port)
    add_source_options(serve_parser)
    _add_sources(serve_parser)
    _add_code_and_keys(serve_parser)
    _add_rules(serve_parser)
    add_log_options(serve_parser)
    add_error_page_options(serve_parser)
    add_reload_option(serve_parser)
    add_check_parser(commands)
    add_invoke_parser(commands)
    add_trace_parser(commands, user_cache())
    clock.add_parser(commands, user_cache())
    add_trust_parser(commands, user_cache())
    init.add_parser(commands)
    completion.add_parser(commands, parser)
    schema.add_parser(commands, parser)
    return parser


def _add_ports_and_folders(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("--http-port", type=forms.port, default=8080, metavar="PORT", help="default: 8080")
    add("--https-port", type=forms.port, default=8443, metavar="PORT", help="default: 8443")
    add(
        "--address",
        default=LOOPBACK,
        metavar="IP",
        help="address to listen on; any but loopback is open to other machines and meant for "
        "containers "
        "whose ports are published on loopback; default: %(default)s",
    )
    add(
        "--ca-dir",
        type=forms.folder,
        default=user_cache(),
        metavar="DIR",
        help="directory of the local certificate authority (ca.pem); default: %(default)s",
    )
    add(
        "--log-dir",
        type=forms.folder,
        metavar="DIR",
        help="write access logs here, in CloudFront's standard format, a file for each "
        "distribution and hour",
    )


def _add_sources(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add(
        "--config",
        type=forms.existing_file,
        action="append",
        default=[],
        metavar="FILE",
        help="read the configuration from this file instead of an API: JSON of the AWS CLI "
        "(get-distribution and what it names), or of `terraform show -json`; may be repeated",
    )
    add(
        "--distribution",
        metavar="ID",
        help="serve only this distribution, by id, address or stack; default: all, chosen by Host",
    )
    _add_stand_ins(parser)
    add(
        "--interval",
        type=forms.seconds,
        metavar="SECONDS",
        help="how often to look for changes; default: 0.5 with an endpoint, 60 with AWS, 0.25 "
        "with files",
    )


def _add_stand_ins(parser: argparse.ArgumentParser) -> None:
    """Options that replace something of AWS's: origins, code, keys."""
    add = parser.add_argument
    add(
        "--origin-override",
        type=forms.override,
        action="append",
        default=[],
        metavar="ORIGIN=URL|DIR",
        help="send an origin's requests to this address, with the origin's own name as Host "
        "(ORIGIN=URL,host=NAME for another), or let a folder stand in for a bucket; ORIGIN is an "
        "id or a domain name, such as one that a function chooses; may be repeated",
    )


def _add_code_and_keys(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add(
        "--edge",
        type=forms.edge,
        action="append",
        default=[],
        metavar="FUNCTION=DIR",
        help="run a local directory in place of a Lambda function's code, or a .js file in place "
        "of "
        "a CloudFront Function's; edits are live; may be repeated",
    )
    add(
        "--lambda",
        type=forms.function_folder,
        action="append",
        default=[],
        dest="function",
        metavar="FUNCTION=DIR",
        help="run a local directory in place of the code of a function behind a function URL or "
        "an API; "
        "edits are live; may be repeated",
    )
    add(
        "--kvs",
        type=forms.store,
        action="append",
        default=[],
        metavar="STORE=FILE",
        help="take the keys of a key value store from a JSON file, in the form that CloudFront "
        "imports; STORE is its name, id or ARN; edits are live; may be repeated",
    )
    add(
        "--signer",
        type=forms.signer,
        action="append",
        default=[],
        metavar="ACCOUNT/KEY-PAIR-ID=FILE",
        help="the public key, in PEM form, of a CloudFront key pair of an account that behaviors "
        "trust "
        "(TrustedSigners); ACCOUNT is 12 digits or `self`; may be repeated",
    )


def _add_rules(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add(
        "--workers",
        type=forms.count,
        default=DEFAULT_WORKERS,
        metavar="N",
        help="maximum number of workers per Lambda@Edge function; default: %(default)s",
    )
    add(
        "--profile",
        choices=sorted(PROFILES),
        default=PROFILE_2026.name,
        help="which limits and status codes to use where AWS's pages contradict each other; "
        "default: %(default)s",
    )
    add(
        "--assume",
        type=forms.assumption,
        action="append",
        default=[],
        metavar="NAME=on|off",
        help="decide what AWS's pages leave open; may be repeated. NAME is one of: "
        f"{', '.join(Assumptions.__dataclass_fields__)}",
    )
    add(
        "--debug",
        action="append",
        default=[],
        metavar="FUNCTION[:PORT]",
        help="let a debugger attach to a Lambda function: debugpy (port 5678) or Node's (9229); "
        "it then "
        "has one worker and no time or memory limits; may be repeated",
    )
    add(
        "--debug-wait",
        action="store_true",
        help="wait for a debugger before starting those functions",
    )
    add(
        "--clock",
        metavar="ORDER",
        help="start with a moved clock, for CloudFront and its functions: +1h, or 'freeze "
        "2026-12-24T18:00'; `localfront clock` moves it later",
    )
    add(
        "--strict",
        action="store_true",
        help="refuse a configuration that has unsupported parts, instead of warning",
    )
    add(
        "--viewer",
        type=forms.viewer,
        default=NOTHING_KNOWN,
        metavar="FACTS",
        help="what CloudFront would detect about viewers, such as 'country=DE; device=mobile'; a "
        f"request's {HEADER} header overrides it; names: {', '.join(FORMS)}",
    )
