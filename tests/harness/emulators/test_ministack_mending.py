"""Terraform reads back from MiniStack what it wrote."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from harness.emulators import emulators
from harness.emulators.emulators import Emulator
from harness.emulators.ministack_mending import without_defaults, xml
from harness.processes.children import Children


@pytest.fixture(scope="module")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    directory: Path = tmp_path_factory.mktemp("ministack")
    (directory / "logs").mkdir()
    with Children() as children:
        yield emulators.start("ministack", children, environ={}, directory=directory)


def client(emulator: Emulator, service: str) -> Any:
    session: Any = emulator.session()
    return session.client(service, endpoint_url=emulator.endpoint)


def test_an_api_key_with_an_empty_value_gets_a_generated_one(emulator: Emulator) -> None:
    apigateway = client(emulator, "apigateway")

    made = apigateway.create_api_key(name="first", value="", enabled=True)

    assert len(made["value"]) >= 20


def test_a_method_can_be_read_after_it_requires_an_api_key(emulator: Emulator) -> None:
    apigateway = client(emulator, "apigateway")
    api = apigateway.create_rest_api(name="guarded")
    method = {"restApiId": api["id"], "resourceId": api["rootResourceId"], "httpMethod": "ANY"}
    apigateway.put_method(**method, authorizationType="NONE", apiKeyRequired=False)

    for value, required in (("true", True), ("false", False)):
        patch = {"op": "replace", "path": "/apiKeyRequired", "value": value}
        apigateway.update_method(**method, patchOperations=[patch])
        assert apigateway.get_method(**method)["apiKeyRequired"] is required


def test_a_usage_plan_has_only_the_limits_that_were_set(emulator: Emulator) -> None:
    apigateway = client(emulator, "apigateway")
    made = apigateway.create_usage_plan(name="plan")

    read = apigateway.get_usage_plan(usagePlanId=made["id"])

    assert not {"throttle", "quota"} & read.keys()


def test_a_disabled_api_key_stays_disabled(emulator: Emulator) -> None:
    apigateway = client(emulator, "apigateway")
    made = apigateway.create_api_key(name="switched", enabled=True)

    apigateway.update_api_key(
        apiKey=made["id"],
        patchOperations=[{"op": "replace", "path": "/enabled", "value": "false"}],
    )

    assert apigateway.get_api_key(apiKey=made["id"])["enabled"] is False


def test_a_web_acl_keeps_its_custom_response_bodies(emulator: Emulator) -> None:
    waf = client(emulator, "wafv2")
    bodies = {"busy": {"ContentType": "TEXT_PLAIN", "Content": "later"}}
    seen = {
        "SampledRequestsEnabled": False,
        "CloudWatchMetricsEnabled": False,
        "MetricName": "acl",
    }
    made = waf.create_web_acl(
        Name="acl",
        Scope="CLOUDFRONT",
        DefaultAction={"Allow": {}},
        VisibilityConfig=seen,
        CustomResponseBodies=bodies,
    )["Summary"]

    read = waf.get_web_acl(Name="acl", Scope="CLOUDFRONT", Id=made["Id"])

    assert read["WebACL"]["CustomResponseBodies"] == bodies


def test_an_alarm_is_described_in_the_query_protocols_xml() -> None:
    alarm = {
        "AlarmName": 'More than <1 %> & "less"',
        "AlarmActions": ["arn:aws:sns:us-east-1:000000000000:alarms"],
        "ActionsEnabled": True,
        "StateUpdatedTimestamp": 0,
        "Unit": None,
    }

    assert xml("member", alarm) == (
        '<member><AlarmName>More than &lt;1 %&gt; &amp; "less"</AlarmName>'
        "<AlarmActions><member>arn:aws:sns:us-east-1:000000000000:alarms</member>"
        "</AlarmActions><ActionsEnabled>true</ActionsEnabled>"
        "<StateUpdatedTimestamp>1970-01-01T00:00:00+00:00</StateUpdatedTimestamp>"
        "</member>"
    )


def test_an_alarm_on_several_metrics_has_no_period_of_its_own() -> None:
    single = {"MetricName": "Requests", "Period": 300, "Statistic": "Sum"}
    several = {"MetricName": None, "Period": 60, "Statistic": "Average"}

    found = without_defaults({"MetricAlarms": [dict(single), several]})

    assert found["MetricAlarms"] == [single, {"MetricName": None}]
