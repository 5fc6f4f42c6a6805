"""The authority's files: written completely or not at all, readable only by their owner."""

from __future__ import annotations

import datetime
import logging
import multiprocessing
import os
import stat
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import NameOID

from localfront.errors import ConfigError
from localfront.trust import files
from localfront.trust.files import forget, load_all, load_or_make, utc_now
from localfront.user_cache import user_cache


def test_an_authority_is_created_once_and_reused(tmp_path: Path) -> None:
    folder = tmp_path / "not" / "yet"

    made = load_or_make(folder)
    again = load_or_make(folder)

    assert made.certificate == again.certificate
    assert made.key.private_numbers() == again.key.private_numbers()
    assert (folder / "ca.pem").read_bytes() == _pem(made.certificate)


def test_the_key_is_readable_only_by_its_owner(tmp_path: Path) -> None:
    folder = tmp_path / "new"

    load_or_make(folder)

    assert stat.S_IMODE((folder / "ca-key.pem").stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644])
def test_a_key_that_others_may_read_is_refused(mode: int, tmp_path: Path) -> None:
    load_or_make(tmp_path)
    (tmp_path / "ca-key.pem").chmod(mode)

    with pytest.raises(ConfigError, match=r"Other users can read .*chmod 600"):
        load_or_make(tmp_path)


def test_a_key_of_another_user_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    load_or_make(tmp_path)
    other = os.geteuid() + 1
    monkeypatch.setattr(os, "geteuid", lambda: other)

    with pytest.raises(ConfigError, match="Other users can read"):
        load_or_make(tmp_path)


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.99])
def test_a_truncated_authority_is_refused_by_name(share: float, tmp_path: Path) -> None:
    load_or_make(tmp_path)
    key = tmp_path / "ca-key.pem"
    content = key.read_bytes()
    key.write_bytes(content[: int(len(content) * share)])

    with pytest.raises(ConfigError, match=f"{key} is damaged.*Delete the file"):
        load_all(tmp_path)

    key.unlink()
    load_all(tmp_path)


def test_an_authority_for_other_names_is_refused(tmp_path: Path) -> None:
    load_or_make(tmp_path, "example.com")
    other = tmp_path / "names" / "example.com" / "ca-key.pem"
    (tmp_path / "ca-key.pem").write_bytes(other.read_bytes())
    (tmp_path / "ca-key.pem").chmod(0o600)

    with pytest.raises(ConfigError, match="not an authority for only localhost"):
        load_all(tmp_path)


def test_a_corrupted_certificate_file_is_written_again(tmp_path: Path) -> None:
    made = load_or_make(tmp_path)
    (tmp_path / "ca.pem").write_bytes(b"")

    load_or_make(tmp_path)

    assert (tmp_path / "ca.pem").read_bytes() == _pem(made.certificate)


def test_the_authority_of_an_older_localfront_is_replaced(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    (tmp_path / "ca-key.pem").write_bytes(_key(key))
    (tmp_path / "ca-key.pem").chmod(0o600)
    (tmp_path / "ca.pem").write_bytes(_pem(_unconstrained(key)))

    with caplog.at_level(logging.WARNING):
        made = load_or_make(tmp_path)

    assert made.key.private_numbers() != key.private_numbers()
    assert _key(key) not in (tmp_path / "ca-key.pem").read_bytes()
    assert (tmp_path / "ca.pem").read_bytes() == _pem(made.certificate)
    assert "could sign for any name on the internet" in caplog.text


def test_an_authority_that_expires_too_soon_is_replaced(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    made = load_or_make(tmp_path)
    end = made.certificate.not_valid_after_utc

    later = load_or_make(tmp_path, now=lambda: end - timedelta(weeks=5))
    assert later.certificate == made.certificate

    renewed = load_or_make(tmp_path, now=lambda: end - timedelta(weeks=3))
    assert renewed.certificate.not_valid_after_utc > end
    assert f"expired at {end:%Y-%m-%d}" in caplog.text


def test_a_failed_write_leaves_no_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        with pytest.raises(ConfigError, match=r"No space left.*--ca-dir"):
            load_or_make(tmp_path)
    assert list(tmp_path.iterdir()) == []

    load_or_make(tmp_path)


def test_a_folder_that_cannot_be_created_is_an_error_that_names_the_option(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(ConfigError, match=r"/file/ca.*Not a directory.*--ca-dir"):
        load_or_make(tmp_path / "file" / "ca")


def test_concurrent_starts_create_one_authority(tmp_path: Path) -> None:
    with multiprocessing.get_context("spawn").Pool(4) as pool:
        made = pool.map_async(_made, [tmp_path / "ca"] * 8).get(60)

    assert len(set(made)) == 1


def test_each_name_has_its_own_authority_until_it_is_deleted(
    tmp_path: Path,
) -> None:
    load_or_make(tmp_path, "example.com")

    assert [one.name for one in load_all(tmp_path)] == ["localhost", "example.com"]

    forget(tmp_path, "example.com")
    forget(tmp_path, "example.com")

    assert [one.name for one in load_all(tmp_path)] == ["localhost"]


def test_the_suggested_command_names_the_folder_only_if_it_is_not_the_default(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))

    default = user_cache()
    assert files.trust_command(default) == "localfront trust"
    assert files.trust_command(default, "a.test") == "localfront trust --name a.test"
    assert files.trust_command(Path("/a b")) == "localfront trust --ca-dir '/a b'"


def _made(folder: Path) -> bytes:
    return _pem(load_or_make(folder).certificate)


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(Encoding.PEM)


def _key(key: ec.EllipticCurvePrivateKey) -> bytes:
    form = PrivateFormat.TraditionalOpenSSL  # as trustme wrote it
    return key.private_bytes(Encoding.PEM, form, NoEncryption())


def _unconstrained(key: ec.EllipticCurvePrivateKey) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, "localfront")])
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(utc_now() - timedelta(days=1))
        .not_valid_after(datetime.datetime(3000, 1, 1, tzinfo=datetime.UTC))
        .add_extension(x509.BasicConstraints(ca=True, path_length=9), critical=True)
        .sign(key, hashes.SHA256())
    )
