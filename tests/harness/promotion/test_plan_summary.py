"""The summary of a plan, data losses first."""

from typing import Any

from harness.promotion import plan_summary
from harness.promotion.plan_summary import Change


def resource(address: str, *actions: str, **change: Any) -> dict[str, Any]:
    return {
        "address": address,
        "mode": "managed",
        "type": address.partition(".")[0],
        "change": {"actions": list(actions), **change},
    }


PLAN = {
    "resource_changes": [
        resource("aws_lambda_function.edge", "update", before={"memory": 1}, after={"memory": 2}),
        resource("aws_s3_object.page", "create"),
        resource("aws_s3_object.asset", "create"),
        resource("aws_iam_role.old", "delete"),
        resource("aws_dynamodb_table.logs", "delete", "create"),
        resource("aws_secretsmanager_secret.captain", "forget"),
        resource("aws_iam_role.kept", "no-op"),
        {**resource("data.aws_caller_identity.current", "read"), "mode": "data"},
    ]
}


def test_each_change_has_its_kind() -> None:
    kinds = {change.address: change.kind for change in plan_summary.parse(PLAN).changes}

    assert kinds == {
        "aws_lambda_function.edge": "changed",
        "aws_s3_object.page": "created",
        "aws_s3_object.asset": "created",
        "aws_iam_role.old": "destroyed",
        "aws_dynamodb_table.logs": "replaced",
        "aws_secretsmanager_secret.captain": "forgotten",
    }


def test_lost_data_is_listed_first_and_a_forgotten_secret_is_not_lost() -> None:
    summary = plan_summary.parse(PLAN)

    assert [change.address for change in summary.lost] == ["aws_dynamodb_table.logs"]
    counts, warning, *rest = plan_summary.lines(summary)
    assert counts == "1 destroyed, 1 replaced, 2 created, 1 changed, 1 forgotten"
    assert warning.startswith("DATA WILL BE LOST: aws_dynamodb_table.logs is replaced")
    assert not any("DATA" in line for line in rest)


def test_files_are_counted_and_fields_are_named_without_their_values() -> None:
    lines = list(plan_summary.change_lines(plan_summary.parse(PLAN).changes))

    assert "  created    2 files (aws_s3_object)" in lines
    assert "  changed    aws_lambda_function.edge: memory" in lines


def test_a_field_known_only_after_apply_differs() -> None:
    change = plan_summary.change_of(
        resource(
            "aws_lambda_function.edge",
            "update",
            before={"version": "1", "name": "x", "key": "secret"},
            after={"name": "x", "key": "other secret"},
            after_unknown={"version": True, "name": False},
        )
    )

    assert change == Change(
        address="aws_lambda_function.edge",
        type="aws_lambda_function",
        kind="changed",
        fields=("key", "version"),
    )


def test_a_plan_without_changes_says_so() -> None:
    assert plan_summary.lines(plan_summary.parse({})) == ["nothing changes"]


def test_the_pull_request_page_has_the_same_summary_and_its_inputs() -> None:
    page = plan_summary.markdown(plan_summary.parse(PLAN), title="abc for prod", rows=["ok  zone"])

    assert page.startswith("## abc for prod\n\n**1 destroyed")
    assert "> DATA WILL BE LOST: aws_dynamodb_table.logs" in page
    assert "```\nok  zone\n```" in page
