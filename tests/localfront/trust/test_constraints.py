"""Uses of a stolen key of the authority, with the clients that people use.

`certify` signs what it is told to, as a thief would: clients alone hold it to the constraints.
"""

from __future__ import annotations

import os
import shutil
import ssl
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from localfront.server.certificates import server_context
from localfront.trust.authority import (
    Authority,
    certify,
    constrained_name,
    label,
    labels_of,
    make_authority,
)
from localfront.trust.files import utc_now
from tests.localfront.trust.tls_server import PAGE, showing
from tests.trusting import shake_hands, trusting_only

LOCAL = make_authority(now=utc_now())
EXAMPLE = make_authority("example.com", now=utc_now())
PATIENCE = 60  # seconds
NODE = """
const [port, name] = process.argv.slice(1);
require('https').get({host: '127.0.0.1', port, servername: name, agent: false}, (answer) =>
  answer.pipe(process.stdout)).on('error', (error) => { console.error(error.message); process.exit(1) });
"""


@pytest.mark.parametrize(
    ("authority", "name"),
    [
        (LOCAL, "localhost"),
        (LOCAL, "logs.starfleet.localhost"),
        (LOCAL, "127.0.0.1"),
        (LOCAL, "127.8.9.10"),
        (LOCAL, "::1"),
        (EXAMPLE, "example.com"),
        (EXAMPLE, "a.b.example.com"),
        (EXAMPLE, "127.0.0.1"),
    ],
)
def test_python_accepts_names_within_the_constraints(authority: Authority, name: str) -> None:
    context = server_context(certify(authority, [name], now=utc_now()))

    assert shake_hands(trusting_only(authority), context, name).version()


@pytest.mark.parametrize(
    ("authority", "name"),
    [
        (LOCAL, "google.com"),
        (LOCAL, "notlocalhost"),
        (LOCAL, "localhost.evil.test"),
        (LOCAL, "8.8.8.8"),
        (LOCAL, "::2"),
        (LOCAL, "::ffff:8.8.8.8"),
        (EXAMPLE, "google.com"),
        (EXAMPLE, "localhost"),
        (EXAMPLE, "notexample.com"),
        (EXAMPLE, "8.8.8.8"),
    ],
)
def test_python_refuses_other_names_signed_with_a_stolen_key(
    authority: Authority, name: str
) -> None:
    context = server_context(certify(authority, [name], now=utc_now()))

    with pytest.raises(ssl.SSLCertVerificationError, match="permitted subtree"):
        shake_hands(trusting_only(authority), context, name)


def test_an_intermediate_authority_below_it_is_not_trusted() -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    below = Authority(name="google.com", certificate=_below(LOCAL, key), key=key)
    context = server_context(certify(below, ["localhost"], now=utc_now()))
    trusting = trusting_only(LOCAL)
    # As if the server had sent it along.
    trusting.load_verify_locations(cadata=below.certificate.public_bytes(Encoding.PEM).decode())

    with pytest.raises(ssl.SSLCertVerificationError, match="path length"):
        shake_hands(trusting, context, "localhost")


def _below(above: Authority, key: ec.EllipticCurvePrivateKey) -> x509.Certificate:
    signs = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
    identifier = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(above.key.public_key())
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "below")]))
        .issuer_name(above.certificate.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(utc_now() - timedelta(days=1))
        .not_valid_after(utc_now() + timedelta(days=100))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(signs, critical=True)
        .add_extension(identifier, critical=False)
        .add_extension(issuer, critical=False)
        .sign(above.key, hashes.SHA256())
    )


@pytest.mark.parametrize(
    ("name", "code"), [("localhost", 0), ("logs.localhost", 0), ("google.com", 60)]
)
def test_curl_accepts_localhost_and_refuses_google(name: str, code: int, tmp_path: Path) -> None:
    curl = _installed("curl")
    with showing(certify(LOCAL, [name], now=utc_now())) as port:
        here = ("--resolve", f"{name}:{port}:127.0.0.1", "--noproxy", "*")
        trusting = ("--silent", "--show-error", "--cacert", _file(tmp_path))
        run = _run([curl, *trusting, *here, f"https://{name}:{port}/"])

    assert run.returncode == code, run.stderr
    assert run.stdout == ("" if code else PAGE.decode())


@pytest.mark.parametrize("name", ["localhost", "logs.localhost", "google.com"])
def test_node_accepts_localhost_and_refuses_google(name: str, tmp_path: Path) -> None:
    node = _installed("node")
    with showing(certify(LOCAL, [name], now=utc_now())) as port:
        run = _run([node, "-e", NODE, str(port), name], NODE_EXTRA_CA_CERTS=_file(tmp_path))

    if name == "google.com":
        assert (run.returncode, run.stderr) == (1, "permitted subtree violation\n")
    else:
        assert (run.returncode, run.stdout) == (0, PAGE.decode())


@pytest.mark.parametrize("authority", [LOCAL, EXAMPLE])
def test_an_authority_contains_the_name_that_it_is_for(authority: Authority) -> None:
    certificate = authority.certificate
    lifetime = certificate.not_valid_after_utc - certificate.not_valid_before_utc

    assert constrained_name(certificate) == authority.name
    assert label(certificate).startswith(labels_of(authority.name))
    assert lifetime == timedelta(days=730)


def test_a_long_name_still_has_a_unique_label() -> None:
    long = ".".join(["a" * 60] * 4)
    authority = make_authority(long, now=utc_now())

    assert constrained_name(authority.certificate) == long
    assert labels_of(long) != labels_of(f"{long[:-1]}b")


def _installed(program: str) -> str:
    found = shutil.which(program)
    if found is None:
        pytest.skip(f"{program} is not installed")
    return found


def _file(folder: Path) -> str:
    file = folder / "ca.pem"
    file.write_bytes(LOCAL.certificate.public_bytes(Encoding.PEM))
    return str(file)


def _run(argv: list[str], **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        argv,
        env={"PATH": os.environ["PATH"], **environ},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
