"""Data is neither destroyed nor rolled back without being asked for."""

from pathlib import Path
from typing import Any

import pytest

from harness.errors import HarnessError
from harness.progress import Progress
from harness.promotion import plan_summary
from harness.promotion.account import Account
from harness.promotion.plan_summary import Summary
from harness.promotion.promote import NEVER_ROLLED_BACK, Promotion
from harness.promotion.target import Target


def summary(address: str, *actions: str) -> Summary:
    change = {
        "address": address,
        "mode": "managed",
        "type": address.partition(".")[0],
        "change": {"actions": actions},
    }
    return plan_summary.parse({"resource_changes": [change]})


def promotion(account: Account, folder: Path, **more: Any) -> Promotion:
    return Promotion(
        account=account,
        target=Target(
            environment="staging",
            site="staging.example.com",
            zone="example.com",
            account="000000000000",
            stack="staging-website",
        ),
        folder=folder,
        environ={},
        progress=Progress(),
        confirm=lambda _question: False,
        check_plan=lambda _deployment: 0,
        answered_by=None,
        **more,
    )


@pytest.mark.parametrize("actions", [("delete",), ("delete", "create"), ("create", "delete")])
@pytest.mark.parametrize(
    "address",
    ["aws_dynamodb_table.logs", "aws_secretsmanager_secret.x", "aws_cloudwatch_log_group.x"],
)
def test_a_plan_that_destroys_data_needs_its_own_option(
    account: Account, tmp_path: Path, address: str, actions: tuple[str, ...]
) -> None:
    with pytest.raises(HarnessError, match=f"destroy data: {address}"):
        promotion(account, tmp_path).require_data_stays(summary(address, *actions))

    meant = promotion(account, tmp_path, may_destroy_data=True)
    meant.require_data_stays(summary(address, *actions))


def test_a_plan_that_destroys_no_data_needs_no_option(account: Account, tmp_path: Path) -> None:
    of = promotion(account, tmp_path)

    of.require_data_stays(summary("aws_dynamodb_table.logs", "update"))
    of.require_data_stays(summary("aws_s3_object.page", "delete"))


def test_a_rollback_sees_every_change_of_a_table() -> None:
    assert summary("aws_dynamodb_table.logs", "update").of(*NEVER_ROLLED_BACK)
    assert not summary("aws_s3_object.page", "update").of(*NEVER_ROLLED_BACK)
