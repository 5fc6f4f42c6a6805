"""A release is deployed, and rolled back if it does not work."""

import pytest

from harness.errors import HarnessError
from harness.promotion import deployment as deploying
from harness.promotion.destroy import Destruction
from harness.promotion.history import DESTROYED, FAILED, LIVE
from harness.promotion.promote import NotLiveError
from tests.integration.promotion.conftest import Rehearsing
from tests.integration.promotion.rehearsal import assets
from tests.integration.promotion.resources import captains_of_flows

FIRST, SECOND, BROKEN = "aaaaaaaaaaaa", "bbbbbbbbbbbb", "cccccccccccc"
FAULTY, LAST = "dddddddddddd", "333333333333"


# The flow has temporary credentials and a captain's name; then it fails.
FLOW = (
    'assert boto3.Session().get_credentials().token; assert given["live"]["password"]; '
    'assert not given["live"]["user_name"], "the flow ran"'
)


def test_a_release_that_fails_its_live_flows_is_rolled_back_and_its_assets_are_kept(
    rehearse: Rehearsing,
) -> None:
    prefix = rehearse.outputs["secret_prefix"]
    others = captains_of_flows(rehearse.account, prefix)
    rehearse.promote(rehearse.make(FIRST))
    rehearse.promote(rehearse.make(SECOND))
    assert assets(rehearse.folder) == {FIRST, SECOND}  # pages of the first are still open

    with pytest.raises(NotLiveError, match=r"the flow ran.*bbbbbbbbbbbb is live again"):
        rehearse.promote(rehearse.make(BROKEN, flow=FLOW))

    assert SECOND in rehearse.site.get("/login/").body
    assert assets(rehearse.folder) == {FIRST, SECOND, BROKEN}
    assert rehearse.outcomes() == [(SECOND, LIVE), (BROKEN, FAILED), (SECOND, LIVE), (FIRST, LIVE)]
    entries = rehearse.history().entries
    assert [entry.rollback for entry in entries] == [True, False, False, False]
    assert all(entry.ended for entry in entries)
    assert captains_of_flows(rehearse.account, prefix) == others  # the flows' captain is gone


def test_an_interrupted_apply_is_reported_and_the_next_one_continues(rehearse: Rehearsing) -> None:
    before = rehearse.site.get("/login/").body
    with pytest.raises(HarnessError, match="terraform apply failed"):
        rehearse.promote(rehearse.make(FAULTY, roll_out="false"))

    assert rehearse.site.get("/login/").body == before  # the last step was not reached
    assert rehearse.outcomes()[0] == (FAULTY, FAILED)
    rehearse.promote(rehearse.make(FAULTY, below="mended"))
    assert FAULTY in rehearse.site.get("/login/").body


def test_a_destroyed_environment_can_be_promoted_again(rehearse: Rehearsing) -> None:
    made, of = rehearse.make(LAST), rehearse.promotion()
    deployment = deploying.prepare(
        made,
        rehearse.account,
        of.target,
        rehearse.history(),
        folder=of.folder,
        environ=rehearse.environ,
        progress=of.progress,
    )
    ending = Destruction(
        account=rehearse.account,
        target=of.target,
        progress=of.progress,
        confirm=lambda _name: True,
    )

    ending.destroy(deployment, rehearse.history())

    assert deployment.known() == []
    assert rehearse.outcomes()[0][1] == DESTROYED
    (rehearse.folder / "login.html").unlink(missing_ok=True)
    rehearse.promote(made)
    assert assets(rehearse.folder) == {LAST}  # no visitor has a page of the previous release open
