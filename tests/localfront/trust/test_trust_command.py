"""`localfront trust` as users run it, and browsers' verdicts before and after."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from playwright.sync_api import Browser, Error, sync_playwright

from harness.errors import MissingToolError
from harness.processes.chromium import find_chromium
from localfront.__main__ import main
from localfront.trust.authority import certify, label, make_authority
from localfront.trust.files import load_or_make, utc_now
from tests.localfront.trust.tls_server import showing
from tests.localfront.warm_start.command import localfront

PATIENCE = 60  # seconds
REPOSITORY = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An NSS database to copy, which is faster than creating one with certutil."""
    folder = tmp_path_factory.mktemp("nssdb")
    _certutil("-N", "-d", f"sql:{folder}", "--empty-password")
    return folder


@pytest.fixture
def home(tmp_path: Path, empty_database: Path) -> Path:
    """A user's home with an NSS database of Chromium's."""
    shutil.copytree(empty_database, tmp_path / ".pki" / "nssdb")
    return tmp_path


@pytest.fixture(scope="module")
def chromiums_home(tmp_path_factory: pytest.TempPathFactory, empty_database: Path) -> Path:
    """The home of the user who runs Chromium, with an NSS database."""
    folder = tmp_path_factory.mktemp("home")
    shutil.copytree(empty_database, folder / ".pki" / "nssdb")
    return folder


@pytest.fixture(scope="module")
def chromium(chromiums_home: Path) -> Iterator[Browser]:
    try:
        program = find_chromium(os.environ)
    except MissingToolError as error:
        pytest.skip(str(error))
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=program,
            args=["--host-resolver-rules=MAP * 127.0.0.1", "--no-proxy-server"],
            env={
                **os.environ,
                "HOME": str(chromiums_home),
                "XDG_DATA_HOME": "",
                "NSS_SDB_USE_CACHE": "no",  # on a slow disk NSS would otherwise read the database once
            },
            chromium_sandbox=False,
        )
        yield started
        started.close()


def trust(*arguments: str, home: Path, path: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        localfront("trust", *arguments),
        cwd=REPOSITORY,
        env={"HOME": str(home), "PATH": path or os.environ["PATH"]},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


def test_after_trust_chromium_accepts_localhost_and_never_google(
    chromiums_home: Path, chromium: Browser
) -> None:
    authority = load_or_make(chromiums_home / ".cache" / "localfront")
    names = ("localhost", "logs.starfleet.localhost", "google.com")
    pairs = [certify(authority, [name], now=utc_now()) for name in names]
    with showing(pairs[0]) as local, showing(pairs[1]) as site, showing(pairs[2]) as no:
        pages = [
            f"https://localhost:{local}/",
            f"https://logs.starfleet.localhost:{site}/",
            f"https://google.com:{no}/",
        ]

        unknown = "net::ERR_CERT_AUTHORITY_INVALID"
        assert _visited(chromium, pages) == [unknown] * 3

        assert trust("--store", "browsers", home=chromiums_home).returncode == 0
        first, second, third = _visited(chromium, pages)
        assert (first, second) == ("served", "served")
        assert third == "net::ERR_CERT_INVALID"

        assert trust("--remove", "--store", "browsers", home=chromiums_home).returncode == 0
        assert "served" not in _visited(chromium, pages)


def test_chromium_trusts_a_name_through_its_own_authority(
    chromiums_home: Path, chromium: Browser
) -> None:
    run = trust("--name", "example.com", "--store", "browsers", home=chromiums_home)
    assert run.returncode == 0, run.stderr
    authority = load_or_make(chromiums_home / ".cache" / "localfront", "example.com")
    own = certify(authority, ["www.example.com"], now=utc_now())
    other = certify(authority, ["google.com"], now=utc_now())

    with showing(own) as port, showing(other) as no:
        pages = [f"https://www.example.com:{port}/", f"https://google.com:{no}/"]
        visited = _visited(chromium, pages)

    assert visited == ["served", "net::ERR_CERT_INVALID"]


def test_trust_can_be_repeated_and_completely_undone(home: Path) -> None:
    for _ in range(2):
        assert trust("--store", "browsers", home=home).returncode == 0
    trust("--name", "example.com", "--store", "browsers", home=home)
    assert len(_labels(home)) == 2

    only = trust("--remove", "--name", "example.com", "--store", "browsers", home=home)
    assert only.returncode == 0
    assert [label.split()[2] for label in _labels(home)] == ["localhost"]
    assert not (home / ".cache/localfront/names/example.com").exists()

    trust("--remove", "--store", "browsers", home=home)
    assert _labels(home) == []


def test_trust_creates_the_nss_database_that_a_new_chromium_lacks(tmp_path: Path) -> None:
    programs = _programs(tmp_path, "chromium")

    run = trust("--store", "browsers", home=tmp_path, path=programs)

    assert run.returncode == 0, run.stdout
    assert len(_labels(tmp_path)) == 1


def test_every_firefox_profile_is_found(tmp_path: Path, empty_database: Path) -> None:
    homes = [".mozilla/firefox/a.default", "snap/firefox/common/.mozilla/firefox/b.x"]
    for profile in homes:
        shutil.copytree(empty_database, tmp_path / profile)

    trust("--store", "browsers", home=tmp_path)

    for profile in homes:
        listed = _certutil("-L", "-d", f"sql:{tmp_path / profile}")
        assert "localfront for localhost" in listed


def test_print_does_not_run_the_commands(home: Path) -> None:
    run = trust("--print", "--store", "browsers", home=home)

    assert "certutil -A -d" in run.stdout
    assert _labels(home) == []


def test_without_certutil_the_error_says_how_to_install_it(home: Path) -> None:
    programs = _programs(home, "apt-get", certutil=False)

    run = trust("--store", "browsers", home=home, path=programs)

    assert run.returncode == 0
    assert "sudo apt-get install libnss3-tools" in run.stdout
    assert "Traceback" not in run.stderr


def test_a_failing_database_is_an_error_with_the_command(home: Path) -> None:
    (home / ".pki/nssdb/cert9.db").write_bytes(b"no database" * 1000)

    run = trust("--store", "browsers", home=home)

    assert run.returncode == 1
    assert "failed: " in run.stdout
    assert "certutil -A" in run.stdout
    assert run.stderr == ""


def test_the_containers_authority_can_be_trusted_from_its_file(home: Path) -> None:
    theirs = make_authority(now=utc_now())
    file = home / "their ca.pem"
    file.write_bytes(theirs.certificate.public_bytes(Encoding.PEM))

    run = trust("--certificate", str(file), "--store", "browsers", home=home)

    assert run.returncode == 0, run.stderr
    assert _labels(home) == [label(theirs.certificate)]


@pytest.mark.parametrize("content", ["", "unconstrained", "leaf"])
def test_another_certificate_is_refused(content: str, home: Path) -> None:
    file = home / "other.pem"
    if content == "leaf":
        leaf = certify(make_authority(now=utc_now()), ["localhost"], now=utc_now())
        file.write_bytes(leaf.certificate.public_bytes(Encoding.PEM))
    elif content:
        file.write_text(_a_public_root())
    else:
        file.touch()

    run = trust("--certificate", str(file), "--store", "browsers", home=home)

    assert (run.returncode, run.stdout) == (1, "")
    assert run.stderr.count("\n") == 1
    assert str(file) in run.stderr
    assert _labels(home) == []


TOO_BROAD = ("com", "8.8.8.8", "../../etc", "a..b", "exämple.com", "")


@pytest.mark.parametrize(
    ("name", "why"),
    [
        *((name, "`localfront trust` alone covers it") for name in ("localhost", "logs.localhost")),
        *((name, "two labels or more") for name in TOO_BROAD),
    ],
)
def test_an_invalid_or_too_broad_name_is_refused(
    name: str,
    why: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))

    with pytest.raises(SystemExit) as ended:
        main(["trust", "--store", "browsers", "--name", name])

    assert ended.value.code == 2
    assert why in capsys.readouterr().err


def _visited(chromium: Browser, pages: list[str]) -> list[str]:
    """The title of each page, or Chromium's error, in a context without earlier verdicts."""
    with chromium.new_page() as page:
        return list(_titles(page.goto, page.title, pages))


def _titles(goto: object, title: object, pages: list[str]) -> Iterator[str]:
    assert callable(goto)
    assert callable(title)
    for page in pages:
        try:
            goto(page)
        except Error as error:
            yield next(word for word in error.message.split() if "ERR_" in word)
        else:
            yield str(title())


def _programs(home: Path, *stubs: str, certutil: bool = True) -> str:
    """A PATH with only stubs and certutil."""
    folder = home / "bin"
    folder.mkdir()
    for stub in stubs:
        (folder / stub).write_text("#!/bin/sh\n")
        (folder / stub).chmod(stat.S_IRWXU)
    wanted = ("mkdir", "certutil") if certutil else ("mkdir",)
    for program in wanted:
        (folder / program).symlink_to(shutil.which(program) or _no_certutil())
    return str(folder)


def _labels(home: Path) -> list[str]:
    listed = _certutil("-L", "-d", f"sql:{home / '.pki/nssdb'}")
    lines = [line.rstrip().rpartition(" ")[0].strip() for line in listed.splitlines()]
    return [line for line in lines if line.startswith("localfront")]


def _certutil(*arguments: str) -> str:
    program = shutil.which("certutil") or _no_certutil()
    return subprocess.run(
        [program, *arguments], capture_output=True, text=True, timeout=PATIENCE, check=True
    ).stdout


def _no_certutil() -> str:
    pytest.skip("certutil (libnss3-tools) is not installed")


def _a_public_root() -> str:
    """Any certificate of an authority without constraints."""
    import certifi

    text = Path(certifi.where()).read_text("ascii")
    return text[text.index("-----BEGIN") : text.index("-----END")] + ("-----END CERTIFICATE-----\n")
