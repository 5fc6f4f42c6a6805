"""A pull request's plan of the whole application: its cost, and that it is ignored."""

import resource
import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from harness.checkout import BUILD, ROOT
from harness.commands import promote
from harness.promotion import release
from harness.promotion.account import Account
from harness.promotion.release import ReleaseManifest
from harness.terraform.domain import DOMAIN, make_zone
from tests.integration.promotion import rehearsal

ENVIRONMENT = "planned"
TREE = "7" * 40
MOST = 60  # seconds of a processor; on two that are free the clock shows less


@pytest.fixture
def made(tmp_path: Path) -> Path:
    """The application of this checkout, committed or not."""
    folder = tmp_path / TREE
    release.copy_configuration(folder, root=ROOT)
    (folder / "build").mkdir()
    for archive in ("lambdas.zip", "edge.zip"):
        shutil.copyfile(BUILD / archive, folder / "build" / archive)
    shutil.copytree(BUILD / "frontend", folder / "build" / "frontend")
    manifest = ReleaseManifest(commit=TREE, tree=TREE, tools={}, files=release.hashes(folder))
    (folder / release.MANIFEST).write_text(manifest.to_json())
    return folder


def test_planning_the_whole_application_takes_less_than_a_minute(
    account: Account,
    environ: Mapping[str, str],
    made: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    where = rehearsal.target(ENVIRONMENT)
    make_zone(account.client("route53"), DOMAIN)
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    options = ["--environment", ENVIRONMENT, "--site", where.site, "--zone", DOMAIN]
    options += ["--account", where.account, "--prerequisites", where.prerequisites]
    file = tmp_path / "plan.md"
    before = spent()

    code = promote.main([*options, "--plan-only", "--release", str(made), "--markdown", str(file)])

    assert code == 0
    assert spent() - before < MOST
    text = file.read_text()
    assert "aws_cloudfront_distribution.site" in text
    assert "destroyed" not in text.splitlines()[2]  # the counts
    left = account.s3.list_objects_v2(Bucket=where.state_bucket, Prefix=f"{ENVIRONMENT}/")
    assert left["KeyCount"] == 0


def spent() -> float:
    """The processor time of ended child processes: Terraform and its providers."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
