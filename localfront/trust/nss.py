"""NSS certificate databases of Chromium and Firefox.

Chromium reads ~/.pki/nssdb, and from 146 on ~/.local/share/pki/nssdb if the first does not exist
(chromium.googlesource.com, crypto/nss_util.cc). Firefox has a cert9.db in each profile, and moved
its profiles to the XDG folders in 147. Both follow certutil's manual (NSS tools).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from localfront.trust.machine import Command, Machine, TrustStep, run

CHROMIUM = (
    ".pki/nssdb",
    ".local/share/pki/nssdb",
    "snap/*/current/.pki/nssdb",
    "snap/*/current/.local/share/pki/nssdb",
    ".var/app/*/.pki/nssdb",
    ".var/app/*/data/pki/nssdb",
)
FIREFOX = (
    ".mozilla/firefox/*",
    ".config/mozilla/firefox/*",
    ".local/share/mozilla/firefox/*",
    "snap/firefox/common/.mozilla/firefox/*",
    ".var/app/org.mozilla.firefox/.mozilla/firefox/*",
    "Library/Application Support/Firefox/Profiles/*",
)
BROWSERS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "microsoft-edge",
    "brave-browser",
    "vivaldi",
)
INSTALL = {
    "apt-get": ("sudo", "apt-get", "install", "libnss3-tools"),
    "dnf": ("sudo", "dnf", "install", "nss-tools"),
    "pacman": ("sudo", "pacman", "-S", "nss"),
    "zypper": ("sudo", "zypper", "install", "mozilla-nss-tools"),
    "apk": ("sudo", "apk", "add", "nss-tools"),
    "brew": ("brew", "install", "nss"),
}
CERTUTIL = "certutil"


def adding(machine: Machine, certificate: Path, label: str) -> Iterator[TrustStep]:
    """Add a certificate to every browser's database, trusted for servers ("C")."""
    databases = _databases(machine)
    fresh = _missing_database(machine) if not databases else None
    if not databases and fresh is None:
        yield TrustStep(store="browsers", note="this user has no Chromium or Firefox")
        return
    certutil = machine.program(CERTUTIL)
    if certutil is None:
        yield _without_certutil(machine)
        return
    if fresh is not None:
        yield _making(certutil, fresh)
        databases = [fresh]
    for database in databases:
        argv = [certutil, "-A", "-d", f"sql:{database}", "-t", "C,,", "-n", label]
        add = Command(argv=(*argv, "-i", str(certificate)))
        yield TrustStep(store=str(database), commands=(add,))


def removing(machine: Machine, prefix: str) -> Iterator[TrustStep]:
    """Remove every certificate whose label has the prefix."""
    databases = _databases(machine)
    certutil = machine.program(CERTUTIL)
    if certutil is None:
        if databases:
            yield _without_certutil(machine)
        return
    for database in databases:
        where = f"sql:{database}"
        code, listed, complaint = run((certutil, "-L", "-d", where))
        if code:
            yield TrustStep(store=str(database), note=f"can't be read: {complaint}")
            continue
        delete = tuple(
            Command(argv=(certutil, "-D", "-d", where, "-n", label))
            for label in _labels(listed, prefix)
        )
        yield TrustStep(store=str(database), commands=delete, note="" if delete else "not there")


def _databases(machine: Machine) -> list[Path]:
    found = [*_matching(machine, CHROMIUM), *_matching(machine, FIREFOX)]
    return [folder for folder in found if (folder / "cert9.db").is_file()]


def _matching(machine: Machine, patterns: tuple[str, ...]) -> Iterator[Path]:
    for pattern in patterns:
        yield from sorted(machine.home.glob(pattern))


def _missing_database(machine: Machine) -> Path | None:
    """The database of a Chromium that has none yet, and does not create it by itself."""
    if machine.is_mac or machine.program(*BROWSERS) is None:
        return None
    return machine.home / CHROMIUM[0]


def _without_certutil(machine: Machine) -> TrustStep:
    commands = [INSTALL[name] for name in INSTALL if machine.program(name)]
    return TrustStep(
        store="browsers",
        commands=tuple(Command(argv=argv, by_hand=True) for argv in commands[:1]),
        note="Chromium and Firefox have their own certificate stores, and the program that changes "
        "them, NSS's certutil, is not installed. Install it, then run this again",
    )


def _labels(listed: str, prefix: str) -> list[str]:
    """Labels in `certutil -L`: a line is a label, spaces, and three trust flags."""
    lines = [line.rstrip().rpartition(" ")[0].rstrip() for line in listed.splitlines()]
    return [line for line in lines if line.startswith(prefix)]


def _making(certutil: str, database: Path) -> TrustStep:
    make = (certutil, "-N", "-d", f"sql:{database}", "--empty-password")
    folder = ("mkdir", "-p", str(database))
    return TrustStep(
        store=str(database),
        commands=(Command(argv=folder), Command(argv=make)),
        done="created, for Chromium",
    )
