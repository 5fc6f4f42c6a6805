"""Parsers of option values; each raises ArgumentTypeError that says what to write."""

from __future__ import annotations

import argparse
import math
from pathlib import Path
from typing import TYPE_CHECKING

from localfront.errors import ConfigError
from localfront.http_messages.viewer_facts import (
    ViewerFacts,
    ViewerFactsError,
    parse_viewer_facts,
)
from localfront.profiles import assuming

if TYPE_CHECKING:
    from localfront.config.distribution import TrustedKey
    from localfront.origins.overrides import Override


def count(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) <= 1000:
        raise argparse.ArgumentTypeError(f"{text!r}: must be a number from 1 to 1000")
    return int(text)


def existing_file(text: str) -> Path:
    if not Path(text).is_file():
        raise argparse.ArgumentTypeError(f"{text!r} is not a file")
    return Path(text)


def override(text: str) -> tuple[str, Override]:
    from localfront.origins.overrides import parse_override

    try:
        return parse_override(text)
    except ConfigError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def assumption(text: str) -> tuple[str, bool]:
    name, equals, value = text.partition("=")
    if not equals or value not in ("on", "off"):
        raise argparse.ArgumentTypeError(f"{text!r}: write NAME=on or NAME=off")
    try:
        assuming({name: value == "on"})
    except ConfigError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
    return name, value == "on"


def port(text: str) -> int:
    if not text.isdigit() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port: must be 0 to 65535")
    return int(text)


def seconds(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not 0 < number < math.inf:
        raise argparse.ArgumentTypeError(f"{text!r}: must be a number above 0")
    return number


def folder(text: str) -> Path:
    path = Path(text)
    if path.exists() and not path.is_dir():
        raise argparse.ArgumentTypeError(f"{text!r} is not a directory")
    return path


def edge(text: str) -> tuple[str, Path]:
    name, equals, place = text.partition("=")
    if not name or not equals:
        raise argparse.ArgumentTypeError(f"{text!r}: write FUNCTION=DIR")
    path = Path(place)
    if not path.is_dir() and not (path.is_file() and path.suffix == ".js"):
        raise argparse.ArgumentTypeError(f"{place!r} is neither a directory nor a .js file")
    return name, path.resolve()


def function_folder(text: str) -> tuple[str, Path]:
    name, equals, place = text.partition("=")
    if not name or not equals:
        raise argparse.ArgumentTypeError(f"{text!r}: write FUNCTION=DIR")
    if not Path(place).is_dir():
        raise argparse.ArgumentTypeError(f"{place!r} is not a directory")
    return name, Path(place).resolve()


def store(text: str) -> tuple[str, Path]:
    name, equals, file = text.partition("=")
    if not name or not equals:
        raise argparse.ArgumentTypeError(f"{text!r}: write STORE=FILE")
    return name, existing_file(file).resolve()


def viewer(text: str) -> ViewerFacts:
    try:
        return parse_viewer_facts(text)
    except ViewerFactsError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def signer(text: str) -> tuple[str, TrustedKey]:
    """`ACCOUNT/KEY-PAIR-ID=FILE`; ACCOUNT as TrustedSigners names it, 12 digits or `self`."""
    from localfront.config.trusted_keys import parse_public_key  # imports cryptography

    name, equals, place = text.partition("=")
    account, slash, key_id = name.partition("/")
    if not equals or not slash or not key_id or not (account == "self" or len(account) == 12):
        raise argparse.ArgumentTypeError(f"{text!r}: write ACCOUNT/KEY-PAIR-ID=FILE")
    try:
        pem = existing_file(place).read_text("ascii")
        return account, parse_public_key(key_id, {"EncodedKey": pem})
    except (ConfigError, OSError, UnicodeDecodeError) as error:
        raise argparse.ArgumentTypeError(f"{place!r} contains no public key: {error}") from error
