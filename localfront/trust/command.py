"""`localfront trust`: add the local authority to this machine's trust stores, or remove it."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509

from localfront.errors import ConfigError
from localfront.trust import nss, system_stores
from localfront.trust.authority import (
    LABELS,
    LOCALHOST,
    constrained_name,
    label,
    labels_of,
)
from localfront.trust.files import CERTIFICATE, folder_of, forget, load_or_make
from localfront.trust.machine import Command, Machine, TrustStep
from localfront.trust.options import STORES, add_parser

__all__ = ["add_parser", "run"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trusted:
    """An authority's certificate in its file."""

    file: Path
    certificate: x509.Certificate
    name: str


def run(options: argparse.Namespace) -> int:
    """Run the command; 0 if all system commands succeeded.

    Raises ConfigError for an authority that cannot be loaded, or is not a constrained one of ours.
    """
    machine = Machine.this(os.environ)
    stores = tuple(options.store or STORES)
    if options.remove:
        return _remove(options, machine, stores)
    trusted = _trusted(options)
    below = f"{trusted.name}, names below it"
    _say(f"This certificate authority can only sign for {below} and loopback addresses:")
    _say(f"  {trusted.file}  (until {trusted.certificate.not_valid_after_utc:%F})")
    called = label(trusted.certificate)
    steps = _adding(machine, stores, trusted.file, called)
    failed = _carry_out(steps, done="trusts it now", only_show=options.print)
    if trusted.name != LOCALHOST and not options.certificate:
        _say("Restart `localfront serve` to use it.")
    return int(failed)


def _remove(options: argparse.Namespace, machine: Machine, stores: tuple[str, ...]) -> int:
    prefix = labels_of(options.name) if options.name else LABELS
    if options.certificate:
        prefix = label(_read(options.certificate).certificate)
    steps = _removing(machine, stores, prefix)
    failed = _carry_out(steps, done="trusts it no longer", only_show=options.print)
    if options.name and not options.print:
        forget(options.ca_dir, options.name)
        _say(f"The key of the authority for {options.name} is deleted.")
    return int(failed)


def _trusted(options: argparse.Namespace) -> Trusted:
    if options.certificate:
        return _read(options.certificate)
    name = options.name or LOCALHOST
    authority = load_or_make(options.ca_dir, name)
    file = folder_of(options.ca_dir, name) / CERTIFICATE
    return Trusted(file=file.resolve(), certificate=authority.certificate, name=name)


def _read(file: Path) -> Trusted:
    try:
        certificate = x509.load_pem_x509_certificate(file.read_bytes())
    except OSError as error:
        raise ConfigError(f"{file} can't be read: {error.strerror}.") from error
    except ValueError as error:
        raise ConfigError(f"{file} is not a certificate in PEM form.") from error
    name = constrained_name(certificate)
    if name is None:
        raise ConfigError(
            f"{file} is not a localfront authority that is constrained to local names "
            "or one domain: anybody with its key could impersonate any site."
        )
    return Trusted(file=file.resolve(), certificate=certificate, name=name)


def _adding(
    machine: Machine, stores: tuple[str, ...], file: Path, called: str
) -> Iterator[TrustStep]:
    if "browsers" in stores:
        yield from nss.adding(machine, file, called)
    if "system" in stores:
        yield from system_stores.adding(machine, file, called)


def _removing(machine: Machine, stores: tuple[str, ...], prefix: str) -> Iterator[TrustStep]:
    if "browsers" in stores:
        yield from nss.removing(machine, prefix)
    if "system" in stores:
        yield from system_stores.removing(machine, prefix)


def _carry_out(steps: Iterator[TrustStep], *, done: str, only_show: bool) -> bool:
    """Run the commands, and print those for the user to run. Returns whether any failed."""
    failed = False
    for step in steps:
        by_hand = [c for c in step.commands if only_show or c.by_hand]
        complaint = None if by_hand else _run_all(step.commands)
        failed = failed or complaint is not None
        if complaint is not None:
            _say(f"{step.store}: {complaint}")
        elif by_hand:
            _say(f"{step.store}: {step.note or 'to be run by you'}:")
            for command in by_hand:
                _say(f"    {command}")
        else:
            _say(f"{step.store}: {step.note or step.done or done}")
    return failed


def _run_all(commands: tuple[Command, ...]) -> str | None:
    """Run commands until one fails; returns its error."""
    for command in commands:
        complaint = command.complaint()
        if complaint is not None:
            return f"failed: {command}: {complaint}"
    return None


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
