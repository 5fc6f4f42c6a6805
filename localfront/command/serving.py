"""`localfront serve`: from the parsed command line to the server."""

from __future__ import annotations

import argparse
import asyncio
import gc
import logging
import os
from collections.abc import Sequence
from dataclasses import replace

from localfront.aws.session import load_settings
from localfront.aws.settings import Settings
from localfront.command.detected_defaults import port_for, source_here
from localfront.command.log_options import log_options
from localfront.command.serve_options import Options
from localfront.config.distribution import TrustedKey
from localfront.inspector.options import inspector_options
from localfront.lambda_edge.workers.debugging import parse_debugged
from localfront.origins.system_authorities import read_late
from localfront.profiles import PROFILES, assuming
from localfront.sources.choice import default_interval
from localfront.sources.options import terraform_settings

with read_late():  # aiohttp comes with it
    from localfront.command.serve import serve


def run(options: argparse.Namespace) -> int:
    """Run the command; 0 after a clean stop.

    Raises LocalfrontError, OSError and botocore's errors.
    """
    log = log_options(options)
    logging.getLogger("localfront").setLevel(log.level)
    for handler in logging.getLogger().handlers:
        handler.setFormatter(log.formatter())
    settings = _settings(options)
    options.source = source_here(options, settings)
    gc.disable()  # until it is ready: little of what is made before is garbage
    try:
        asyncio.run(serve(settings, _options(options, settings), announce=_announce))
    finally:
        gc.enable()
    return 0


def _announce(line: str) -> None:
    print(line, flush=True)  # noqa: T201 -- the command's output
    # Excludes modules and configuration, which stay for good, from all later garbage collections.
    gc.freeze()
    gc.enable()


def _settings(options: argparse.Namespace) -> Settings:
    """Read AWS's settings. Raises ConfigError, and botocore's error for an unknown profile."""
    settings = load_settings(os.environ)
    endpoints = replace(settings.endpoints, overrides=dict(options.origin_override))
    return replace(settings, endpoints=endpoints)


def _options(options: argparse.Namespace, settings: Settings) -> Options:
    return Options(
        http_port=port_for(options, "http-port"),
        https_port=port_for(options, "https-port"),
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
        clock=options.clock,
        debugged=parse_debugged(options.debug, waits=options.debug_wait),
        terraform=terraform_settings(options, os.environ),
        store_files=dict(options.kvs),
        inspector=inspector_options(options),
        log=log_options(options),
        plain_errors=options.plain_errors,
        reload=options.reload,
        parameters=dict(options.parameter),
        signers=_by_account(options.signer),
        lambda_directories=dict(options.function),
    )


def _by_account(options: Sequence[tuple[str, TrustedKey]]) -> dict[str, list[TrustedKey]]:
    signers: dict[str, list[TrustedKey]] = {}
    for account, key in options:
        signers.setdefault(account, []).append(key)
    return signers
