"""Existing resources are adopted only from one of our runs; others are reported."""

from typing import Any

import pytest

from harness.promotion import adoption, leftovers, plan_summary
from harness.promotion.account import Account
from harness.promotion.existing import Found
from harness.promotion.history import DESTROYED, FAILED, LIVE, UNDER_WAY, Entry, History

NAME = "twice-website"
TABLE = Found(address='aws_dynamodb_table.x["a"]', id="a-table")


def after(outcome: str) -> History:
    return History(entries=(Entry(tree="a", commit="", began="", by="", outcome=outcome),))


@pytest.mark.parametrize("outcome", [DESTROYED, FAILED, UNDER_WAY])
def test_resources_of_an_unfinished_run_are_its_own(outcome: str) -> None:
    assert adoption.left_by_us(after(outcome))


@pytest.mark.parametrize("promotions", [History(), after(LIVE)])
def test_other_resources_may_belong_to_somebody_else(promotions: History) -> None:
    assert not adoption.left_by_us(promotions)


def test_a_refusal_names_some_resources_and_the_remedy() -> None:
    message = adoption.refusal([TABLE] * 7)

    assert 'aws_dynamodb_table.x["a"] (a-table)' in message
    assert "and 2 more" in message
    assert "--adopt" in message


def test_an_import_block_quotes_an_id_literally() -> None:
    odd = Found(address="aws_x.y", id='a"${b}%{c}')

    assert adoption.blocks([TABLE, odd]) == (
        'import {\n  to = aws_dynamodb_table.x["a"]\n  id = "a-table"\n}\n\n'
        'import {\n  to = aws_x.y\n  id = "a\\"$${b}%%{c}"\n}\n'
    )


def change(address: str, *actions: str, **more: Any) -> dict[str, Any]:
    return {
        "address": address,
        "mode": "managed",
        "type": address.partition(".")[0],
        "change": {"actions": list(actions), "importing": {"id": "x"}, **more},
    }


def test_adopted_resources_are_listed_and_a_replaced_table_still_loses_its_data() -> None:
    summary = plan_summary.parse(
        {
            "resource_changes": [
                change("aws_iam_role.same", "no-op"),
                change("aws_s3_bucket.b", "update", before={"x": 1}, after={"x": 2}),
                change("aws_dynamodb_table.t", "delete", "create"),
            ]
        }
    )

    assert summary.counts() == "1 replaced, 2 adopted"
    assert "  adopted    aws_s3_bucket.b: x" in plan_summary.lines(summary)
    assert [lost.address for lost in summary.lost] == ["aws_dynamodb_table.t"]


def test_an_api_of_our_name_outside_of_the_state_is_a_leftover(account: Account) -> None:
    gateway = account.client("apigateway")
    ours, left = (gateway.create_rest_api(name=NAME)["id"] for _ in range(2))
    gateway.create_rest_api(name=f"{NAME}-other")
    resource = change("aws_api_gateway_rest_api.api", "no-op", before={"id": ours, "name": NAME})

    lines = list(leftovers.look(account, {"resource_changes": [resource]}))

    [line] = lines
    assert f"aws apigateway delete-rest-api --rest-api-id {left} --region us-east-1" in line
    gateway.delete_rest_api(restApiId=left)
    assert list(leftovers.look(account, {"resource_changes": [resource]})) == []
    assert list(leftovers.look(account, {"resource_changes": []})) == []


def test_leftovers_are_listed_at_the_terminal_and_in_a_pull_request() -> None:
    summary = plan_summary.Summary(changes=(), notes=("left over: API x",))

    assert "left over: API x" in plan_summary.lines(summary)
    assert "> left over: API x" in plan_summary.markdown(summary, title="t", rows=())
