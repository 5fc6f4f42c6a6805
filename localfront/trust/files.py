"""The authorities' files: one for localhost per user, and one for each extra name.

    DIR/ca-key.pem              key and certificate of the authority for localhost
    DIR/ca.pem the certificate only, for trust stores
    DIR/names/NAME/ca-key.pem   the same of the one for NAME
    DIR/names/NAME/ca.pem

The first file is the authority. It is written atomically by renaming, and is readable only by its
owner.
"""

from __future__ import annotations

import contextlib
import fcntl
import logging
import os
import shlex
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from localfront.errors import ConfigError
from localfront.trust.authority import (
    CERTIFICATE_VALIDITY,
    LOCALHOST,
    Authority,
    constrained_name,
    make_authority,
)
from localfront.user_cache import user_cache

LOG = logging.getLogger("localfront")
KEY, CERTIFICATE = "ca-key.pem", "ca.pem"
OTHERS = 0o077  # permissions of others than the owner
RENEWED_BEFORE = CERTIFICATE_VALIDITY  # its certificates would expire too early
BEGIN_CERTIFICATE = b"-----BEGIN CERTIFICATE-----"
Clock = Callable[[], datetime]


class _Outdated(Exception):  # noqa: N818 -- caught here, to create a new one
    """The authority has to be replaced; the message says why."""


def utc_now() -> datetime:
    return datetime.now(UTC)


def trust_command(folder: Path, name: str = LOCALHOST) -> str:
    """The command to trust a name's authority."""
    words = ["localfront", "trust"]
    words += ["--name", name] if name != LOCALHOST else []
    words += ["--ca-dir", str(folder)] if folder != user_cache() else []
    return shlex.join(words)


def folder_of(folder: Path, name: str = LOCALHOST) -> Path:
    """The folder of a name's authority."""
    return folder if name == LOCALHOST else folder / "names" / name


def load_or_make(folder: Path, name: str = LOCALHOST, *, now: Clock = utc_now) -> Authority:
    """The authority of a name; created if there is none, or if it expires soon.

    Raises ConfigError if it cannot be written, is damaged, or others can read its key.
    """
    own = folder_of(folder, name)
    with naming_the_option(folder):
        with contextlib.suppress(_Outdated):
            if (authority := _load(own, name, now())) is not None:
                _publish(own, authority)
                return authority
        own.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _alone(own):
            try:
                authority = _load(own, name, now())  # another process may have created it meanwhile
            except _Outdated as reason:
                LOG.warning("%s It was replaced by a new one: trust that.", reason)
                authority = None
            if authority is None:
                authority = make_authority(name, now=now())
                _write(own / KEY, _key_pem(authority) + _pem(authority))
            _publish(own, authority)
            return authority


def load_all(folder: Path, *, now: Clock = utc_now) -> tuple[Authority, ...]:
    """The authority for localhost, then those of names. Raises ConfigError, as `load_or_make`."""
    with naming_the_option(folder):
        others = sorted(file.parent.name for file in folder.glob(f"names/*/{KEY}"))
    return tuple(load_or_make(folder, name, now=now) for name in (LOCALHOST, *others))


def forget(folder: Path, name: str) -> None:
    """Delete a name's authority, with its key."""
    with naming_the_option(folder), contextlib.suppress(FileNotFoundError):
        shutil.rmtree(folder_of(folder, name))


def _load(folder: Path, name: str, now: datetime) -> Authority | None:
    """Load an authority; None if there is none. Raises _Outdated, ConfigError and OSError."""
    file = folder / KEY
    try:
        descriptor = os.open(file, os.O_RDONLY)
    except FileNotFoundError:
        return None
    with os.fdopen(descriptor, "rb") as opened:
        status = os.fstat(opened.fileno())
        content = opened.read()
    key, certificate = _parse(file, content, folder / CERTIFICATE)
    if certificate.not_valid_after_utc < now + RENEWED_BEFORE:
        raise _Outdated(f"{file} expired at {certificate.not_valid_after_utc:%F}.")
    if status.st_mode & OTHERS or status.st_uid != os.geteuid():
        raise ConfigError(
            f"Other users can read {file}, and with it impersonate {name} to anyone who trusts it. "
            "Delete it, so that a new one is created, or, if nobody can have read it: chmod 600 "
            f"{file}"
        )
    if constrained_name(certificate) != name:
        raise _damaged(file, f"it is not an authority for only {name}")
    return Authority(name=name, certificate=certificate, key=key)


def _parse(
    file: Path, content: bytes, legacy: Path
) -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
    try:
        key = load_pem_private_key(content, password=None)
        if BEGIN_CERTIFICATE not in content and legacy.exists():
            raise _Outdated(
                f"{legacy} was created by an older localfront and could sign for any name on the "
                "internet. Its key is deleted now; remove it from your browsers, too."
            )
        certificate = x509.load_pem_x509_certificate(content)
        matching = certificate.public_key() == key.public_key()
    except (ValueError, TypeError) as error:
        raise _damaged(file, "it can't be read") from error
    if not matching or not isinstance(key, ec.EllipticCurvePrivateKey):
        raise _damaged(file, "key and certificate don't belong together")
    return key, certificate


def _damaged(file: Path, how: str) -> ConfigError:
    return ConfigError(
        f"The local certificate authority {file} is damaged: {how}. Delete the file; the next "
        "start creates a new authority; run `localfront trust` so that your browsers trust it."
    )


def _publish(folder: Path, authority: Authority) -> None:
    """Write the certificate to ca.pem, if it differs."""
    file, wanted = folder / CERTIFICATE, _pem(authority)
    try:
        if file.read_bytes() == wanted:
            return
    except FileNotFoundError:
        pass
    _write(file, wanted, mode=0o644)


def _write(file: Path, content: bytes, *, mode: int = 0o600) -> None:
    """Write a temporary file and rename it, so that the file is always complete."""
    part = file.with_name(f"{file.name}.part-{os.getpid()}")
    part.unlink(missing_ok=True)  # an existing file would keep its permissions
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        with os.fdopen(descriptor, "wb") as opened:
            opened.write(content)
            opened.flush()
            os.fsync(opened.fileno())
        part.replace(file)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def _pem(authority: Authority) -> bytes:
    return authority.certificate.public_bytes(Encoding.PEM)


def _key_pem(authority: Authority) -> bytes:
    return authority.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold a lock, which the system releases if the process ends."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def naming_the_option(folder: Path) -> Iterator[None]:
    """Turn OSErrors of the folder into ConfigErrors that name the option."""
    try:
        yield
    except OSError as error:
        path = error.filename or folder
        raise ConfigError(
            f"The folder for the local authority can't be used: {path}: {error.strerror}. Fix "
            "that, or choose another folder with --ca-dir."
        ) from error
