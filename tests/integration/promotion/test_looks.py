"""The read-only commands change nothing and need no lock: a plan, and drift."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from harness.promotion import history, looks, release, state_lock
from harness.promotion.account import Account
from harness.promotion.history import History
from harness.promotion.live_checks import Site
from harness.promotion.looks import DRIFTED
from harness.promotion.promote import Promotion
from harness.promotion.release import Release
from tests.integration.promotion import rehearsal

ENVIRONMENT = "looking"
FIRST, SECOND = "555555555555", "666666666666"


@pytest.fixture(scope="module")
def releases(distribution: str, folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("releases")
    for name in (FIRST, SECOND):
        rehearsal.make(root, name, distribution=distribution, site=folder)
    return root


def of(root: Path, environ: Mapping[str, str], site: Site, **more: bool) -> Promotion:
    return rehearsal.promotion(ENVIRONMENT, root, environ=environ, answered_by=site, **more)


def test_drift_is_reported_if_the_live_releases_plan_has_changes(
    account: Account,
    environ: Mapping[str, str],
    site: Site,
    releases: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    where = rehearsal.target(ENVIRONMENT)
    for name in (FIRST, SECOND):
        rehearsal.promote(of(releases, environ, site), released(releases, name))
    promotions = history.read(account, where)
    kept = account.s3.head_object(Bucket=where.state_bucket, Key=where.state_key)
    assert kept["ServerSideEncryption"] == "AES256"
    versions = account.s3.list_object_versions(Bucket=where.state_bucket, Prefix=where.state_key)
    assert len(versions["Versions"]) > 1
    file = tmp_path / "plan.md"
    file.write_text("of yesterday")

    looking = of(releases, environ, site, looks=True)
    assert looks.drift(looking, promotions, file=file) == 0
    assert not file.exists()
    assert f"{ENVIRONMENT} is unchanged since {SECOND} was promoted." in capsys.readouterr().out

    # As if the first were live and somebody had applied the rest of the second by hand.
    account.s3.put_object(
        Bucket=where.state_bucket, Key=f"{where.state_key}.tflock", Body=b'{"ID": "1"}'
    )
    looking = of(releases, environ, site, looks=True)
    drifted = History(entries=promotions.entries[1:])
    assert looks.drift(looking, drifted, file=file) == DRIFTED
    assert f"{ENVIRONMENT} has changed since {FIRST} was promoted" in file.read_text()
    assert "terraform_data.pages" in file.read_text()
    assert "may be out of date" in capsys.readouterr().out

    state_lock.break_lock(account, where)
    assert history.read(account, where) == promotions
    assert SECOND in site.get("/login/").body


def test_without_a_live_release_there_is_no_drift(
    environ: Mapping[str, str], site: Site, releases: Path, tmp_path: Path
) -> None:
    looking = of(releases, environ, site, looks=True)

    assert looks.drift(looking, History(), file=tmp_path / "plan.md") == 0


def released(releases: Path, name: str) -> Release:
    return release.read(releases / name.ljust(40, "0"))
