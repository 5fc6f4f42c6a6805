"""Visitors during a release of the whole application: assets, functions, pages, in promotion's order.

The same with Terraform, 10,000 times and more, is `whole_application.py`, by hand.
"""

import shutil
import ssl
import time
from collections.abc import Mapping
from pathlib import Path

from harness.checkout import FRONTEND
from harness.packaging import frontend_build
from harness.promotion.account import Account
from harness.promotion.throw_away_captain import ThrowAwayCaptains
from harness.stack import reload
from tests.integration.promotion.rehearsal import wait_until
from tests.integration.promotion.visitors import Visitors, log_in, looking
from tests.integration.provisioned import Provisioned

AT_LEAST = 300  # requests


def next_release(folder: Path) -> Path:
    """Pages with other asset names."""
    source = folder / "source"
    shutil.copytree(FRONTEND, source)
    for asset in (*source.rglob("*.js"), *source.rglob("*.css")):
        asset.write_text(asset.read_text() + "\n/* the next release */\n")
    return frontend_build.build(folder / "next", source=source)


def test_visitors_see_no_wrong_page_missing_asset_or_failed_call(
    stack: Provisioned, account: Account, outputs: Mapping[str, str], tmp_path: Path
) -> None:
    before, after = frontend_build.build(tmp_path / "before"), next_release(tmp_path)
    visitors = Visitors(
        url=stack.site_url,
        trust=ssl.create_default_context(cafile=stack.ca_file),
        releases=[before, after],
    )
    with ThrowAwayCaptains.of(account, outputs).captain() as captain:
        visitors.session = log_in(
            visitors, {"username": captain.user_name, "password": captain.password}
        )
        let_it_last(account, stack.outputs.sessions_table, visitors.session)
        with looking(visitors):
            wait_until(lambda: visitors.seen.get(0, 0) > 0)
            reload.update_functions(stack.emulator, stack.outputs)
            reload.put_build(after, stack.emulator, stack.outputs)
            wait_until(lambda: visitors.seen.get(1, 0) > 0 and visitors.requests > AT_LEAST // 2)
            reload.put_build(before, stack.emulator, stack.outputs)
            wait_until(lambda: visitors.requests > AT_LEAST)

    assert visitors.wrong == []


def let_it_last(account: Account, sessions: str, session_id: str) -> None:
    """Set sessions to an hour: a busy machine takes longer than the minute used here."""
    account.dynamodb.update_item(
        TableName=sessions,
        Key={"session-id": {"S": session_id}},
        UpdateExpression="SET #ttl = :end, endsAt = :end",
        ExpressionAttributeNames={"#ttl": "ttl"},
        ExpressionAttributeValues={":end": {"N": str(int(time.time()) + 3600)}},
    )
