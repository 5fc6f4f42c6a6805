"""The overrides of a folder's second pass, made from the first one's random ids."""

from __future__ import annotations

from localfront.sources.terraform.identity import Identities
from localfront.sources.terraform.references import References
from localfront.sources.terraform.show import parse_show
from localfront.sources.terraform_folder.second_pass import second_overrides


def test_values_derived_from_a_bucket_or_an_api_have_its_name() -> None:
    first = {
        "aws_s3_bucket.pages": {"bucket": "my-pages", "id": "a1b2c3d4"},
        "aws_s3_bucket_website_configuration.pages": {"bucket": "a1b2c3d4"},
        "aws_api_gateway_rest_api.api": {"id": "e5f6g7h8"},
        "aws_api_gateway_stage.api": {"rest_api_id": "e5f6g7h8", "stage_name": "prod"},
        "aws_lambda_alias.live": {"function_name": "my-api", "name": "live"},
    }
    resources = [
        {"address": address, "mode": "managed", "values": values}
        | dict(zip(("type", "name"), address.split("."), strict=True))
        for address, values in first.items()
    ]
    values = {"root_module": {"resources": resources}}
    show = parse_show({"format_version": "1.0", "values": values})

    found = second_overrides(show.resources, Identities(show, References(show.resources)))

    website = found["aws_s3_bucket_website_configuration.pages"]
    assert website["website_endpoint"] == "my-pages.s3-website-us-east-1.amazonaws.com"
    api = found["aws_api_gateway_rest_api.api"]["id"]
    stage = found["aws_api_gateway_stage.api"]["invoke_url"]
    called = found["aws_lambda_alias.live"]["invoke_arn"]
    assert called.endswith(":function:my-api:live/invocations")
    assert stage == f"https://{api}.execute-api.us-east-1.amazonaws.com/prod"
