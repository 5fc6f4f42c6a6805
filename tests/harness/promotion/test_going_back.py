"""Rollback before Terraform starts: the pages, and the versions that the aliases point to."""

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from harness.promotion import aliases, pages
from harness.promotion.account import Account
from harness.promotion.release import Release, ReleaseManifest
from tests.harness.promotion.distributions import a_disabled_distribution

PAGE = "home.html"


def code(response: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as files:
        files.writestr("app.py", f"def handler(event, context):\n    return {response!r}\n")
    return made.getvalue()


@pytest.fixture(scope="module")
def outputs(account: Account) -> Mapping[str, Any]:
    """A stack with one function of two versions, of which the second is live."""
    functions, iam = account.client("lambda"), account.client("iam")
    role = iam.create_role(RoleName="back", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
    settings = {"Runtime": "python3.13", "Handler": "app.handler", "Role": role}
    functions.create_function(
        FunctionName="back-login", Code={"ZipFile": code("one")}, Publish=True, **settings
    )
    functions.update_function_code(FunctionName="back-login", ZipFile=code("two"), Publish=True)
    functions.create_alias(FunctionName="back-login", Name="live", FunctionVersion="2")
    account.s3.create_bucket(Bucket="back-site")
    return {"bucket": "back-site", "function_names": ["back-login"], "function_alias": "live"}


def made(folder: Path) -> Release:
    site = folder / "build" / "frontend"
    (site / "assets").mkdir(parents=True)
    (site / PAGE).write_text("<p>of before</p>")
    (site / "assets" / "app.js").write_text("//")
    files = {f"build/frontend/{path}": "" for path in (PAGE, "assets/app.js")}
    manifest = ReleaseManifest(commit="c", tree="a" * 40, tools={}, files=files)
    return Release(folder=folder, manifest=manifest)


def test_the_aliases_point_to_the_previous_versions(
    account: Account, outputs: Mapping[str, Any]
) -> None:
    live = aliases.versions(account, outputs)
    assert live == {"back-login": "2"}

    assert aliases.point_to(account, outputs, {"back-login": "1", "gone": "7"}) == ["back-login"]
    assert aliases.versions(account, outputs) == {"back-login": "1"}

    assert aliases.point_to(account, outputs, {"back-login": "1"}) == []
    assert aliases.point_to(account, outputs, {}) == []
    aliases.point_to(account, outputs, live)


def test_pages_are_uploaded_and_assets_are_not(
    account: Account, outputs: Mapping[str, Any], tmp_path: Path
) -> None:
    s3 = account.s3
    s3.put_object(Bucket="back-site", Key=PAGE, Body=b"<p>of now</p>")

    assert pages.put(account, outputs, made(tmp_path)) == [PAGE]

    found = s3.get_object(Bucket="back-site", Key=PAGE)
    assert found["Body"].read() == b"<p>of before</p>"
    assert found["ContentType"] == "text/html; charset=utf-8"
    assert found["CacheControl"] == pages.REVALIDATED
    assert [item["Key"] for item in s3.list_objects_v2(Bucket="back-site")["Contents"]] == [PAGE]


def test_pages_are_invalidated_under_all_their_urls_and_assets_are_not(
    account: Account, tmp_path: Path
) -> None:
    cloudfront = account.client("cloudfront")
    made_distribution = cloudfront.create_distribution(
        DistributionConfig=a_disabled_distribution("back")
    )
    distribution = made_distribution["Distribution"]["Id"]

    pages.forget(account, {"distribution_id": distribution}, made(tmp_path))

    [begun] = cloudfront.list_invalidations(DistributionId=distribution)["InvalidationList"][
        "Items"
    ]
    found = cloudfront.get_invalidation(DistributionId=distribution, Id=begun["Id"])
    paths = found["Invalidation"]["InvalidationBatch"]["Paths"]["Items"]
    assert sorted(paths) == sorted([f"/{PAGE}", "/", "/login", "/login/"])


def test_pages_have_the_cache_control_that_terraform_sets() -> None:
    site = Path(__file__).parents[3] / "terraform" / "site.tf"

    assert f'cache_control = "{pages.REVALIDATED}"' in site.read_text()


def test_a_stack_without_aliases_has_nothing_to_roll_back(account: Account, tmp_path: Path) -> None:
    assert aliases.versions(account, {"function_names": ["back-login"]}) == {}
    assert aliases.point_to(account, {}, {"back-login": "1"}) == []
    assert pages.put(account, {}, made(tmp_path)) == []
