"""The system's certificate store: Linux, macOS, and Windows around WSL.

Sources: update-ca-certificates(8), update-ca-trust(8), trust(1), security(1) and Microsoft's page on
certutil. Those of Linux are root's to change; macOS asks for the user's password by itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from localfront.trust.authority import LABELS
from localfront.trust.machine import Command, Machine, TrustStep, run

WINDOWS = "certutil.exe"  # on PATH in a WSL
FINGERPRINT = "SHA-1 hash:"


@dataclass(frozen=True, slots=True)
class LinuxStore:
    """`folder` holds the certificates that an administrator adds; `suffix` ends their names."""

    folder: str
    suffix: str
    update: tuple[str, ...]
    after_removal: tuple[str, ...]


_FRESH = ("update-ca-certificates", "--fresh")
LINUX = (
    LinuxStore(
        "etc/pki/ca-trust/source/anchors",
        "pem",
        ("update-ca-trust",),
        ("update-ca-trust",),
    ),
    LinuxStore(
        "etc/ca-certificates/trust-source/anchors",
        "crt",
        ("trust", "extract-compat"),
        ("trust", "extract-compat"),
    ),
    LinuxStore("etc/pki/trust/anchors", "pem", ("update-ca-certificates",), _FRESH),
    LinuxStore("usr/local/share/ca-certificates", "crt", ("update-ca-certificates",), _FRESH),
)


def adding(machine: Machine, certificate: Path, label: str) -> Iterator[TrustStep]:
    if machine.is_mac:
        yield _adding_to_keychain(machine, certificate)
    else:
        yield _adding_to_linux(machine, certificate, label)
    if certutil := machine.program(WINDOWS):
        yield _adding_to_windows(certutil, certificate)


def removing(machine: Machine, prefix: str) -> Iterator[TrustStep]:
    if machine.is_mac:
        yield _removing_from_keychain(machine, prefix)
    else:
        yield _removing_from_linux(machine, prefix)
    if machine.program(WINDOWS):
        yield TrustStep(
            store="Windows",
            note="run certmgr.msc there, and delete all certificates whose "
            f"name starts with {prefix.strip()!r} in Trusted Root Certification Authorities",
        )


def _adding_to_linux(machine: Machine, certificate: Path, label: str) -> TrustStep:
    store = _linux_store(machine)
    if store is None:
        return TrustStep(store="system", note=_NO_STORE)
    file = machine.root / store.folder / f"{_file_name(label)}.{store.suffix}"
    if file.is_file() and file.read_bytes() == certificate.read_bytes():
        return TrustStep(store="system", note=f"already there, as {file}")
    install = ("install", "-m", "644", str(certificate), str(file))
    return TrustStep(store="system", commands=_as_root(machine, install, store.update))


def _removing_from_linux(machine: Machine, prefix: str) -> TrustStep:
    store = _linux_store(machine)
    if store is None:
        return TrustStep(store="system", note=_NO_STORE)
    # Eight digits end the label of a name: a longer name may begin like this one.
    rest = "*" if prefix == LABELS else "?" * 8
    pattern = f"{_file_name(prefix)}{rest}.{store.suffix}"
    files = [str(file) for file in sorted((machine.root / store.folder).glob(pattern))]
    if not files:
        return TrustStep(store="system", note="not there")
    remove = ("rm", *files)
    return TrustStep(store="system", commands=_as_root(machine, remove, store.after_removal))


def _linux_store(machine: Machine) -> LinuxStore | None:
    there = (store for store in LINUX if (machine.root / store.folder).is_dir())
    return next(there, None)


_NO_STORE = "found no store that an administrator can add to"


def _file_name(label: str) -> str:
    return label.replace(" ", "-")


def _as_root(machine: Machine, *commands: tuple[str, ...]) -> tuple[Command, ...]:
    if machine.is_root:
        return tuple(Command(argv=argv) for argv in commands)
    return tuple(Command(argv=("sudo", *argv), by_hand=True) for argv in commands)


def _keychain(machine: Machine) -> str:
    return str(machine.home / "Library/Keychains/login.keychain-db")


def _adding_to_keychain(machine: Machine, certificate: Path) -> TrustStep:
    trust = ("security", "add-trusted-cert", "-r", "trustRoot", "-p", "ssl")
    add = (*trust, "-k", _keychain(machine), str(certificate))
    return TrustStep(store="login keychain", commands=(Command(argv=add),))


def _removing_from_keychain(machine: Machine, prefix: str) -> TrustStep:
    keychain = _keychain(machine)
    find = ("security", "find-certificate", "-a", "-Z", "-c", prefix, keychain)
    _, listed, _ = run(find)
    hashes = [
        line.removeprefix(FINGERPRINT).strip()
        for line in listed.splitlines()
        if line.startswith(FINGERPRINT)
    ]
    delete = tuple(
        Command(argv=("security", "delete-certificate", "-t", "-Z", digest, keychain))
        for digest in hashes
    )
    return TrustStep(store="login keychain", commands=delete, note="" if delete else "not there")


def _adding_to_windows(certutil: str, certificate: Path) -> TrustStep:
    """Windows asks in a window of its own, so it is left to the user."""
    code, path, _ = run(("wslpath", "-w", str(certificate)))
    there = path.strip() if code == 0 else str(certificate)
    add = (certutil, "-user", "-addstore", "Root", there)
    return TrustStep(store="Windows", commands=(Command(argv=add, by_hand=True),))
