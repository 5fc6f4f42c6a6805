"""The effects of Terraform's options, all enabled. LocalStack runs without them."""

import pytest

from harness.stack.demo_captains import KIRK
from tests.integration.provisioned import Provisioned


@pytest.fixture(autouse=True)
def _options_are_on(stack: Provisioned) -> None:
    if not any("every-option" in variable for variable in stack.terraform_variables):
        pytest.skip("this emulator does not know every option")


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
@pytest.mark.parametrize("path", ["/api/session", "/api/login"])
def test_the_api_rejects_requests_that_bypass_cloudfront(
    stack: Provisioned, method: str, path: str
) -> None:
    direct = stack.api_gateway_url(path)
    guessed = {"x-api-key": "open sesame"}

    for headers in ({}, guessed):
        refused = stack.ask(direct, method=method, headers=headers, with_key=False)
        assert (refused.status, refused.json()["error"]["code"]) == (404, "not_found")


def test_either_key_is_valid_while_one_replaces_the_other(stack: Provisioned) -> None:
    direct = stack.api_gateway_url("/api/session")

    responses = [stack.ask(direct, headers={"x-api-key": key}).status for key in stack.api_keys]

    assert responses == [401, 401]  # past the API key, but without a session


def test_a_viewer_can_neither_forge_nor_remove_cloudfronts_key(
    stack: Provisioned,
) -> None:
    response = stack.ask(f"{stack.site_url}/api/session", headers={"x-api-key": "open sesame"})

    assert response.status == 401


def test_failures_are_counted_by_the_address_that_cloudfront_saw(
    stack: Provisioned,
) -> None:
    forged = {"CloudFront-Viewer-Address": "198.51.100.7:1"}
    before = addresses(stack)

    stack.ask(
        f"{stack.site_url}/api/login",
        method="POST",
        document={"username": KIRK.user_name, "password": "not it"},
        headers=forged,
    )

    assert "address/198.51.100.7/32" not in addresses(stack)
    [ours] = addresses(stack)
    assert addresses(stack)[ours] == before.get(ours, 0) + 1


def addresses(stack: Provisioned) -> dict[str, int]:
    table = stack.outputs.sessions_table.removesuffix("sessions") + "login-attempts"
    items = stack.client("dynamodb").scan(TableName=table)["Items"]
    return {
        item["userName"]["S"]: int(item["failures"]["N"])
        for item in items
        if item["userName"]["S"].startswith("address/")
    }


def test_the_web_acl_protects_the_distribution(stack: Provisioned) -> None:
    cloudfront = stack.client("cloudfront")
    config = cloudfront.get_distribution_config(Id=stack.outputs.distribution_id)
    listed = stack.client("wafv2").list_web_acls(Scope="CLOUDFRONT")["WebACLs"]

    assert config["DistributionConfig"]["WebACLId"] in {acl["ARN"] for acl in listed}
