"""The command `localfront`."""

from __future__ import annotations

import argparse
import asyncio
import atexit
import gc
import logging
import sys
from collections.abc import Sequence
from dataclasses import replace

from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError

from localfront.aws.session import load_settings
from localfront.aws.settings import Settings
from localfront.check import command as check
from localfront.command import completion, init, schema, tracing
from localfront.command.command_line import parse_arguments
from localfront.command.log_options import log_options
from localfront.command.serve import serve
from localfront.command.serve_options import Options
from localfront.config.distribution import TrustedKey
from localfront.errors import ConfigError, LocalfrontError
from localfront.exchange.request_trace import printable_lines
from localfront.inspector.options import inspector_options
from localfront.invoke import command as invoke
from localfront.profiles import PROFILES, assuming
from localfront.sources.choice import default_interval
from localfront.sources.options import terraform_arguments
from localfront.trust import command as trust

RUN = {  # what serves nothing
    "completion": completion.run,
    "init": init.run,
    "invoke": invoke.run,
    "schema": schema.run,
    "trace": tracing.run,
    "trust": trust.run,
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; 0 after a clean stop, 1 with a message on standard error."""
    # Else the interpreter looks through all that was imported once more before it ends, for most of
    # a second, and for several on a busy machine, where whoever stops localfront gives up on it.
    atexit.register(gc.freeze)
    try:
        options = parse_arguments(arguments)
    except ConfigError as error:
        return _fail(str(error))
    if options.command == "check":
        return check.run(options)
    logging.basicConfig(
        level=logging.WARNING,
        stream=sys.stderr,
        format="%(asctime)s %(message)s",
        datefmt="%H:%M:%S",
    )
    try:
        if options.command in RUN:
            return RUN[options.command](options)
        log = log_options(options)
        logging.getLogger("localfront").setLevel(log.level)
        for handler in logging.getLogger().handlers:
            handler.setFormatter(log.formatter())
        settings = _settings(options)
        asyncio.run(
            serve(
                settings,
                _options(options, settings),
                announce=lambda line: print(line, flush=True),  # noqa: T201 -- the answer
            )
        )
    except LocalfrontError as error:
        return _fail(str(error))
    except OSError as error:
        return _fail(f"{error}.")  # a folder that can't be written, most likely
    except NoCredentialsError:
        return _fail(
            "There are no AWS credentials in what AWS_PROFILE or AWS_ACCESS_KEY_ID names. Correct "
            "it, or let AWS_ENDPOINT_URL name an emulator."
        )
    except (BotoCoreError, ClientError) as error:
        told = str(error).rstrip(".")
        return _fail(
            f"The AWS API gave no usable answer: {told}. Start the emulator, or check "
            "AWS_ENDPOINT_URL, AWS_ENDPOINT_URL_CLOUDFRONT and the credentials."
        )
    return 0


def _settings(options: argparse.Namespace) -> Settings:
    """Raises ConfigError, and botocore's error for a profile that there is not."""
    settings = load_settings()
    endpoints = replace(settings.endpoints, overrides=dict(options.origin_override))
    return replace(settings, endpoints=endpoints)


def _options(options: argparse.Namespace, settings: Settings) -> Options:
    return Options(
        http_port=options.http_port,
        https_port=options.https_port,
        ca_dir=options.ca_dir,
        distribution_id=options.distribution,
        edge_directories={n: path for n, path in options.edge if path.is_dir()},
        edge_files={n: path for n, path in options.edge if path.is_file()},
        log_dir=options.log_dir,
        interval=options.interval or default_interval(settings, [*options.source, *options.config]),
        config_files=(*options.source, *options.config),
        profile=PROFILES[options.profile],
        assumptions=assuming(dict(options.assume)),
        workers=options.workers,
        viewer=options.viewer,
        address=options.address,
        strict=options.strict,
        terraform_arguments=terraform_arguments(options),
        store_files=dict(options.kvs),
        inspector=inspector_options(options),
        log=log_options(options),
        parameters=dict(options.parameter),
        signers=_by_account(options.signer),
        lambda_directories=dict(options.function),
    )


def _by_account(given: Sequence[tuple[str, TrustedKey]]) -> dict[str, list[TrustedKey]]:
    signers: dict[str, list[TrustedKey]] = {}
    for account, key in given:
        signers.setdefault(account, []).append(key)
    return signers


def _fail(message: str) -> int:
    sys.stderr.write(f"localfront: {printable_lines(message)}\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
