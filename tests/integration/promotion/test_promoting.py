"""A release is brought to an environment, goes back when it does not work, and survives kills."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from harness.errors import HarnessError
from harness.promotion import deployment as deploying
from harness.promotion import history
from harness.promotion.account import Account
from harness.promotion.destroy import Destruction
from harness.promotion.history import FAILED, LIVE
from harness.promotion.live_checks import Site
from harness.promotion.promote import NotLiveError
from harness.promotion.release import Release
from tests.integration.promotion import rehearsal
from tests.integration.promotion.rehearsal import assets

ENVIRONMENT = "promoting"
FIRST, SECOND, BROKEN = "aaaaaaaaaaaa", "bbbbbbbbbbbb", "cccccccccccc"
FAULTY = "dddddddddddd"


def test_a_release_that_does_not_work_is_taken_back_and_its_assets_stay(
    account: Account,
    environ: Mapping[str, str],
    site: Site,
    distribution: str,
    folder: Path,
    tmp_path: Path,
) -> None:
    def run(name: str, page: str = rehearsal.WORKS) -> None:
        made = rehearsal.make(tmp_path, name, distribution=distribution, site=folder, page=page)
        of = rehearsal.promotion(ENVIRONMENT, tmp_path, environ=environ, answered_by=site)
        rehearsal.promote(of, made)

    run(FIRST)
    run(SECOND)
    assert assets(folder) == {FIRST, SECOND}  # pages of the first are still open somewhere

    with pytest.raises(NotLiveError, match="bbbbbbbbbbbb is live again"):
        run(BROKEN, page="<p>Coming soon.</p>")

    assert SECOND in site.get("/login/").body
    assert assets(folder) == {FIRST, SECOND, BROKEN}
    known = history.read(account, rehearsal.target(ENVIRONMENT))
    told = [(entry.tree[:12], entry.outcome, entry.rollback) for entry in known.entries]
    assert told == [
        (SECOND, LIVE, True),
        (BROKEN, FAILED, False),
        (SECOND, LIVE, False),
        (FIRST, LIVE, False),
    ]
    assert all(entry.ended for entry in known.entries)


def test_an_apply_that_breaks_off_is_told_and_the_next_one_goes_on(
    account: Account,
    environ: Mapping[str, str],
    site: Site,
    distribution: str,
    folder: Path,
    tmp_path: Path,
) -> None:
    def run(made: Release) -> None:
        of = rehearsal.promotion(ENVIRONMENT, tmp_path, environ=environ, answered_by=site)
        rehearsal.promote(of, made)

    before = site.get("/login/").body
    made = rehearsal.make(
        tmp_path, FAULTY, distribution=distribution, site=folder, roll_out="false"
    )
    with pytest.raises(HarnessError, match="terraform apply failed"):
        run(made)

    assert site.get("/login/").body == before  # what comes last was not reached
    assert history.read(account, rehearsal.target(ENVIRONMENT)).entries[0].outcome == FAILED
    mended = rehearsal.make(tmp_path / "mended", FAULTY, distribution=distribution, site=folder)
    run(mended)
    assert FAULTY in site.get("/login/").body


def test_what_is_destroyed_is_gone_and_can_be_promoted_anew(
    account: Account,
    environ: Mapping[str, str],
    site: Site,
    distribution: str,
    folder: Path,
    tmp_path: Path,
) -> None:
    made = rehearsal.make(tmp_path, "333333333333", distribution=distribution, site=folder)
    of = rehearsal.promotion(ENVIRONMENT, tmp_path, environ=environ, answered_by=site)
    deployment = deploying.prepare(
        made,
        account,
        of.target,
        history.read(account, of.target),
        folder=of.folder,
        environ=environ,
        progress=of.progress,
    )
    ending = Destruction(
        account=account, target=of.target, progress=of.progress, confirm=lambda _name: True
    )

    ending.destroy(deployment, history.read(account, of.target))

    assert deployment.known() == []
    assert history.read(account, of.target).live is None
    (folder / "login.html").unlink(missing_ok=True)
    rehearsal.promote(
        rehearsal.promotion(ENVIRONMENT, tmp_path, environ=environ, answered_by=site), made
    )
    assert assets(folder) == {"333333333333"}  # nobody has a page of before open
