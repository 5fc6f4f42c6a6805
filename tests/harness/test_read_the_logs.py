"""The fields in read-the-logs.md's queries are logged."""

import re

from harness.checkout import LAMBDAS, ROOT, TERRAFORM

PAGE = ROOT / "docs" / "how-to" / "read-the-logs.md"
QUERY = re.compile(r"```\n(.+?)```", re.DOTALL)
QUOTED = re.compile(r"`([^`\n]+)`")
# Commands that the CloudWatch Logs User Guide names, "CloudWatch Logs Insights language query
# syntax".
COMMANDS = {"display", "fields", "filter", "limit", "parse", "sort", "stats"}


def queries() -> list[str]:
    found = QUERY.findall(PAGE.read_text())
    assert len(found) > 5
    return found


def test_each_query_command_exists_in_logs_insights() -> None:
    commands = {
        line.removeprefix("| ").split()[0] for query in queries() for line in query.splitlines()
    }

    assert commands <= COMMANDS


def test_each_cloudfront_field_in_the_queries_is_delivered() -> None:
    fields = {field for query in queries() for field in QUOTED.findall(query)}
    assert len(fields) > 3

    delivered = (TERRAFORM / "observability.tf").read_text()

    assert {field for field in fields if f'"{field}"' not in delivered} == set()


def test_each_function_field_in_the_queries_is_logged() -> None:
    logged = (LAMBDAS / "rest_api.py").read_text()

    text = "\n".join(queries())

    for field in ("cloudfront_request_id", "viewer", "request answered"):
        assert field in text
        assert field in logged
